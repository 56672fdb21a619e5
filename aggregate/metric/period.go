package metric

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// Scope is what a period measures.
type Scope struct {
	Month    calendar.Month
	Roster   *roster.Roster     // complete before the first fact is added
	Calendar *calendar.Calendar // of working time; may be nil where no query asks for it
	Queries  []Query            // what will be asked; the same one may stand here twice

	// AsOf is until when facts are known. A deadline that has passed by then and is not met is missed; one that lies ahead
	// says nothing yet. Zero is the end of the month with everything known: every deadline of the month has passed.
	AsOf time.Time

	Explain    []string // agents whose evidence is kept
	ExplainAll bool     // everybody's is

	// Brief bounds the evidence that is kept: of the plain events behind a value, those that count against nobody and have no
	// note, at most [BriefEvidence], and none when there are more. How many there were is always known.
	Brief bool

	HoldMS int64 // from when on a hold is long, milliseconds; 0 is 10 seconds
}

// Period accumulates facts of one company for one month. It holds sums by agent, not facts, so its size follows the
// number of agents; percentiles and samples of conversations need one number a case, and what people judged is kept as it
// is, for it is little. It belongs to one goroutine.
type Period struct {
	scope     Scope
	explain   map[string]bool
	hours     map[*time.Location]*calendar.Hours
	zones     map[string]*zone  // by name
	everybody map[string]*who   // by name
	tallies   map[string]tally  // by key of the query
	results   map[string]Result // of the tallies since something was added
	added     int               // how often something was
	activity  activity
	people    people

	callTallies         []callTally
	conversationTallies []conversationTally
	measuredTallies     []measuredTally
	presenceTallies     []presenceTally

	lastZone     *zone // that the event before named
	lastZoneName string
}

// callTally is a tally that takes in calls whose local date lies in the month.
type callTally interface {
	addCall(*call)
}

// call is a call as tallies see it: who took it, and the local date.
type call struct {
	*turn.Call
	moment
	team *who // that it was for
}

// conversationTally is a tally that takes in conversations, of any month.
type conversationTally interface {
	addConversation(*conversation)
}

// measuredTally is a tally that takes in results that a source measured itself, of which the date on
// which it counts lies in the month.
type measuredTally interface {
	addMeasured(*measured)
}

// presenceTally is a tally that takes in stretches of time in which an agent did the same, all of it in the month.
type presenceTally interface {
	addPresence(*stretch)
}

