package workflow

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/policy"
)

func (v Approve) check(_ *Command, f *faults) {
	f.month(v.Month)
	f.name("run", v.Run)
	f.seen(v.Seen)
}

func (v Approve) expects() []Thing { return []Thing{MonthThing(v.Month)} }

func (v Approve) judge(s *State, a *Accepted) *Refusal {
	m, unknown := s.known(v.Month)
	if unknown != nil {
		return unknown
	}
	return firstOf(
		allowed(a.Command.By, m.Frozen.Terms.Approvers...),
		m.notAssessed(a.Command.By),
		m.notScorer(a.Command.By, 0, m.persons),
		m.in(m.approved, PhaseScored),
		m.isRun(v.Run),
		v.overtaken(s),
	)
}

// overtaken refuses an approval whose sender had not seen what changes the run and no version of the month: of several such
// decisions the last one is named.
func (v Approve) overtaken(s *State) *Refusal {
	if v.Seen == 0 {
		return nil
	}
	var last *Accepted
	for _, a := range s.entering(v.Month) {
		if a.Sequence > v.Seen && (last == nil || a.Sequence > last.Sequence) {
			last = a
		}
	}
	if last == nil {
		return nil
	}
	return meanwhile(last.Command.Action.expects()[0], last)
}

// entering returns the last decisions of each kind that a month is calculated from besides its own: rulings and documents of
// the company, approvals of the months before, and approved adjustments.
func (s *State) entering(id MonthID) []*Accepted {
	var all []*Accepted
	if rulings := s.rulings[id.Company]; len(rulings) > 0 {
		all = append(all, rulings[len(rulings)-1])
	}
	for _, kind := range []DocumentKind{PolicyDocument, CalendarDocument, RosterDocument} {
		if documents := s.documents[shelf{id.Company, kind}]; len(documents) > 0 {
			all = append(all, s.things[documents[len(documents)-1].thing()].last)
		}
	}
	for other, m := range s.months {
		if m.approved != nil && other.before(id) {
			all = append(all, m.approved)
		}
	}
	for _, adj := range s.adjustments[series{id.Company, id.Policy}] {
		if adj.approved != nil {
			all = append(all, adj.approved)
		}
	}
	return all
}

// before reports whether m is an earlier month of the company under the policy.
func (m MonthID) before(id MonthID) bool {
	return m.Company == id.Company && m.Policy == id.Policy && m.Month.First().Compare(id.Month.First()) < 0
}

func (v Approve) apply(s *State, a *Accepted) {
	m, step := s.months[v.Month], a.step()
	m.Phase, m.Approved, m.approved = PhaseApproved, &step, a
	s.raise(a, MonthThing(v.Month))
}

func (v Publish) check(_ *Command, f *faults) {
	f.month(v.Month)
	f.name("run", v.Run)
	if y := v.AppealUntil.UTC().Year(); !v.AppealUntil.IsZero() && (y < 1900 || y > 9999) {
		f.add("appeal_until: year %d", y)
	}
}

func (v Publish) expects() []Thing { return []Thing{MonthThing(v.Month)} }

func (v Publish) judge(s *State, a *Accepted) *Refusal {
	m, unknown := s.known(v.Month)
	if unknown != nil {
		return unknown
	}
	return firstOf(
		allowed(a.Command.By, slices.Concat(m.Frozen.Terms.Approvers, m.Frozen.Terms.Scorers, []policy.Role{policy.HR})...),
		m.in(m.published, PhaseApproved),
		m.isRun(v.Run),
	)
}

func (v Publish) apply(s *State, a *Accepted) {
	m, step := s.months[v.Month], a.step()
	m.Phase, m.Published, m.published, m.AppealUntil = PhasePublished, &step, a, v.AppealUntil.UTC()
	s.raise(a, MonthThing(v.Month))
}

// exporters are the roles that may say what went to payroll.
var exporters = []policy.Role{policy.Finance, policy.HR, policy.Leader, policy.Manager, policy.Supervisor, policy.GeneralManager}

func (v Export) check(_ *Command, f *faults) {
	f.month(v.Month)
	f.name("run", v.Run)
	f.seen(v.Seen)
	if len(v.Files) == 0 {
		f.add("files: missing")
	}
	for i, file := range v.Files {
		f.element("files", i, func(f *faults) {
			f.name("name", file.Name)
			f.hash("sha256", file.SHA256)
			if file.Bytes < 0 {
				f.add("bytes %d: negative", file.Bytes)
			}
		})
	}
	for i, id := range v.Adjustments {
		f.element("adjustments", i, func(f *faults) {
			f.id("id", id)
			if slices.Contains(v.Adjustments[:i], id) {
				f.add("%q: stands here twice", id)
			}
		})
	}
}

func (v Export) expects() []Thing { return []Thing{MonthThing(v.Month)} }

func (v Export) judge(s *State, a *Accepted) *Refusal {
	m, unknown := s.known(v.Month)
	if unknown != nil {
		return unknown
	}
	return firstOf(
		allowed(a.Command.By, exporters...),
		m.in(nil, PhasePublished, PhaseExported),
		m.isRun(v.Run),
		v.payable(s),
	)
}

// payable refuses adjustments that nobody approved, and those that were paid already.
func (v Export) payable(s *State) *Refusal {
	for _, id := range v.Adjustments {
		switch adj := s.adjustment(v.series(), id); {
		case adj == nil:
			return refuse(CodeUnknown, "adjustment %q of %s is not known", id, v.series())
		case adj.Approved == nil:
			return refuse(CodePhase, "adjustment %q is not approved", id)
		case adj.Exported != nil:
			return done(CodePhase, adj.exported)
		}
	}
	return nil
}

func (v Export) series() series { return series{v.Month.Company, v.Month.Policy} }

func (v Export) apply(s *State, a *Accepted) {
	m, step := s.months[v.Month], a.step()
	m.Phase, m.Exports = PhaseExported, append(m.Exports, Exported{v, step})
	s.raise(a, MonthThing(v.Month))
	for _, id := range v.Adjustments {
		adj := s.adjustment(v.series(), id)
		adj.Exported, adj.exported = &step, a
	}
	if len(v.Adjustments) > 0 {
		s.raise(a, v.series().thing())
	}
}
