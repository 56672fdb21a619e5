package turn

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// unit measures in what the target is written in.
type unit struct {
	target Target
	hours  *calendar.Hours
}

func (u unit) wall() bool { return u.target.Working == 0 && u.target.WorkingDays == 0 }

// after returns when the target is reached that starts at an instant, zero when the calendar never gets there.
func (u unit) after(start time.Time) time.Time {
	due, ok := start.Add(u.target.Wall), true
	switch {
	case u.target.WorkingDays > 0:
		due, ok = u.hours.AfterDays(start, u.target.WorkingDays)
	case u.target.Working > 0:
		due, ok = u.hours.After(start, u.target.Working)
	}
	if !ok {
		return time.Time{}
	}
	return due
}

func (u unit) between(from, to time.Time) time.Duration {
	if u.wall() {
		return max(0, to.Sub(from))
	}
	return u.hours.Working(from, to)
}

func (u unit) add(t time.Time, d time.Duration) time.Time {
	if u.wall() {
		return t.Add(d)
	}
	if later, ok := u.hours.After(t, d); ok {
		return later
	}
	return time.Time{}
}

// pause is a stretch in which a clock stands still; a zero until has not ended.
type pause struct{ from, until time.Time }

// pauses returns the stretches in which the conversation had one of the given statuses.
func (c *Conversation) pauses(statuses []event.Status) []pause {
	var all []pause
	standing := false
	for i := range c.Statuses {
		s := &c.Statuses[i]
		switch paused := slices.Contains(statuses, s.Status); {
		case paused && !standing:
			all = append(all, pause{from: s.Time})
			standing = true
		case !paused && standing:
			all[len(all)-1].until = s.Time
			standing = false
		}
	}
	return all
}

// moved returns a due instant later by what was paused since the start, zero while the clock stands still. What begins when
// it is due comes too late.
func (r *run) moved(start, due time.Time) time.Time {
	for _, p := range r.pauses {
		if due.IsZero() || !p.from.Before(due) {
			return due
		}
		if p.until.IsZero() {
			return time.Time{}
		}
		due = r.unit.add(due, r.unit.between(later(p.from, start), p.until))
	}
	return due
}

// elapsed returns what the clock ran between two instants.
func (r *run) elapsed(start, met time.Time) time.Duration {
	ran := r.unit.between(start, met)
	for _, p := range r.pauses {
		until := met
		if !p.until.IsZero() && p.until.Before(met) {
			until = p.until
		}
		ran -= r.unit.between(later(p.from, start), until)
	}
	return ran
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
