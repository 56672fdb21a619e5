package workflow

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/policy"
)

func (a *Appeal) place() place { return place{a.Agent, a.Rule} }

// appeal returns the appeal that the command with the id filed, nil when there is none.
func (m *month) appeal(id string) *Appeal {
	for i := range m.Appeals {
		if m.Appeals[i].ID == id {
			return &m.Appeals[i]
		}
	}
	return nil
}

// advocates are the roles that may appeal for somebody else.
var advocates = []policy.Role{policy.HR, policy.Supervisor, policy.Manager}

func (v FileAppeal) check(c *Command, f *faults) {
	f.month(v.Month)
	f.name("agent", v.Agent)
	f.given("rule", v.Rule, maxLine)
	f.reason("why", c.Why)
}

// expects nothing: two people who appeal at once must not be in each other's way.
func (v FileAppeal) expects() []Thing { return nil }

func (v FileAppeal) judge(s *State, a *Accepted) *Refusal {
	m, unknown := s.known(v.Month)
	if unknown != nil {
		return unknown
	}
	return firstOf(
		m.has(v.Agent),
		allowed(a.Command.By, append([]policy.Role{policy.Agent}, advocates...)...),
		v.forThemselves(m, a.Command.By),
		m.in(nil, PhasePublished, PhaseExported),
		v.inTime(m, a),
		v.once(s, m),
	)
}

func (v FileAppeal) forThemselves(m *month, by Actor) *Refusal {
	if by.Role == policy.Agent && !of(by.Name, m.persons)(v.Agent) {
		return refuse(CodeRole, "%s is not %q: for somebody else want one of the roles %s", by, v.Agent, list(advocates))
	}
	return nil
}

// inTime goes by the time at which the broker appended the appeal; the last instant still counts.
func (v FileAppeal) inTime(m *month, a *Accepted) *Refusal {
	switch {
	case m.AppealUntil.IsZero():
		return refuse(CodeLate, "month %s was published without appeals", m.ID)
	case a.Time.After(m.AppealUntil):
		return refuse(CodeLate, "appeals against month %s were possible until %s UTC", m.ID, m.AppealUntil.Format("2006-01-02 15:04:05"))
	}
	return nil
}

func (v FileAppeal) once(s *State, m *month) *Refusal {
	i := slices.IndexFunc(m.Appeals, func(a Appeal) bool { return a.Verdict == nil && a.place() == place{v.Agent, v.Rule} })
	if i < 0 {
		return nil
	}
	return done(CodeDuplicate, s.things[AppealThing(m.Appeals[i].ID)].last)
}

func (v FileAppeal) apply(s *State, a *Accepted) {
	m, id := s.months[v.Month], a.Command.ID
	m.Appeals = append(m.Appeals, Appeal{ID: id, Agent: v.Agent, Rule: v.Rule, Step: a.step()})
	s.raise(a, AppealThing(id), MonthThing(v.Month))
}

func (v DecideAppeal) check(c *Command, f *faults) {
	f.month(v.Month)
	f.id("appeal", v.Appeal)
	f.reason("why", c.Why)
}

func (v DecideAppeal) expects() []Thing { return []Thing{AppealThing(v.Appeal)} }

func (v DecideAppeal) judge(s *State, a *Accepted) *Refusal {
	m, unknown := s.known(v.Month)
	if unknown != nil {
		return unknown
	}
	appeal, by := m.appeal(v.Appeal), a.Command.By
	if appeal == nil {
		return refuse(CodeUnknown, "appeal %q of month %s is not known", v.Appeal, m.ID)
	}
	return firstOf(
		allowed(by, append([]policy.Role{policy.Panel, policy.HR, policy.GeneralManager}, m.Frozen.Terms.Approvers...)...),
		notAbout(by, appeal.Agent, of(by.Name, m.persons)),
		m.notFiler(by, appeal),
		m.notAttacked(by, appeal),
		v.once(s, appeal),
	)
}

// notFiler refuses who filed the appeal for somebody else.
func (m *month) notFiler(by Actor, appeal *Appeal) *Refusal {
	if of(by.Name, m.persons)(appeal.By.Name) {
		return refuse(CodeSelf, "%s filed appeal %q: somebody else decides about it", by, appeal.ID)
	}
	return nil
}

// notAttacked refuses who gave the score or waiver that the appeal is about, where four eyes are wanted.
func (m *month) notAttacked(by Actor, appeal *Appeal) *Refusal {
	givers := m.giversWho(of(by.Name, m.persons))
	if m.Frozen.Terms.FourEyes && len(givers) > 0 && (attacked(m.Scores, givers, appeal) || attacked(m.Waivers, givers, appeal)) {
		return refuse(CodeFourEyes, "%s judged what appeal %q is about: somebody else decides", by, appeal.ID)
	}
	return nil
}

func attacked[T word](words []T, givers map[string]bool, appeal *Appeal) bool {
	for w := range standing(words) {
		if givers[w.given().By.Name] && appeal.place().covers(w.place()) {
			return true
		}
	}
	return false
}

func (v DecideAppeal) once(s *State, appeal *Appeal) *Refusal {
	if appeal.Verdict == nil {
		return nil
	}
	return done(CodePhase, s.things[AppealThing(v.Appeal)].last)
}

func (v DecideAppeal) apply(s *State, a *Accepted) {
	m := s.months[v.Month]
	m.appeal(v.Appeal).Verdict = &AppealVerdict{v.Upheld, a.step()}
	s.raise(a, AppealThing(v.Appeal), MonthThing(v.Month))
}
