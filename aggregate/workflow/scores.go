package workflow

import "slices"

func (v SetScores) check(_ *Command, f *faults) {
	f.month(v.Month)
	for i, g := range v.Scores {
		f.element("scores", i, func(f *faults) {
			f.words("reason", g.Reason)
			if g.Points == nil && g.Reason == "" {
				f.add("neither points nor a reason")
			}
		})
	}
	for i, w := range v.Waivers {
		f.element("waivers", i, func(f *faults) {
			f.words("reason", w.Reason)
			f.reason("reason", w.Reason)
		})
	}
	f.places(v.places())
	if v.Appeal != "" {
		f.id("appeal", v.Appeal)
	}
}

// places wants each line once: who says two things about it at once has said nothing.
func (f *faults) places(all []place) {
	if len(all) == 0 {
		f.add("neither scores nor waivers")
	}
	seen := make(map[place]bool, len(all))
	for _, p := range all {
		f.name("agent", p.agent)
		f.given("rule", p.rule, maxLine)
		if seen[p] {
			f.add("%q under %q stands here twice", p.agent, p.rule)
		}
		seen[p] = true
	}
}

// places returns the lines that are judged.
func (v SetScores) places() []place {
	all := make([]place, 0, len(v.Scores)+len(v.Waivers))
	for _, g := range v.Scores {
		all = append(all, place{g.Agent, g.Rule})
	}
	for _, w := range v.Waivers {
		all = append(all, place{w.Agent, w.Rule})
	}
	return all
}

// expects wants the version of a card, or of the month where several lines change at once.
func (v SetScores) expects() []Thing {
	if p := v.places(); len(p) == 1 {
		return []Thing{CardThing(v.Month, p[0].agent)}
	}
	return []Thing{MonthThing(v.Month)}
}

func (v SetScores) judge(s *State, a *Accepted) *Refusal {
	m, unknown := s.known(v.Month)
	if unknown != nil {
		return unknown
	}
	by, places := a.Command.By, v.places()
	closed, persons := v.closed(s, m, places)
	is := of(by.Name, persons...)
	return firstOf(
		each(closed, func(p place) *Refusal { return m.has(p.agent) }),
		allowed(by, m.Frozen.Terms.Scorers...),
		each(places, func(p place) *Refusal { return notAbout(by, p.agent, is) }),
		v.open(m, closed),
	)
}

// closed returns the lines but those for which the adjustment waits that nobody has approved, if the month is locked, and
// what is known of who is who. The agents of the lines left out may have no card yet: the adjustment brings the first one of
// somebody whose roster came too late.
func (v SetScores) closed(s *State, m *month, places []place) ([]place, []identities) {
	adj := s.waiting(series{m.ID.Company, m.ID.Policy})
	if v.Appeal != "" || !m.Phase.Locked() || adj == nil {
		return places, []identities{m.persons}
	}
	judged := m.judgedAtLock()
	wanted := func(p place) bool { return adj.lacks(m.ID, p.agent) && !judged[p] }
	return slices.DeleteFunc(slices.Clone(places), wanted), []identities{m.persons, adj.persons}
}

// judgedAtLock returns the lines about which somebody had said something when the month was locked: nothing is missing there.
func (m *month) judgedAtLock() map[place]bool {
	judged := map[place]bool{}
	for _, g := range m.Scores {
		judged[g.place()] = judged[g.place()] || g.Sequence < m.approved.Sequence
	}
	for _, w := range m.Waivers {
		judged[w.place()] = judged[w.place()] || w.Sequence < m.approved.Sequence
	}
	return judged
}

func each(places []place, against func(place) *Refusal) *Refusal {
	for _, p := range places {
		if r := against(p); r != nil {
			return r
		}
	}
	return nil
}

// open refuses words before there are cards, and after the lock those that neither an upheld appeal asks for nor an adjustment
// waits for.
func (v SetScores) open(m *month, closed []place) *Refusal {
	switch {
	case v.Appeal != "":
		return m.opened(v.Appeal, closed)
	case !m.Phase.Locked():
		return m.in(nil, PhaseCalculated, PhaseScored)
	case len(closed) > 0:
		return done(CodeLocked, m.approved)
	}
	return nil
}

// opened refuses lines that the appeal does not open.
func (m *month) opened(id string, places []place) *Refusal {
	appeal := m.appeal(id)
	switch {
	case appeal == nil:
		return refuse(CodeUnknown, "appeal %q of month %s is not known", id, m.ID)
	case appeal.Verdict == nil || !appeal.Verdict.Upheld:
		return refuse(CodeLocked, "appeal %q is not upheld", id)
	}
	return each(places, func(p place) *Refusal {
		if appeal.place().covers(p) {
			return nil
		}
		return refuse(CodeLocked, "appeal %q is of %q about %q, not of %q about %q", id, appeal.Agent, appeal.Rule, p.agent, p.rule)
	})
}

// apply makes a complete month wait for the next calculation, in which the words count.
func (v SetScores) apply(s *State, a *Accepted) {
	m, step := s.months[v.Month], a.step()
	for _, g := range v.Scores {
		m.Scores = append(m.Scores, Given{g, &step, v.Appeal})
	}
	for _, w := range v.Waivers {
		m.Waivers = append(m.Waivers, Waived{w, &step, v.Appeal})
	}
	m.givers[a.Command.By.Name] = true
	if m.Phase == PhaseScored {
		m.Phase = PhaseCalculated
	}
	s.raise(a, MonthThing(v.Month))
	agents := map[string]bool{}
	for _, p := range v.places() {
		if !agents[p.agent] {
			agents[p.agent] = true
			s.raise(a, CardThing(v.Month, p.agent))
		}
	}
}