// NewPeriod returns an empty period. The error names a metric that is not in the catalogue or that cannot be measured with
// what the scope has.
func NewPeriod(s Scope) (*Period, error) {
	s.HoldMS = cmp.Or(s.HoldMS, defaultHoldMS)
	p := &Period{scope: s, explain: map[string]bool{}, hours: map[*time.Location]*calendar.Hours{}, zones: map[string]*zone{},
		everybody: map[string]*who{}, tallies: map[string]tally{}, results: map[string]Result{}}
	p.activity, p.people = newActivity(p), newPeople(p)
	for _, agent := range s.Explain {
		p.explain[agent] = true
	}
	for _, q := range s.Queries {
		if err := p.ask(q); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// ask prepares for a query.
func (p *Period) ask(q Query) error {
	e, ok := catalogue[q.Metric]
	if !ok {
		return fmt.Errorf("query: %w", &document.Unknown{What: "metric", Name: q.Metric, Known: slices.Sorted(maps.Keys(catalogue))})
	}
	key := q.Key()
	if p.tallies[key] != nil {
		return nil
	}
	s := e.doc.complete(q.Settings)
	if p.scope.Calendar == nil && (e.doc.Calendar || s.working()) {
		return fmt.Errorf("query %q: it needs a calendar", key)
	}
	t := e.metric.tally(p, s)
	p.tallies[key] = t
	p.register(t)
	return nil
}

// register notes what a tally takes in.
func (p *Period) register(t tally) {
	if t, ok := t.(callTally); ok {
		p.callTallies = append(p.callTallies, t)
	}
	if t, ok := t.(conversationTally); ok {
		p.conversationTallies = append(p.conversationTallies, t)
	}
	if t, ok := t.(measuredTally); ok {
		p.measuredTallies = append(p.measuredTallies, t)
	}
	if t, ok := t.(presenceTally); ok {
		p.presenceTallies = append(p.presenceTallies, t)
	}
}

// Add takes in the facts of a subject, each subject once, in any order. Facts that belong to another month are left out.
// The error names an event whose zone no database has.
func (p *Period) Add(f turn.Facts) error {
	clear(p.results)
	p.added++
	for i := range f.Calls {
		if err := p.addCall(&f.Calls[i]); err != nil {
			return err
		}
	}
	for i := range f.Conversations {
		if err := p.addConversation(&f.Conversations[i]); err != nil {
			return err
		}
	}
	for i := range f.Measured {
		if err := p.addMeasured(&f.Measured[i]); err != nil {
			return err
		}
	}
	if err := p.addPresence(f.Presence); err != nil {
		return err
	}
	return p.people.add(&f)
}

// addCall hands a call to those who count calls, on the local date on which it entered.
func (p *Period) addCall(c *turn.Call) error {
	m, err := p.momentOf(c.Agent, &c.Origin)
	if err != nil || !p.scope.Month.Contains(m.date) {
		return err
	}
	seen := call{c, m, p.who(c.Team)}
	p.activity.addCall(&seen)
	p.people.addCall(&seen)
	for _, t := range p.callTallies {
		t.addCall(&seen)
	}
	return nil
}

// Result returns what a metric says about the period, and false when the period was not told to measure it. It is not to be
// changed.
func (p *Period) Result(q Query) (Result, bool) {
	key := q.Key()
	t, ok := p.tallies[key]
	if !ok {
		return Result{}, false
	}
	r, ok := p.results[key]
	if !ok {
		r = t.result()
		p.results[key] = r
	}
	return r, true
}

// Value returns one agent's value, or one team's of a metric per team. It is false when the period was not told to measure
// it; somebody about whom the metric has nothing to say has a count of 0, or no value.
func (p *Period) Value(q Query, of string) (Value, bool) {
	r, ok := p.Result(q)
	if !ok {
		return Value{}, false
	}
	i, found := slices.BinarySearchFunc(r.Values, of, func(v Value, of string) int { return cmp.Compare(v.Agent, of) })
	if found {
		return r.Values[i], true
	}
	return Value{Agent: of, Den: catalogue[q.Metric].doc.Fixed}, true
}

// Evidence returns what is behind one agent's value, in order of date and time; none unless the scope names the
// agent.
func (p *Period) Evidence(q Query, of string) EvidenceList {
	t, ok := p.tallies[q.Key()]
	if !ok || !p.explains(of) {
		return EvidenceList{}
	}
	list := t.evidence(of)
	if p.scope.Brief {
		list = list.bounded() // what comes of what the period keeps anyway
	}
	return list
}

func (p *Period) explains(of string) bool { return p.scope.ExplainAll || p.explain[of] }

// Month returns the month that is measured.
func (p *Period) Month() calendar.Month { return p.scope.Month }

// Roster returns who the people are.
func (p *Period) Roster() *roster.Roster { return p.scope.Roster }

// Calendar returns the calendar of working time, nil when there is none.
func (p *Period) Calendar() *calendar.Calendar { return p.scope.Calendar }

// AsOf returns until when facts are known; zero: everything of the month is.
func (p *Period) AsOf() time.Time { return p.scope.AsOf }

// Agents returns the ids of everybody about whom something is known, by roster, attendance, credited call or reply,
// presence, or a leave, review, exam or incident of the month, sorted.
func (p *Period) Agents() []string {
	agents := slices.Concat(p.scope.Roster.Agents(), slices.Collect(maps.Keys(p.activity.agents)), p.people.agents())
	slices.Sort(agents)
	return slices.Compact(agents)
}

// Team returns the team in which the agent is assessed. Somebody who is not on the roster belongs to the team that most of
// their credited calls and replies were for, the first by name when several have as many; listed tells the two cases apart.
func (p *Period) Team(agent string) (team string, listed bool) {
	if e, ok := p.scope.Roster.During(agent, p.scope.Month); ok {
		return e.Team, true
	}
	a := p.activity.agents[agent]
	if a == nil || len(a.teams) == 0 {
		return "", false
	}
	teams := slices.Collect(maps.Keys(a.teams))
	return slices.MinFunc(teams, func(x, y string) int {
		return cmp.Or(cmp.Compare(*a.teams[y], *a.teams[x]), cmp.Compare(x, y))
	}), false
}
