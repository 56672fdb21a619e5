package workflow

func (f Freeze) check(_ *Command, p *faults) {
	p.month(f.Month)
	p.hash("policy", f.Policy)
	p.hash("calendar", f.Calendar)
	for i, d := range f.Decide {
		p.element("decide", i, func(p *faults) { p.given("reading", d, maxLine) })
	}
	p.positions(f.Positions)
	p.roles("terms.scorers", f.Terms.Scorers)
	p.roles("terms.approvers", f.Terms.Approvers)
}

func (f Freeze) expects() []Thing { return []Thing{MonthThing(f.Month)} }

// judge wants the documents to stand in the log: without them nobody could calculate the month again.
func (f Freeze) judge(s *State, a *Accepted) *Refusal {
	return firstOf(
		s.active(f.Month.Company, PolicyDocument, f.Policy),
		s.active(f.Month.Company, CalendarDocument, f.Calendar),
		allowed(a.Command.By, f.Terms.movers()...),
		f.again(s.months[f.Month]),
	)
}

// again refuses to freeze a month that is frozen, unless that is what is wanted and the month is not locked.
func (f Freeze) again(m *month) *Refusal {
	switch {
	case m == nil:
		return nil
	case !f.Again && !m.Phase.Locked():
		return done(CodePhase, m.frozen)
	}
	return m.in(m.approved, PhaseOpen, PhaseCalculated, PhaseScored)
}

// apply forgets the run: it was calculated from something else. What people gave stands.
func (f Freeze) apply(s *State, a *Accepted) {
	m, ok := s.months[f.Month]
	if !ok {
		m = &month{Month: Month{ID: f.Month}, givers: map[string]bool{}}
		s.months[f.Month] = m
	}
	m.Phase, m.Frozen, m.frozen = PhaseOpen, &Frozen{f, a.step()}, a
	m.Run, m.Calculated, m.People, m.Accounts, m.persons = nil, nil, nil, nil, nil
	s.raise(a, MonthThing(f.Month))
}

func (c Calculate) check(_ *Command, f *faults) {
	f.month(c.Month)
	f.run("run", c.Run)
	f.ordered("people", c.People)
	if c.Run.Agents != len(c.People) {
		f.add("run.agents: %d, but people are %d", c.Run.Agents, len(c.People))
	}
	f.accounts(c.Accounts)
}

func (c Calculate) expects() []Thing { return []Thing{MonthThing(c.Month)} }

func (c Calculate) judge(s *State, a *Accepted) *Refusal {
	m, unknown := s.known(c.Month)
	if unknown != nil {
		return unknown
	}
	return firstOf(
		allowed(a.Command.By, m.Frozen.Terms.movers()...),
		m.in(m.approved, PhaseOpen, PhaseCalculated, PhaseScored),
		c.same(m),
	)
}

// same refuses what would change nothing: two who close a month at once come to the same, and one of them is enough.
func (c Calculate) same(m *month) *Refusal {
	if m.Run != nil && m.Run.ID == c.Run.ID && m.Phase == c.phase() {
		return refuse(CodeDuplicate, "run %q is that of month %s already", c.Run.ID, m.ID)
	}
	return nil
}

func (c Calculate) phase() Phase {
	if c.Run.Missing == 0 {
		return PhaseScored
	}
	return PhaseCalculated
}

func (c Calculate) apply(s *State, a *Accepted) {
	m, step := s.months[c.Month], a.step()
	m.Phase, m.Run, m.Calculated = c.phase(), &c.Run, &step
	m.People, m.Accounts, m.persons = c.People, c.Accounts, identify(c.Accounts)
	s.raise(a, MonthThing(c.Month))
}
