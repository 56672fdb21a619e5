package turn

import "time"

// responses returns the first n turns as runs of a clock.
func (c *Conversation) responses(n int) []Deadline {
	all := make([]Deadline, n)
	for i := range all {
		t := &c.Turns[i]
		all[i] = Deadline{Start: t.Started, Met: t.Answered, MetBy: t.By, Closed: t.Closed}
	}
	return all
}

// resolutions returns a run from the opening and one from each reopening. What was closed before it was opened resolved
// nothing.
func (c *Conversation) resolutions() []Deadline {
	all := []Deadline{{Start: c.Opened}}
	for i := range c.Statuses {
		s, d := &c.Statuses[i], &all[len(all)-1]
		switch {
		case s.Time.Before(d.Start.Time):
		case s.Done() && d.Met == nil:
			d.Met, d.MetBy = &s.Origin, s.Agent
		case !s.Done() && d.Met != nil:
			all = append(all, Deadline{Start: s.Origin})
		}
	}
	return all
}

// followUps returns a run from the opening and, if the clock restarts, one from each question that came while none was
// owed. A follow-up meets all that are open.
func (c *Conversation) followUps(clock *Clock) []Deadline {
	var all []Deadline
	open := func(start Origin) { all = append(all, c.followedUp(start, clock.NeedFinding)) }
	open(c.Opened)
	if !clock.Restart {
		return all
	}
	for i := range c.Asks {
		ask, last := &c.Asks[i], &all[len(all)-1]
		if last.settledBefore(ask.Time) {
			open(*ask)
		}
	}
	return all
}

func (c *Conversation) followedUp(start Origin, needFinding bool) Deadline {
	d := Deadline{Start: start}
	for i := since(c.FollowUps, start.Time, (*FollowedUp).time); i < len(c.FollowUps); i++ {
		if f := &c.FollowUps[i]; f.Finding != "" || !needFinding {
			d.Met, d.MetBy = &f.Origin, f.Agent
			break
		}
	}
	d.Closed = c.closedBetween(start.Time, d.Met)
	return d
}

// settledBefore reports whether nothing was owed any more when the customer asked again.
func (d *Deadline) settledBefore(at time.Time) bool {
	return d.metBefore(at) || d.Closed != nil && d.Closed.Before(at)
}

// closedBetween returns when the conversation was first closed or resolved from an instant on and before something met the
// clock.
func (c *Conversation) closedBetween(from time.Time, met *Origin) *time.Time {
	for i := since(c.Statuses, from, (*StatusChange).time); i < len(c.Statuses); i++ {
		s := &c.Statuses[i]
		if met != nil && !s.Time.Before(met.Time) {
			return nil
		}
		if s.Done() {
			return &s.Time
		}
	}
	return nil
}

// promises returns the agreed times that stood: each from the promise that was made first to the last that replaced it
// before it was met or passed.
func (c *Conversation) promises() []Deadline {
	var all []Deadline
	for i := range c.Promises {
		p := &c.Promises[i]
		if !p.ahead() {
			continue
		}
		if n := len(all) - 1; n >= 0 && !all[n].settledBefore(p.Time) && !p.Time.After(all[n].Due) {
			all[n].Due, all[n].Promise = p.Until, p
			continue
		}
		d := Deadline{Start: p.Origin, Due: p.Until, Promise: p}
		d.Met, d.MetBy = c.kept(p)
		all = append(all, d)
	}
	return all
}

// kept returns what kept a promise: the next contact or resolution.
func (c *Conversation) kept(p *Promise) (*Origin, string) {
	met, by := c.nextContact(p.Time)
	for i := since(c.Statuses, p.Time, (*StatusChange).time); i < len(c.Statuses); i++ {
		s := &c.Statuses[i]
		if met != nil && !s.Time.Before(met.Time) {
			break
		}
		if s.Done() {
			return &s.Origin, s.Agent
		}
	}
	return met, by
}

// notices returns a run from each approval to the next contact.
func (c *Conversation) notices() []Deadline {
	var all []Deadline
	for i := range c.Approvals {
		a := &c.Approvals[i]
		d := Deadline{Start: a.Origin, For: a.For}
		d.Met, d.MetBy = c.nextContact(a.Time)
		d.Closed = c.closedBetween(a.Time, d.Met)
		all = append(all, d)
	}
	return all
}

func (c *Conversation) nextContact(from time.Time) (*Origin, string) {
	if i := since(c.Contacts, from, (*Contact).time); i < len(c.Contacts) {
		return &c.Contacts[i].Origin, c.Contacts[i].Agent
	}
	return nil, ""
}
