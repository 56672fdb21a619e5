package turn

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

// replace lets each promise that was made before the deadline passed replace it. A promise made before the clock started
// was about something else and can only give more time: nobody is late before the time agreed.
func (r *run) replace(d *Deadline) {
	for i := range r.c.Promises {
		p := &r.c.Promises[i]
		before := p.Time.Before(d.Start.Time)
		switch {
		case !p.ahead():
		case !d.Due.IsZero() && p.Time.After(d.Due):
		case before && (d.Due.IsZero() || !p.Until.After(d.Due)):
		default:
			d.Due, d.Promise = p.Until, p
		}
	}
}

// earlier lets the agreed time that stands shorten the deadline. Agreed times replace one another while the earlier has not
// passed; one agreed before the clock started was about something else.
func (r *run) earlier(d *Deadline) {
	var standing *Promise
	for i := range r.c.Promises {
		p := &r.c.Promises[i]
		if p.ahead() && !p.Time.Before(d.Start.Time) && (standing == nil || !p.Time.After(standing.Until)) {
			standing = p
		}
	}
	if standing != nil && (d.Due.IsZero() || standing.Until.Before(d.Due)) {
		d.Due, d.Promise = standing.Until, standing
	}
}

// ahead reports whether the time agreed lay ahead when it was agreed: a time that has passed is no promise.
func (p *Promise) ahead() bool { return p.Until.After(p.Time) }
