package calendar

import "time"

// instant counts nanoseconds since 1900-01-01 UTC, in a [span] also those of the local clock since its 1900-01-01. Event
// times have milliseconds; the finer unit costs nothing and makes [Hours.After] the exact inverse of [Hours.Working].
type instant int64

const (
	dayLength   = instant(24 * time.Hour)
	blockLength = 256 * dayLength // a few KB; most questions stay within one block
	firstDay    = -25567          // 1900-01-01 as a day number
	days        = 91311           // up to 2150-01-01
	blocks      = days/256 + 1
)

// instantOf returns the instant of t, or the nearest one there is.
func instantOf(t time.Time) instant {
	s := t.Unix() - firstDay*secondsPerDay
	switch {
	case s < 0:
		return 0
	case s >= days*secondsPerDay:
		return days * dayLength
	}
	return instant(s)*instant(time.Second) + instant(t.Nanosecond())
}

func (i instant) time() time.Time {
	const second = instant(time.Second)
	return time.Unix(firstDay*secondsPerDay+int64(i/second), int64(i%second)).UTC()
}

func (i instant) block() int { return int(i / blockLength) }

// block is the working time of some days.
type block struct {
	pieces []piece // in order, apart from each other
	total  instant
}

// piece is working time without a break.
type piece struct {
	from, until instant
	before      instant // working time in the block before it: what makes a question a search and a subtraction
}

// until returns the working time from the block's beginning to an instant in it.
func (b *block) until(at instant) instant {
	low, high := 0, len(b.pieces) // the pieces that begin before at are those below low, in the end
	for low < high {
		middle := int(uint(low+high) >> 1)
		if b.pieces[middle].from < at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return 0
	}
	p := &b.pieces[low-1]
	return p.before + min(at, p.until) - p.from
}

// at returns the earliest instant at which the working time since the block's beginning, which is more than 0 and at most
// the block's, has passed.
func (b *block) at(work instant) instant {
	low, high := 0, len(b.pieces)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if b.pieces[middle].before < work {
			low = middle + 1
		} else {
			high = middle
		}
	}
	p := &b.pieces[low-1]
	return p.from + work - p.before
}

// block returns a block, and makes it where nobody has yet. Two that make the same one at once get the same.
func (h *Hours) block(i int) *block {
	if b := h.blocks[i].Load(); b != nil {
		return b
	}
	b := h.build(instant(i) * blockLength)
	h.blocks[i].Store(b)
	return b
}

func (h *Hours) build(from instant) *block {
	b := &block{}
	h.spans(from, min(from+blockLength, days*dayLength), func(s span) {
		// What began on the day before may still go on.
		for day := int((s.from+s.offset)/dayLength) - 1; instant(day)*dayLength < s.until+s.offset; day++ {
			for _, i := range h.calendar.intervals(day + firstDay) {
				if from, until := s.clip(instant(day)*dayLength, i); from < until {
					b.pieces = append(b.pieces, piece{from, until, b.total})
					b.total += until - from
				}
			}
		}
	})
	return b
}

// span is a time during which the local clock goes evenly, offset ahead of UTC.
type span struct {
	from, until, offset instant
}

// clip returns the part of an interval, of the local date with that midnight, that lies in the span; from is not before
// until where none does.
func (s span) clip(midnight instant, i Interval) (from, until instant) {
	const minute = instant(time.Minute)
	from = max(s.from, midnight+instant(i.From)*minute-s.offset)
	until = min(s.until, midnight+instant(i.Until)*minute-s.offset)
	return from, until
}

// spans calls do for each span of the zone between two instants, in order.
func (h *Hours) spans(from, until instant, do func(span)) {
	for from < until {
		local := from.time().In(h.zone)
		_, offset := local.Zone()
		next := until
		if _, end := local.ZoneBounds(); !end.IsZero() {
			next = min(until, instantOf(end))
		}
		do(span{from, next, instant(offset) * instant(time.Second)})
		from = next
	}
}
