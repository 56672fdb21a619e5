package turn

import (
	"slices"
	"sort"
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

// pausesSince returns the stretches that had not ended by an instant.
func (r *run) pausesSince(start time.Time) []pause {
	return r.pauses[sort.Search(len(r.pauses), func(i int) bool { return r.pauses[i].until.IsZero() || r.pauses[i].until.After(start) }):]
}

// moved returns the due instant of a run, later by what was paused since its start until it was met; zero while it stands
// still. What begins when it is due comes too late. What begins when it was met is not its own: whoever sets aside what they
// answered moves nothing, and what was answered while it was set aside was due as if it had been taken up again just then.
func (r *run) moved(d *Deadline, due time.Time) time.Time {
	for _, p := range r.pausesSince(d.Start.Time) {
		if due.IsZero() || !p.from.Before(due) || d.Met != nil && !p.from.Before(d.Met.Time) {
			return due
		}
		if d.Met != nil && (p.until.IsZero() || p.until.After(d.Met.Time)) {
			p.until = d.Met.Time
		}
		if p.until.IsZero() {
			return time.Time{}
		}
		due = r.unit.add(due, r.unit.between(later(p.from, d.Start.Time), p.until))
	}
	return due
}

// elapsed returns what the clock ran between two instants.
func (r *run) elapsed(start, met time.Time) time.Duration {
	ran := r.unit.between(start, met)
	for _, p := range r.pausesSince(start) {
		if !p.from.Before(met) {
			break
		}
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
