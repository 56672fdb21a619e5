package workflow

import (
	"fmt"
	"slices"
	"strings"
)

// Adjustment is an adjustment that was calculated. Of those that nobody approved only the last one is kept.
type Adjustment struct {
	Adjust
	Step
	ID       string // of the command that calculated it
	Approved *Step  // nil while nobody has approved it
	Exported *Step  // nil while it is not paid
}

// adjustment is an adjustment as the fold keeps it.
type adjustment struct {
	Adjustment
	persons            identities
	approved, exported *Accepted
}

// series names the adjustments of a company's months under a policy.
type series struct{ company, policy string }

// String returns "company/policy".
func (r series) String() string { return r.company + "/" + r.policy }

func (r series) thing() Thing { return AdjustmentThing(r.company, r.policy) }

func (r series) month(m AdjustedMonth) MonthID { return MonthID{r.company, r.policy, m.Month} }

// adjustment returns the adjustment with the id, nil when there is none.
func (s *State) adjustment(r series, id string) *adjustment {
	for _, a := range s.adjustments[r] {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// waiting returns the adjustment that nobody has approved, nil when there is none.
func (s *State) waiting(r series) *adjustment {
	if all := s.adjustments[r]; len(all) > 0 && all[len(all)-1].Approved == nil {
		return all[len(all)-1]
	}
	return nil
}

// Adjustments returns the adjustments of a company's months under a policy, in order: the approved ones, and the one that
// waits, if any.
func (s *State) Adjustments(company, policy string) []Adjustment {
	var all []Adjustment
	for _, a := range s.adjustments[series{company, policy}] {
		all = append(all, a.Adjustment)
	}
	return all
}

func (v Adjust) series() series { return series{v.Company, v.Policy} }

func (v Adjust) check(_ *Command, f *faults) {
	f.plain("company", v.Company)
	f.plain("policy", v.Policy)
	f.positions(v.Positions)
	f.ordered("people", v.People)
	f.accounts(v.Accounts)
	if len(v.Months) == 0 && len(v.People) > 0 {
		f.add("people: no month changes")
	}
	for i, m := range v.Months {
		f.element("months", i, func(f *faults) {
			if _, err := m.Month.MarshalText(); err != nil {
				f.add("month: %w", err)
			}
			if i > 0 && v.Months[i-1].Month.First().Compare(m.Month.First()) >= 0 {
				f.add("month %s: not after %s", m.Month, v.Months[i-1].Month)
			}
			f.name("from", m.From)
			f.run("run", m.Run)
			if m.Changed < 0 {
				f.add("changed %d: negative", m.Changed)
			}
		})
	}
}

func (v Adjust) expects() []Thing { return []Thing{v.series().thing()} }

func (v Adjust) judge(s *State, a *Accepted) *Refusal {
	if len(v.Months) == 0 {
		return v.withdraw(s, a.Command.By)
	}
	var latest *month
	for _, adjusted := range v.Months {
		m, unknown := s.known(v.series().month(adjusted))
		if unknown != nil {
			return unknown
		}
		latest = m
	}
	if r := allowed(a.Command.By, latest.Frozen.Terms.movers()...); r != nil {
		return r
	}
	for _, adjusted := range v.Months {
		if r := adjusted.from(s.months[v.series().month(adjusted)]); r != nil {
			return r
		}
	}
	return nil
}

// withdraw refuses to take away what does not wait: everything that is known changes nothing, and that is so already.
func (v Adjust) withdraw(s *State, by Actor) *Refusal {
	adj := s.waiting(v.series())
	if adj == nil {
		return refuse(CodeDuplicate, "no adjustment of %s waits for approval, and nothing is to be adjusted", v.series())
	}
	return allowed(by, s.latest(adj).Frozen.Terms.movers()...)
}

// from refuses to adjust a month that may still be calculated, or a run that does not hold any more.
func (a AdjustedMonth) from(m *month) *Refusal {
	switch {
	case !m.Phase.Locked():
		return m.in(nil, PhaseApproved, PhasePublished, PhaseExported)
	case a.From != m.Holds():
		return refuse(CodeUnknown, "run %q does not hold for month %s: run %q does", a.From, m.ID, m.Holds())
	}
	return nil
}

// apply replaces the adjustment that waits, if any: everything it knew is known to this one too.
func (v Adjust) apply(s *State, a *Accepted) {
	all := s.adjustments[v.series()]
	if s.waiting(v.series()) != nil {
		all = all[:len(all)-1]
	}
	if len(v.Months) > 0 {
		all = append(all, &adjustment{Adjustment: Adjustment{Adjust: v, Step: a.step(), ID: a.Command.ID}, persons: identify(v.Accounts)})
	}
	s.adjustments[v.series()] = all
	s.raise(a, v.series().thing())
}

func (v ApproveAdjustment) series() series { return series{v.Company, v.Policy} }

func (v ApproveAdjustment) check(_ *Command, f *faults) {
	f.plain("company", v.Company)
	f.plain("policy", v.Policy)
	f.id("adjustment", v.Adjustment)
}

func (v ApproveAdjustment) expects() []Thing { return []Thing{v.series().thing()} }

func (v ApproveAdjustment) judge(s *State, a *Accepted) *Refusal {
	adj := s.adjustment(v.series(), v.Adjustment)
	if adj == nil {
		return refuse(CodeUnknown, "adjustment %q of %s is not known", v.Adjustment, v.series())
	}
	months, by := s.adjusted(adj), a.Command.By
	if r := firstOf(allowed(by, s.latest(adj).Frozen.Terms.Approvers...), adj.notAbout(months, by), adj.notLateScorer(months, by)); r != nil {
		return r
	}
	if adj.Approved != nil {
		return done(CodePhase, adj.approved)
	}
	return adj.complete()
}

// complete refuses results in which somebody's word is missing, as those of a month are.
func (a *adjustment) complete() *Refusal {
	var missing []string
	for _, m := range a.Months {
		if m.Run.Missing > 0 {
			missing = append(missing, fmt.Sprintf("%s lacks %d", m.Month, m.Run.Missing))
		}
	}
	if len(missing) > 0 {
		return refuse(CodePhase, "scores are missing in adjustment %q: %s", a.ID, strings.Join(missing, ", "))
	}
	return nil
}

// lacks reports whether scores of a month are missing in the adjustment, whose results of the agent change.
func (a *adjustment) lacks(id MonthID, agent string) bool {
	_, listed := slices.BinarySearch(a.People, agent)
	return listed && slices.ContainsFunc(a.Months, func(m AdjustedMonth) bool { return m.Month == id.Month && m.Run.Missing > 0 })
}

// adjusted returns the months of an adjustment, in order.
func (s *State) adjusted(adj *adjustment) []*month {
	var all []*month
	for _, m := range adj.Months {
		all = append(all, s.months[adj.series().month(m)])
	}
	return all
}

// latest returns the last month of an adjustment, whose policy says who decides about it.
func (s *State) latest(adj *adjustment) *month {
	return s.months[adj.series().month(adj.Months[len(adj.Months)-1])]
}

// notAbout refuses an actor whose results change.
func (a *adjustment) notAbout(months []*month, by Actor) *Refusal {
	for _, m := range months {
		if slices.ContainsFunc(a.People, of(by.Name, m.persons, a.persons)) {
			return refuse(CodeSelf, "adjustment %q changes what %s gets: somebody else approves it", a.ID, by)
		}
	}
	return nil
}

// notLateScorer refuses an actor who judged after the lock what the adjustment counts, where four eyes are wanted.
func (a *adjustment) notLateScorer(months []*month, by Actor) *Refusal {
	for _, m := range months {
		if r := m.notScorer(by, m.approved.Sequence, m.persons, a.persons); r != nil {
			return r
		}
	}
	return nil
}

func (v ApproveAdjustment) apply(s *State, a *Accepted) {
	adj, step := s.adjustment(v.series(), v.Adjustment), a.step()
	adj.Approved, adj.approved = &step, a
	s.raise(a, v.series().thing())
	for i, m := range s.adjusted(adj) {
		m.holds = adj.Months[i].Run.ID
		s.raise(a, MonthThing(m.ID))
	}
}
