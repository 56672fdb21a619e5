package workflow

import (
	"cmp"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// judges are the roles that may rule on incidents.
var judges = []policy.Role{policy.Supervisor, policy.Manager, policy.Leader, policy.Panel, policy.HR, policy.GeneralManager}

func (v RuleIncident) check(c *Command, f *faults) {
	f.plain("company", v.Company)
	f.name("incident", v.Incident)
	f.name("about", v.About)
	f.ordered("accounts", v.Accounts)
	if v.Zone == "" {
		f.add("zone: missing")
	}
	if by := v.Ruling.By; by != "" && by != c.By.Name {
		f.add("ruling.by %q: the command is from %q", by, c.By.Name)
	}
	if err := checkEvent(v.event(c, time.UnixMilli(0), 0)); err != nil {
		f.add("ruling: %w", err)
	}
}

// event returns the ruling as an event. Its reason is the command's where it has none of its own.
func (v RuleIncident) event(c *Command, at time.Time, offset int64) event.Event {
	ruling := v.Ruling
	ruling.By, ruling.Reason = c.By.Name, cmp.Or(ruling.Reason, c.Why)
	e := decided(v.Company, v.Incident, c.ID, v.Zone, at.UTC(), ruling)
	e.Position.Offset = offset
	return e
}

func (v RuleIncident) thing() Thing { return IncidentThing(v.Company, v.Incident) }

func (v RuleIncident) expects() []Thing { return []Thing{v.thing()} }

func (v RuleIncident) judge(s *State, a *Accepted) *Refusal {
	return firstOf(allowed(a.Command.By, judges...), v.notAbout(s, a.Command.By))
}

// notAbout refuses who the incident is about, by any name that the sender or a month of the company knows.
func (v RuleIncident) notAbout(s *State, by Actor) *Refusal {
	known := []identities{identify(map[string][]string{v.About: v.Accounts})}
	for id, m := range s.months {
		if id.Company == v.Company {
			known = append(known, m.persons)
		}
	}
	if of(by.Name, known...)(v.About) {
		return refuse(CodeSelf, "incident %q is about %s: somebody else rules on it", v.Incident, by)
	}
	return nil
}

func (v RuleIncident) apply(s *State, a *Accepted) {
	s.rulings[v.Company] = append(s.rulings[v.Company], a)
	s.raise(a, v.thing())
}
