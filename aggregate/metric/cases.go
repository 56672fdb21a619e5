package metric

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// cases are the sums of a metric of conversations: by the settings all count or only those of the sample, and durations
// become a mean or a percentile.
type cases struct {
	sums
	settings  Settings
	durations map[string][]int64 // of a percentile, in no order
	held      []held             // until the sample is known

	sample   *cases // what counts of the held,
	sampleAt int    // after so many additions to the period
}

// oneCase is a case that counts: a clock that has run out, a turn, a rating.
type oneCase struct {
	agent, team string // agent "" is nobody's, counted by team
	num, den    int64
	origin      turn.Origin
	date        calendar.Date
	bad         bool
	apart       bool // counts neither way, nobody's nor anybody's, and is evidence only
	note        string
}

type held struct {
	members []string // the conversations it belongs to
	oneCase
}

func newCases(p *Period, s Settings) cases {
	return cases{sums: newSums(p), settings: s, durations: map[string][]int64{}}
}

// take counts a case of a conversation, or holds it until the sample is known.
func (t *cases) take(c *conversation, one oneCase) {
	one.team = c.Team
	if t.settings.Population == Sampled {
		t.held = append(t.held, held{c.Members, one})
		return
	}
	t.credit(&one)
}

func (t *cases) credit(c *oneCase) {
	if c.apart {
		t.explain(t.period.who(c.agent), &c.origin, c.date, c.bad, c.note)
		return
	}
	if c.agent == "" {
		t.nobody[c.team]++
		return
	}
	w := t.period.who(c.agent)
	t.add(w, c.num, c.den)
	if t.settings.Statistic == P50 || t.settings.Statistic == P90 {
		t.durations[w.name] = append(t.durations[w.name], c.num)
	}
	t.explain(w, &c.origin, c.date, c.bad, c.note)
}

// known returns the sums of what counts, now that all is known.
func (t *cases) known() *cases {
	if t.settings.Population != Sampled {
		return t
	}
	if t.sample != nil && t.sampleAt == t.period.added {
		return t.sample
	}
	sampled := newCases(t.period, t.settings)
	for i := range t.held {
		h := &t.held[i]
		if slices.ContainsFunc(h.members, func(id string) bool { return t.period.people.sampled[id] }) {
			sampled.credit(&h.oneCase)
		}
	}
	t.sample, t.sampleAt = &sampled, t.period.added
	return t.sample
}

func (t *cases) result() Result {
	k := t.known()
	r := k.sums.result()
	for i := range r.Values {
		v := &r.Values[i]
		switch t.settings.Statistic {
		case P50:
			v.Num, v.Den = percentile(k.durations[v.Agent], 50), 1
		case P90:
			v.Num, v.Den = percentile(k.durations[v.Agent], 90), 1
		case Mean:
		}
	}
	return r
}

func (t *cases) evidence(agent string) EvidenceList { return t.known().sums.evidence(agent) }

// percentile returns the smallest of the durations, of which there is one at least, that so many percent of them do not
// exceed.
func percentile(durations []int64, percent int) int64 {
	slices.Sort(durations)
	rank := (len(durations)*percent + 99) / 100
	return durations[max(rank, 1)-1]
}
