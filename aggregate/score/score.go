// Package score turns what is known about a month into cards: points, grade and pay of each agent under a policy, every
// line with its reason. Rules say what they would take or give; this package decides which of them get an incident that
// several want, and how much there is to take. It is pure: the same input gives the same cards to the last digit.
package score

import (
	"fmt"
	"iter"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Input is what a month is scored from. Measuring one period once serves any number of cards.
type Input struct {
	Policy  *policy.Policy
	Period  *metric.Period // complete, and measured with the policy's queries
	Team    string         // "" takes all teams, each compared with itself
	Scores  []Score
	Waivers []Waiver
	History []Past
	Carried []Carried

	// Averages are those that were published, of a month that is scored again. They hold where the policy's cycle says so.
	Averages []rule.Average
}

// Score is a manual score of one agent under a rule; of one incident or finding under "rule/incident". Of several the
// last stands. Under a rule whose points nobody gives it is a relief, after an upheld appeal: how many points the rule
// takes, or gives, in all on that card.
type Score struct {
	Agent, Rule string
	rule.Manual
}

// Waiver lets one agent's card do without something that is missing. Under a rule that takes points and waits for nothing it
// is a relief: the rule takes none. Beside a score of the same line it says nothing.
type Waiver struct {
	Agent, Rule string
	rule.Waiver
}

// Past is an agent's result of an earlier month. A grade of "" is a month without assessment.
type Past struct {
	Agent string
	Month calendar.Month
	Grade string
}

// All yields the card of everybody who was on the roster in the month, or has something credited in it, by id. It scores a
// card when it is asked for, so that a large company's are never in memory at once. After an error nothing follows.
func All(in Input) iter.Seq2[Card, error] {
	return func(yield func(Card, error) bool) {
		if in.Period.Calendar() == nil {
			yield(Card{}, fmt.Errorf("score month %s: the period has no calendar, so nobody knows its working days", in.Period.Month()))
			return
		}
		s := newScorer(in)
		for m, err := range s.members() {
			var card Card
			if err == nil {
				card, err = s.card(m.agent, m.team)
			}
			if err != nil {
				yield(Card{}, fmt.Errorf("score agent %q: %w", m.agent, err))
				return
			}
			if !yield(card, nil) {
				return
			}
		}
	}
}

// Cards returns what [All] yields.
func Cards(in Input) ([]Card, error) {
	var cards []Card
	for card, err := range All(in) {
		if err != nil {
			return nil, err
		}
		cards = append(cards, card)
	}
	return cards, nil
}

// member is somebody who gets a card, and the team in which they are assessed.
type member struct{ agent, team string }

// members yields everybody who gets a card, by id.
func (s *scorer) members() iter.Seq2[member, error] {
	return func(yield func(member, error) bool) {
		for _, agent := range s.in.Period.Agents() {
			team, listed := s.in.Period.Team(agent)
			if s.in.Team != "" && team != s.in.Team {
				continue
			}
			var err error
			if !listed {
				listed, err = s.measured(agent)
			}
			if (listed || err != nil) && !yield(member{agent, team}, err) {
				return
			}
		}
	}
}

// measured reports whether anything is known about the work in the month of somebody who is not on the roster.
func (s *scorer) measured(agent string) (bool, error) {
	for _, q := range s.in.Policy.Queries() {
		if v, ok := s.in.Period.Value(q, agent); ok && (v.Num > 0 || v.Sample > 0) { // a count of nothing has a Den too
			return true, nil
		}
	}
	p := &rule.Person{Agent: agent, Month: s.in.Period.Month()}
	_, err := s.incidents(p)
	return len(p.Incidents) > 0, err
}

// scorer is what all cards of an input share.
type scorer struct {
	in      Input
	teams   *rule.Teams
	scores  map[string]map[string]rule.Manual
	waivers map[string]map[string]rule.Waiver
	history map[string][]Past
	carried map[string][]Carried
	places  []place
	words   words
	grading []string // decisions that concern every card
}

// place is a rule of the policy, where it stands, and which decisions concern it.
type place struct {
	section, item int
	rule          policy.Rule
	most          amount.Points // that it gives to a card, or takes from it in all
	decisions     []string      // in force for the rule itself
	squeezed      []string      // those that concern it when there is less to take than it wants
}

func newScorer(in Input) *scorer {
	s := &scorer{in: in, words: newWords(in.Policy.Vocabulary), teams: rule.NewTeams(in.Period, in.published()), scores: map[string]map[string]rule.Manual{},
		waivers: map[string]map[string]rule.Waiver{}, history: map[string][]Past{}, carried: map[string][]Carried{}}
	for _, v := range in.Scores {
		put(s.scores, v.Agent, v.Rule, v.Manual)
	}
	for _, w := range in.Waivers {
		put(s.waivers, w.Agent, w.Rule, w.Waiver)
	}
	for _, p := range in.History {
		s.history[p.Agent] = append(s.history[p.Agent], p)
	}
	for _, c := range in.Carried {
		s.carried[c.Agent] = append(s.carried[c.Agent], c)
	}
	for i, section := range in.Policy.Sections {
		for j, item := range section.Items {
			for _, r := range item.Rules {
				s.places = append(s.places, s.place(i, j, r))
			}
		}
	}
	for _, path := range []string{"grades", "pay", "streaks"} {
		s.grading = append(s.grading, s.deciding(path)...)
	}
	return s
}

func put[T any](all map[string]map[string]T, agent, id string, v T) {
	if all[agent] == nil {
		all[agent] = map[string]T{}
	}
	all[agent][id] = v
}

func (s *scorer) place(section, item int, r policy.Rule) place {
	itemPath := "sections." + s.in.Policy.Sections[section].ID + ".items." + s.in.Policy.Sections[section].Items[item].ID
	placed := policy.Placed{Section: &s.in.Policy.Sections[section], Item: &s.in.Policy.Sections[section].Items[item], Rule: &r}
	p := place{section: section, item: item, rule: r, most: placed.Bound(), decisions: s.deciding(itemPath + ".rules." + r.ID)}
	if rule.Competes(r.Rule) {
		p.decisions = append(p.decisions, s.deciding("incidents")...)
	}
	p.squeezed = slices.Concat(s.deciding(itemPath+".points"), s.deciding(itemPath+".cap"), s.deciding("sections."+s.in.Policy.Sections[section].ID+".order"))
	return p
}

// deciding returns the decisions that concern a part of the policy, with the reading in force: "leave-unit=application".
func (s *scorer) deciding(path string) []string {
	var names []string
	for _, d := range s.in.Policy.Concerning(path) {
		names = append(names, d.ID+"="+d.Applied)
	}
	return names
}

// card scores one agent.
func (s *scorer) card(agent, team string) (Card, error) {
	p, set, err := s.person(agent, team)
	if err != nil {
		return Card{}, err
	}
	bids, err := s.bids(p, s.places)
	if err != nil {
		return Card{}, err
	}
	settle(bids, s.in.Policy.Incidents.One == policy.EveryRule)
	bids = s.relieve(p, bids)
	c := Card{Agent: agent, Team: team, Month: s.in.Period.Month(), Policy: s.in.Policy.Name, Decisions: s.grading, Notes: s.notes(agent, set)}
	if entry, ok := s.in.Period.Roster().During(agent, c.Month); ok {
		c.Name = entry.Name
	}
	s.pool(&c, bids)
	s.nameAverages(&c)
	s.carry(&c)
	return c, s.finish(&c)
}

// finish adds up a card and, where nothing is missing, gives it a grade and pay.
func (s *scorer) finish(c *Card) error {
	for _, l := range c.Lines {
		switch l.Status {
		case StatusMissing:
			c.Missing = append(c.Missing, l)
		case StatusProposal:
			c.Proposals = append(c.Proposals, Proposal{l.Rule, l.Text})
		default:
		}
	}
	if len(c.Missing) > 0 {
		return nil
	}
	total := s.total(c)
	grade := s.in.Policy.Grade(total)
	pay, err := s.pay(c.Agent, grade)
	if err != nil {
		return err
	}
	c.Total, c.Grade, c.Pay = &total, grade.Name, &pay
	c.Proposals = append(c.Proposals, s.streaks(c)...)
	c.Notes = append(c.Notes, s.interview(grade)...)
	return nil
}

// interview says that the result is to be talked over, where the policy wants it for the grade.
func (s *scorer) interview(g policy.Grade) []document.Title {
	i := s.in.Policy.Cycle.Interview
	if i == nil || !s.in.Policy.Below(g.Name, i.Below) {
		return nil
	}
	return []document.Title{{
		ZH: fmt.Sprintf("%s 级低于 %s 级：公布后 %d 天内面谈", g.Name, i.Below, i.WithinDays),
		EN: fmt.Sprintf("grade %s is below %s: interview within %d days of publication", g.Name, i.Below, i.WithinDays),
	}}
}

// pay returns what the grade is worth to the agent, of calendar days only if the policy says so.
func (s *scorer) pay(agent string, g policy.Grade) (amount.Money, error) {
	if s.in.Policy.Pay.Proration != policy.CalendarDays {
		return g.Pay, nil
	}
	m, days := s.in.Period.Month(), 0
	for d := range m.Dates() {
		if e, ok := s.in.Period.Roster().At(agent, d); ok && e.Active() {
			days++
		}
	}
	return g.Pay.Prorate(int64(days), int64(m.Days()))
}
