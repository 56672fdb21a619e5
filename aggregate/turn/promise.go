package turn

import "time"

// agree lets the times agreed with the customer set the deadline, as the clock has it.
func (r *run) agree(d *Deadline) {
	switch r.clock.Promise {
	case PromiseReplaces:
		r.replace(d)
	case PromiseEarlier:
		r.earlier(d)
	case PromiseIgnored:
	}
}

// replace lets each promise that was made before the deadline passed, and before it was met, replace it. A promise made
// before the clock started was about something else and can only give more time: nobody is late before the time agreed.
func (r *run) replace(d *Deadline) {
	first := since(r.c.Promises, d.Start.Time, (*Promise).time)
	if p := r.longest[first]; p != nil && !d.Due.IsZero() && p.Until.After(d.Due) {
		d.Due, d.Promise = p.Until, p
	}
	for i := first; i < len(r.c.Promises); i++ {
		p := &r.c.Promises[i]
		if d.metBefore(p.Time) || !d.Due.IsZero() && p.Time.After(d.Due) {
			break // and so are all that follow
		}
		if p.ahead() {
			d.Due, d.Promise = p.Until, p
		}
	}
}

// longest returns, for each place in the list, which of the promises before it gives the most time; nil for none.
func longest(promises []Promise) []*Promise {
	all := make([]*Promise, 1, len(promises)+1)
	for i := range promises {
		best, p := all[i], &promises[i]
		if p.ahead() && (best == nil || p.Until.After(best.Until)) {
			best = p
		}
		all = append(all, best)
	}
	return all
}

// earlier lets the agreed time that stands shorten the deadline. Agreed times replace one another while the earlier has not
// passed; one agreed before the clock started was about something else.
func (r *run) earlier(d *Deadline) {
	var standing *Promise
	for i := since(r.c.Promises, d.Start.Time, (*Promise).time); i < len(r.c.Promises); i++ {
		p := &r.c.Promises[i]
		if d.metBefore(p.Time) || standing != nil && p.Time.After(standing.Until) {
			break // and so are all that follow
		}
		if p.ahead() {
			standing = p
		}
	}
	if standing != nil && (d.Due.IsZero() || standing.Until.Before(d.Due)) {
		d.Due, d.Promise = standing.Until, standing
	}
}

// ahead reports whether the time agreed lay ahead when it was agreed: a time that has passed is no promise.
func (p *Promise) ahead() bool { return p.Until.After(p.Time) }

// metBefore reports whether the deadline was met before an instant. What is agreed after that is about something else.
func (d *Deadline) metBefore(at time.Time) bool { return d.Met != nil && d.Met.Time.Before(at) }
