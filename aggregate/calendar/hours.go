package calendar

import (
	"sync/atomic"
	"time"
)

// Hours is a calendar in a zone: working time between instants. An instant is working time when the local clock then shows
// a time inside an interval, of its date or reaching over from the date before. So an hour that the clocks leave out is no
// working time, an hour that they repeat is twice, and a night shift lasts as long as the night really does.
//
// It computes blocks of days when they are first asked for and keeps them, about 6 KB for a year of one interval a day.
// Many may use it at once. Before 1900 and from 2150 on there is no working time.
type Hours struct {
	calendar *Calendar
	zone     *time.Location
	blocks   [blocks]atomic.Pointer[block]
}

// In returns the calendar in a zone. What it learns is worth keeping: make one for each zone, not one for each question.
func (c *Calendar) In(zone *time.Location) *Hours { return &Hours{calendar: c, zone: zone} }

// Calendar returns the calendar whose hours these are.
func (h *Hours) Calendar() *Calendar { return h.calendar }

// Zone returns the zone.
func (h *Hours) Zone() *time.Location { return h.zone }

// Working returns the working time from one instant to another, exactly; 0 when the second is not after the first.
func (h *Hours) Working(from, to time.Time) time.Duration {
	a, b := instantOf(from), instantOf(to)
	if b <= a {
		return 0
	}
	first, last := a.block(), b.block()
	sum := -h.block(first).until(a)
	for ; first < last; first++ {
		sum += h.block(first).total
	}
	return time.Duration(sum + h.block(last).until(b))
}

// After returns the earliest instant, in UTC, at which that much working time has passed since start, and start itself when
// none has to. It is false when so much does not pass within 10 years.
func (h *Hours) After(start time.Time, work time.Duration) (time.Time, bool) {
	if work <= 0 {
		return start.UTC(), true
	}
	limit := instantOf(start.AddDate(horizonYears, 0, 0))
	if work > time.Duration(limit) {
		return time.Time{}, false // nor could it be added to anything
	}
	i := instantOf(start)
	at := i.block()
	target := h.block(at).until(i) + instant(work) // in the block's own count
	for ; at <= limit.block(); at++ {
		b := h.block(at)
		if target <= b.total {
			end := b.at(target)
			return end.time(), end <= limit
		}
		target -= b.total
	}
	return time.Time{}, false
}

// AfterDays returns the end of working hours, in UTC, of the n-th working day after the local date of start, which itself
// never counts, and start itself when n is not positive. A date that the zone left out is no working day. It is false when
// there are not so many within 10 years.
func (h *Hours) AfterDays(start time.Time, n int) (time.Time, bool) {
	if n <= 0 {
		return start.UTC(), true
	}
	day := DateOf(start, h.zone).number()
	for range horizonDays {
		day++
		_, end, ok := h.shift(day)
		if ok {
			n--
		}
		if n == 0 {
			return end, true
		}
	}
	return time.Time{}, false
}

// Shift returns when, in UTC, the first interval that begins on the date begins and the last one ends; false when no
// working time begins on it.
func (h *Hours) Shift(d Date) (start, end time.Time, ok bool) { return h.shift(d.number()) }

func (h *Hours) shift(day int) (start, end time.Time, ok bool) {
	all := h.calendar.intervals(day)
	if d := dateOfNumber(day); len(all) == 0 || d.Year < firstYear || d.Year > lastYear {
		return time.Time{}, time.Time{}, false
	}
	midnight := instant(day-firstDay) * dayLength
	// The local date, and the night after, lie somewhere in here.
	const before, after = instant(maxOffset), dayLength*2 + instant(maxOffset)
	var first, last instant
	h.spans(midnight-before, midnight+after, func(s span) {
		for _, i := range all {
			if from, until := s.clip(midnight, i); from < until {
				if !ok {
					first, ok = from, true
				}
				last = until // times pass in order, also through clocks set back
			}
		}
	})
	if !ok {
		return time.Time{}, time.Time{}, false
	}
	return first.time(), last.time(), true
}
