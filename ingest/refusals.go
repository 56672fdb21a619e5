package ingest

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// A table that refuses more than half of the rows, and more than a few, is wrong itself: a constraint that was meant
// otherwise, a column that was changed. Then rows are not rejected one by one until somebody notices.
const refusedFew = 10

// sayEvery is the least time between two lines of the log about the same.
const sayEvery = 10 * time.Second

// refusals counts what the store refused in ranges that follow each other without one that was taken whole. The zero value
// is ready.
type refusals struct {
	next          int64 // the offset at which a range follows
	rows, refused int

	seldom // for the rows
}

// add counts the rows of a range and how many of them are refused, and reports whether it is the table that is wrong.
func (r *refusals) add(in event.Range, rows, refused int) (wrong bool) {
	if in.First != r.next {
		r.rows, r.refused = 0, 0
	}
	r.next = in.Last + 1
	r.rows += rows
	r.refused += refused
	return r.refused > refusedFew && 2*r.refused > r.rows
}

// seldom lets something be said once in sayEvery, and counts what is not said. The zero value is ready.
type seldom struct {
	said   time.Time
	unsaid int
}

// say adds n and reports whether to speak now, and of how many.
func (s *seldom) say(now time.Time, n int) (all int, ok bool) {
	s.unsaid += n
	if now.Sub(s.said) < sayEvery {
		return 0, false
	}
	all = s.unsaid
	s.said, s.unsaid = now, 0
	return all, true
}
