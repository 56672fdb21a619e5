package metric

import (
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// sums is what most metrics keep: numerator, denominator and sample of everybody, what is nobody's, and the evidence of
// those to explain.
type sums struct {
	period *Period
	values map[string]*Value
	nobody map[string]int64
	events map[string]*gathered
}

func newSums(p *Period) sums {
	return sums{p, map[string]*Value{}, map[string]int64{}, map[string]*gathered{}}
}

// value returns the sums of an agent, which begin at nothing.
func (s *sums) value(agent string) *Value {
	v := s.values[agent]
	if v == nil {
		v = &Value{Agent: agent}
		s.values[agent] = v
	}
	return v
}

// add adds one case to an agent's sums.
func (s *sums) add(agent string, num, den int64) {
	v := s.value(agent)
	v.Num, v.Den, v.Sample = v.Num+num, v.Den+den, v.Sample+1
}

// explain keeps an event behind an agent's value, if anybody will ask for it.
func (s *sums) explain(agent string, o turn.Origin, date calendar.Date, bad bool, note string) {
	if s.period.explains(agent) {
		s.period.gather(s.events, agent, Evidence{o, date, bad, note})
	}
}

// result returns num ÷ den of everybody.
func (s *sums) result() Result {
	r := Result{Nobody: maps.Clone(s.nobody)}
	for _, agent := range slices.Sorted(maps.Keys(s.values)) {
		r.Values = append(r.Values, *s.values[agent])
	}
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

func (s *sums) evidence(agent string) EvidenceList { return s.events[agent].list() }
