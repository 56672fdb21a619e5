package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Result is what became of a scenario.
type Result struct {
	Policy     *policy.Policy // with the scenario's readings
	Cards      []score.Card   // of the scenario's agents, in the order of its file; none of somebody who was not there in the month
	Mismatches []Mismatch     // in the order of the file

	rewordings map[int]string // line of the file → what its wording should be
}

// Mismatch is a line of the scenario that does not come true.
type Mismatch struct {
	Line      int
	Agent     string
	Want, Got string
}

// String returns the mismatch without the file.
func (m Mismatch) String() string {
	return fmt.Sprintf("%d: %s: want %s, got %s", m.Line, m.Agent, m.Want, m.Got)
}

// Run runs the scenario under a policy; load returns the calendar of a name. The error is a [*document.Invalid] where the
// scenario does not fit the policy or the calendar.
func (s *Scenario) Run(p *policy.Policy, load func(name string) (*calendar.Calendar, error)) (Result, error) {
	p, problems := decide(p, s.Readings)
	problems = append(problems, s.check(p)...)
	if len(problems) > 0 {
		return Result{}, invalid(s.file, problems)
	}
	name := s.Calendar
	if name == "" {
		name = p.Calendar
	}
	c, err := load(name)
	if err != nil {
		return Result{}, err
	}
	events, err := s.Events(p, c)
	if err != nil {
		return Result{}, err
	}
	variants, err := s.variants(p)
	if err != nil {
		return Result{}, err
	}
	period, err := s.measure(c, events, variants)
	if err != nil {
		return Result{}, err
	}
	r := Result{Policy: p, rewordings: map[int]string{}}
	if r.Cards, err = s.cards(p, period); err != nil {
		return Result{}, err
	}
	return r, s.compareAll(&r, period, variants)
}

// decide chooses readings. What a policy does not know is a problem where it stands.
func decide(p *policy.Policy, readings []Reading) (*policy.Policy, []document.Problem) {
	var problems []document.Problem
	for _, r := range readings {
		chosen, err := p.Decide(r.Decision, r.Reading)
		if err != nil {
			problems = append(problems, document.Problem{Position: r.at, Message: err.Error()})
			continue
		}
		p = chosen
	}
	return p, problems
}

// variants returns the policy under the readings that blocks name, by these; "" is the policy itself.
func (s *Scenario) variants(p *policy.Policy) (map[string]*policy.Policy, error) {
	variants := map[string]*policy.Policy{"": p}
	var problems []document.Problem
	for _, e := range s.expects {
		key := readingsText(e.under)
		if variants[key] != nil {
			continue
		}
		other, unknown := decide(p, e.under)
		variants[key] = other
		problems = append(problems, unknown...)
	}
	if len(problems) > 0 {
		return nil, invalid(s.file, problems)
	}
	return variants, nil
}

// measure measures the month once for all variants. Who is who is read first, then what happened is folded at once.
func (s *Scenario) measure(c *calendar.Calendar, events []event.Event, variants map[string]*policy.Policy) (*metric.Period, error) {
	scope := metric.Scope{Month: s.Month, Roster: roster.New(), Calendar: c, ExplainAll: true}
	for _, p := range variants {
		scope.Queries = append(scope.Queries, p.Queries()...)
	}
	facts, _ := turn.Fold(events)
	if err := scope.Roster.Add(turn.Facts{Links: facts.Links}); err != nil {
		return nil, fmt.Errorf("roster: %w", err)
	}
	if accounts := scope.Roster.Accounts(); accounts != nil {
		facts, _ = turn.FoldWith(events, accounts)
	}
	if err := scope.Roster.Add(facts); err != nil {
		return nil, fmt.Errorf("roster: %w", err)
	}
	period, err := metric.NewPeriod(scope)
	if err != nil {
		return nil, fmt.Errorf("measure: %w", err)
	}
	if err := period.Add(facts); err != nil {
		return nil, fmt.Errorf("measure: %w", err)
	}
	return period, nil
}

// cards scores the month and returns the cards of the scenario's agents.
func (s *Scenario) cards(p *policy.Policy, period *metric.Period) ([]score.Card, error) {
	all, err := score.Cards(s.Input(p, period))
	if err != nil {
		return nil, err
	}
	var cards []score.Card
	for _, id := range s.Agents {
		if i := slices.IndexFunc(all, func(c score.Card) bool { return c.Agent == id }); i >= 0 {
			cards = append(cards, all[i])
		}
	}
	return cards, nil
}

// Input returns what the scenario's month is scored from under a policy, once it is measured.
func (s *Scenario) Input(p *policy.Policy, period *metric.Period) score.Input {
	in := score.Input{Policy: p, Period: period}
	for i := range s.scores {
		if v := &s.scores[i]; takesScore(p, v) {
			in.Scores = append(in.Scores, score.Score{Agent: v.agent, Rule: v.rule.text, Manual: v.Manual})
		}
	}
	for i := range s.waivers {
		if w := &s.waivers[i]; takesWaiver(p, w) {
			in.Waivers = append(in.Waivers, score.Waiver{Agent: w.agent, Rule: w.rule.text, Waiver: w.Waiver})
		}
	}
	for _, h := range s.history {
		in.History = append(in.History, score.Past{Agent: h.agent, Month: h.month, Grade: h.result()})
	}
	for _, c := range s.carried {
		in.Carried = append(in.Carried, c.Carried)
	}
	in.Averages = s.averages()
	return in
}

// compareAll holds every block against its card.
func (s *Scenario) compareAll(r *Result, period *metric.Period, variants map[string]*policy.Policy) error {
	cards := map[string][]score.Card{"": r.Cards}
	for _, e := range s.expects {
		key := readingsText(e.under)
		if _, ok := cards[key]; !ok {
			var err error
			if cards[key], err = s.cards(variants[key], period); err != nil {
				return err
			}
		}
		compareBlock(r, e, cards[key])
	}
	slices.SortStableFunc(r.Mismatches, func(a, b Mismatch) int { return a.Line - b.Line })
	return nil
}

func readingsText(readings []Reading) string {
	var all []string
	for _, r := range readings {
		all = append(all, r.String())
	}
	return strings.Join(all, " ")
}
