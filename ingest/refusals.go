package ingest

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// A table that refuses more than half of the rows, and more than a few, is wrong itself: a constraint that was meant
// otherwise, a column that was changed. Then rows are not rejected one by one until somebody notices.
const refusedFew = 10

// sayEvery is the least time between two lines of the log about refused rows.
const sayEvery = 10 * time.Second

// refusals counts what the store refused in ranges that follow each other without one that was taken whole. The zero value
// is ready.
type refusals struct {
	next          int64 // the offset at which a range follows
	rows, refused int

	said   time.Time
	unsaid int
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

// say reports whether to speak of refused rows now, and of how many.
func (r *refusals) say(now time.Time, refused int) (rows int, ok bool) {
	r.unsaid += refused
	if now.Sub(r.said) < sayEvery {
		return 0, false
	}
	rows = r.unsaid
	r.said, r.unsaid = now, 0
	return rows, true
}
