package event

import (
	"cmp"
	"fmt"
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
