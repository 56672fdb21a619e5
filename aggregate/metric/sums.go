package metric

import (
	"cmp"
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// sums is what most metrics keep: numerator, denominator and sample of everybody, what is nobody's, and the evidence of
// those to explain.
type sums struct {
	period *Period
	values []*Value // by [who]'s number, nil where there is none
	nobody map[string]int64
	events []*gathered // likewise
}

func newSums(p *Period) sums {
	return sums{period: p, nobody: map[string]int64{}}
}

// value returns the sums of an agent, which begin at nothing.
func (s *sums) value(w *who) *Value {
	s.values = reaching(s.values, w.number)
	v := s.values[w.number]
	if v == nil {
		v = &Value{Agent: w.name}
		s.values[w.number] = v
	}
	return v
}

// reaching returns a list that has a place of that number.
func reaching[T any](list []*T, number int) []*T {
	if more := number + 1 - len(list); more > 0 {
		return append(list, make([]*T, more)...)
	}
	return list
}

// of returns what a list has of somebody, nil for nothing.
func of[T any](list []*T, w *who) *T {
	if w == nil || w.number >= len(list) {
		return nil
	}
	return list[w.number]
}

// add adds one case to an agent's sums.
func (s *sums) add(w *who, num, den int64) {
	v := s.value(w)
	v.Num, v.Den, v.Sample = v.Num+num, v.Den+den, v.Sample+1
}

// explain keeps an event behind an agent's value, if anybody will ask for it.
func (s *sums) explain(w *who, o *turn.Origin, date calendar.Date, bad bool, note string) {
	if !w.explained {
		return
	}
	s.events = reaching(s.events, w.number)
	g := s.events[w.number]
	if g == nil {
		g = &gathered{}
		s.events[w.number] = g
	}
	g.add(o, date, bad, note, s.period.scope.Brief)
}

// result returns num ÷ den of everybody.
func (s *sums) result() Result {
	r := Result{Nobody: maps.Clone(s.nobody)}
	for _, v := range s.values {
		if v != nil {
			r.Values = append(r.Values, *v)
		}
	}
	slices.SortFunc(r.Values, func(a, b Value) int { return cmp.Compare(a.Agent, b.Agent) })
	return r
}

// count returns num ÷ 1 of everybody: a plain count has no denominator that could be 0.
func (s *sums) count() Result {
	r := s.result()
	for i := range r.Values {
		r.Values[i].Den = 1
	}
	return r
}

func (s *sums) evidence(agent string) EvidenceList {
	return of(s.events, s.period.everybody[agent]).list()
}
