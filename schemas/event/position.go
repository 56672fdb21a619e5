package event

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Partition is one partition of a stream. The epoch is raised by hand when a topic was recreated, so that offsets that
// begin anew are never taken for the old ones.
type Partition struct {
	Stream string
	Epoch  uint32
	ID     int32
}

// String returns "stream/epoch/partition", the prefix of query ids and deduplication tokens.
func (p Partition) String() string { return fmt.Sprintf("%s/%d/%d", p.Stream, p.Epoch, p.ID) }

// Position is the place of one record: a partition and an offset in it.
type Position struct {
	Partition
	Offset int64
}

// HeaderOrigin is the header of a record that was sent again: the position at which it was first rejected.
const HeaderOrigin = "deskpulse-origin"

// String returns "stream/epoch/partition/offset", which ParsePosition reads.
func (p Position) String() string { return fmt.Sprintf("%s/%d", p.Partition, p.Offset) }

// ParsePosition reads "stream/epoch/partition/offset" as String writes it, and nothing else: no signs, no leading zeros, no
// blanks, so that two texts are equal if and only if they name the same place.
func ParsePosition(s string) (Position, error) {
	var p Position
	parts := strings.Split(s, "/")
	if len(parts) == 4 && plainName(parts[0]) {
		epoch, err1 := strconv.ParseUint(parts[1], 10, 32)
		id, err2 := strconv.ParseUint(parts[2], 10, 31)
		offset, err3 := strconv.ParseUint(parts[3], 10, 63)
		if err1 == nil && err2 == nil && err3 == nil {
			p = Position{Partition{parts[0], uint32(epoch), int32(id)}, int64(offset)}
		}
	}
	if p.Stream == "" || p.String() != s {
		return Position{}, fmt.Errorf("position %.200q: want stream/epoch/partition/offset", s)
	}
	return p, nil
}

// Before orders positions by stream, epoch, partition and offset; it breaks ties of append times the same way everywhere.
func (p Position) Before(o Position) bool {
	return cmp.Or(cmp.Compare(p.Stream, o.Stream), cmp.Compare(p.Epoch, o.Epoch),
		cmp.Compare(p.ID, o.ID), cmp.Compare(p.Offset, o.Offset)) < 0
}

// Range is a run of offsets, both ends included.
type Range struct {
	First, Last int64
}

// Len returns how many offsets the range spans.
func (r Range) Len() int64 { return r.Last - r.First + 1 }

// Contains reports whether the offset lies in the range.
func (r Range) Contains(offset int64) bool { return r.First <= offset && offset <= r.Last }

// String returns "first-last".
func (r Range) String() string { return fmt.Sprintf("%d-%d", r.First, r.Last) }
