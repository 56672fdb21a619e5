package calendar

import (
	"fmt"
	"regexp"
	"strconv"
)

// Clock is a time on the local clock, in minutes since midnight of the date it is counted from. From 24 hours on it lies
// on the date after.
type Clock int

// Midnight is the end of a date on the clock: 24:00.
const Midnight Clock = 24 * 60

// String returns "15:04"; what lies on the date after begins again at 00:00, only its midnight is 24:00.
func (c Clock) String() string {
	if c > Midnight {
		c -= Midnight
	}
	return fmt.Sprintf("%02d:%02d", c/60, c%60)
}

// Interval is working hours that begin on a date: from From up to, not including, Until. From is before 24:00; Until is
// after From, by 24 hours at most.
type Interval struct {
	From, Until Clock
}

// String returns the interval as a calendar file has it, such as "09:00-18:00" or "22:00-06:00".
func (i Interval) String() string { return i.From.String() + "-" + i.Until.String() }

var intervalPattern = regexp.MustCompile(`^(\d\d):(\d\d)-(\d\d):(\d\d)$`)

// ParseInterval reads "09:00-18:00" and nothing looser. An end that is not after the beginning lies on the date after.
func ParseInterval(s string) (Interval, error) {
	part := intervalPattern.FindStringSubmatch(s)
	if part == nil {
		return Interval{}, fmt.Errorf("interval %q: want clock times such as 09:00-18:00", s)
	}
	from, ok := clock(part[1], part[2])
	if !ok || from == Midnight {
		return Interval{}, fmt.Errorf("interval %q: want a beginning from 00:00 to 23:59", s)
	}
	until, ok := clock(part[3], part[4])
	if !ok {
		return Interval{}, fmt.Errorf("interval %q: want an end from 00:00 to 24:00", s)
	}
	if until == from {
		return Interval{}, fmt.Errorf("interval %q: want an end that is not the beginning; a whole day is 00:00-24:00", s)
	}
	if until < from {
		until += Midnight
	}
	return Interval{from, until}, nil
}

// clock returns the clock time of two pairs of digits.
func clock(hour, minute string) (Clock, bool) {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	return Clock(h*60 + m), m < 60 && (h < 24 || h == 24 && m == 0)
}
