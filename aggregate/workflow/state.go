package workflow

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// State is what the log says up to some offset. It is not safe for concurrent use.
type State struct {
	next        int64
	head        Head
	foreign     int
	verdicts    map[uuid]Verdict
	things      map[Thing]change
	months      map[MonthID]*month
	documents   map[shelf][]Document
	adjustments map[series][]*adjustment
	rulings     map[string][]*Accepted // by company; the actions are [RuleIncident]
}

// change is the version of a thing and the command that gave it.
type change struct {
	version int64
	last    *Accepted
}

// New returns the state of an empty log.
func New() *State {
	return &State{
		verdicts: map[uuid]Verdict{}, things: map[Thing]change{}, months: map[MonthID]*month{},
		documents: map[shelf][]Document{}, adjustments: map[series][]*adjustment{}, rulings: map[string][]*Accepted{},
	}
}

// Apply reads the next record of the log and returns the verdict on its command. It is false for a record that is no
// command: such records are counted and change nothing. A record that was applied before changes nothing either.
func (s *State) Apply(r Record) (Verdict, bool) {
	c, err := ParseCommand(r.Value)
	id, ok := parseID(c.ID)
	ok = ok && err == nil
	if r.Offset >= s.next {
		s.next = r.Offset + 1
		if ok {
			s.decide(id, c, r)
		} else {
			s.foreign++
		}
	}
	if !ok {
		return Verdict{}, false
	}
	v, ok := s.verdicts[id]
	return v, ok
}

// decide settles a command, unless it is a copy of one that is settled.
func (s *State) decide(id uuid, c Command, r Record) {
	if _, copied := s.verdicts[id]; copied {
		return
	}
	at := time.UnixMilli(r.Time.UnixMilli()).UTC()
	a := &Accepted{Sequence: s.head.Sequence + 1, Offset: r.Offset, Time: at, Command: c}
	if refusal := s.judge(a); refusal != nil {
		s.verdicts[id] = Verdict{Offset: r.Offset, Time: at, Refusal: refusal}
		return
	}
	whole := *a
	whole.Value = r.Value
	a.Hash = Chain(s.head.Hash, whole)
	s.head = Head{a.Sequence, a.Offset, a.Hash, at}
	s.verdicts[id] = Verdict{Accepted: true, Sequence: a.Sequence, Offset: a.Offset, Time: at, Hash: a.Hash}
	c.Action.apply(s, a)
}

// judge returns why a command does not count. What is wrong with it by itself comes first, then what speaks against it as
// the log stands, then that somebody was faster. But where it came too late because somebody was faster, that is said:
// "already approved by wang" helps more than "the month is approved".
func (s *State) judge(a *Accepted) *Refusal {
	if err := a.Command.Validate(); err != nil {
		return refuse(CodeInvalid, "%v", err)
	}
	reason, stale := a.Command.Action.judge(s, a), s.stale(&a.Command)
	switch {
	case reason == nil:
		return stale
	case stale == nil || stale.Winner == nil || !reason.Code.yields():
		return reason
	case reason.Winner != nil:
		return &Refusal{CodeStale, reason.Detail, reason.Winner}
	}
	return stale
}

// raise gives things their next version.
func (s *State) raise(a *Accepted, things ...Thing) {
	for _, t := range things {
		s.things[t] = change{s.things[t].version + 1, a}
	}
}

// Verdict returns what became of the command with the id, false when the log has not reached it.
func (s *State) Verdict(id string) (Verdict, bool) {
	key, ok := parseID(id)
	if !ok {
		return Verdict{}, false
	}
	v, ok := s.verdicts[key]
	return v, ok
}

// Version returns how many accepted commands changed the thing.
func (s *State) Version(t Thing) int64 { return s.things[t].version }

// Next returns the offset after the last record applied, 0 before the first one.
func (s *State) Next() int64 { return s.next }

// Head returns the end of the chain of accepted commands.
func (s *State) Head() Head { return s.head }

// Foreign returns how many records were no commands.
func (s *State) Foreign() int { return s.foreign }

// Month returns what is known of a month: an open one when nothing is.
func (s *State) Month(id MonthID) Month {
	m, ok := s.months[id]
	if !ok {
		return Month{ID: id, Phase: PhaseOpen, Version: s.Version(MonthThing(id))}
	}
	copied := m.Month
	copied.Version = s.Version(MonthThing(id))
	copied.Scores, copied.Waivers, copied.Exports = slices.Clip(m.Scores), slices.Clip(m.Waivers), slices.Clip(m.Exports)
	copied.Appeals = slices.Clone(m.Appeals) // a verdict changes one in place
	return copied
}

// Companies returns the companies that have a month of which something is known, ordered.
func (s *State) Companies() []string {
	names := map[string]bool{}
	for id := range s.months {
		names[id.Company] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Months returns every month of a company of which something is known, by month, then policy.
func (s *State) Months(company string) []Month {
	var all []Month
	for id := range s.months {
		if id.Company == company {
			all = append(all, s.Month(id))
		}
	}
	slices.SortFunc(all, func(a, b Month) int {
		return cmp.Or(a.ID.Month.First().Compare(b.ID.Month.First()), cmp.Compare(a.ID.Policy, b.ID.Policy))
	})
	return all
}

// deciders are those who may move a month, whatever its policy says.
var deciders = []policy.Role{policy.Manager, policy.HR, policy.Leader, policy.Supervisor}

// allowed refuses who has none of the roles.
func allowed(by Actor, roles ...policy.Role) *Refusal {
	if slices.Contains(roles, by.Role) {
		return nil
	}
	return refuse(CodeRole, "%s may not do this: want one of the roles %s", by, list(roles))
}

// list names roles, each once.
func list(roles []policy.Role) string {
	var names []string
	for _, r := range roles {
		if !slices.Contains(names, string(r)) {
			names = append(names, string(r))
		}
	}
	return strings.Join(names, ", ")
}
