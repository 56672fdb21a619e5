package metric

import (
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// judgements is the tally of a metric made of what people judged, which the period keeps anyway.
type judgements struct {
	period *Period
	agents func() []string
	of     func(agent string) judgement
}

// judgement is what one agent's cases come to.
type judgement struct {
	value Value
	shown []Evidence
}

func (j *judgement) add(num, den int64, e Evidence) {
	v := &j.value
	v.Num, v.Den, v.Sample = v.Num+num, v.Den+den, v.Sample+1
	j.shown = append(j.shown, e)
}

func (t judgements) result() Result {
	var r Result
	for _, agent := range t.agents() {
		if j := t.of(agent); j.value.Sample > 0 {
			j.value.Agent = agent
			r.Values = append(r.Values, j.value)
		}
	}
	return r
}

func (t judgements) evidence(agent string) EvidenceList { return EvidenceOf(t.of(agent).shown...) }

func reviewed(p *Period) func() []string {
	return func() []string { return slices.Sorted(maps.Keys(p.people.reviews)) }
}

// judgedOn returns the date of what a person judged of the month. It counts for the month that it names, on whatever date it
// was written.
func (p *Period) judgedOn(agent string, o turn.Origin) calendar.Date {
	zone := p.zoneOn(agent, p.scope.Month.Last(), o)
	return calendar.DateOf(o.Time, zone)
}
