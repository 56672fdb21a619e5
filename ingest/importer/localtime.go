package importer

import (
	"strconv"
	"strings"
	"time"
)

const daySeconds = 24 * 60 * 60

// clock reads a time of day such as "7:02:47" into seconds since midnight; ok is false when it is none.
func clock(s string) (seconds int, ok bool) {
	parts := strings.Split(s, ":")
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		limit := uint64(60)
		if i == 0 {
			limit = 24
		}
		if err != nil || len(p) > 2 || n >= limit || len(parts) != 3 {
			return 0, false
		}
		seconds = seconds*60 + int(n)
	}
	return seconds, true
}

// localInstant returns the instant at which the clocks of a zone showed the given seconds after midnight of a date (at
// 00:00 UTC). Of a time that the clocks showed twice the first is meant. A time that they skipped was shown by a clock that
// nobody had put forward: it is read as before the change, and skipped is true.
func localInstant(date time.Time, seconds int, zone *time.Location) (at time.Time, skipped bool) {
	wall := date.Add(time.Duration(seconds) * time.Second)
	_, before := wall.Add(-24 * time.Hour).In(zone).Zone()
	_, after := wall.Add(24 * time.Hour).In(zone).Zone()
	for _, offset := range []int{max(before, after), min(before, after)} { // the greater offset is the earlier instant
		at = wall.Add(-time.Duration(offset) * time.Second)
		if _, shown := at.In(zone).Zone(); shown == offset {
			return at, false
		}
	}
	return wall.Add(-time.Duration(before) * time.Second), true
}
