package closing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"iter"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// Measured is a month that was read and measured, and can be scored any number of times.
type Measured struct {
	in    Input
	facts Facts
}

// Measure reads a month and measures what its policy asks for.
func Measure(in Input) (*Measured, error) {
	facts, err := Read(decided(frozen(in.Source, in.Positions), in.Decided), metric.Scope{
		Month: in.Month.Month, Calendar: in.Calendar, Queries: in.Policy.Queries(), ExplainAll: true, Brief: true,
	}, in.Progress)
	if err != nil {
		return nil, fmt.Errorf("measure %s: %w", in.Month, err)
	}
	return &Measured{in, facts}, nil
}

// Facts returns what was read.
func (m *Measured) Facts() Facts { return m.facts }

// Accounts returns the other ids of those who have any, by agent.
func (m *Measured) Accounts() map[string][]string { return m.facts.Period.Roster().AccountIDs() }

// With returns the month as it is scored from other scores, waivers and history: what was measured stays.
func (m *Measured) With(in Input) *Measured {
	changed := *m
	changed.in.Scores, changed.in.Waivers, changed.in.History, changed.in.Carried = in.Scores, in.Waivers, in.History, in.Carried
	return &changed
}

func (m *Measured) scoring() score.Input {
	return score.Input{
		Policy: m.in.Policy, Period: m.facts.Period, Scores: m.in.Scores, Waivers: m.in.Waivers, History: m.in.History,
		Averages: m.in.Averages, Carried: m.in.Carried,
	}
}

// Cards yields everybody's card by agent id. Each is scored when it is asked for, so that nobody has to hold them all.
func (m *Measured) Cards() iter.Seq2[score.Card, error] { return score.All(m.scoring()) }

// Run scores everybody and says what the month came to. Head and sequence of the decisions are the caller's to fill in: they
// say when it was calculated, and are in no hash.
func (m *Measured) Run() (Run, Summary, error) {
	summary, result, err := Summarize(m.in.Policy, m.Cards())
	if err != nil {
		return Run{}, summary, err
	}
	averages, err := score.Averages(m.scoring())
	if err != nil {
		return Run{}, summary, err
	}
	input, err := m.input()
	if err != nil {
		return Run{}, summary, err
	}
	run := Run{
		Run:   workflow.Run{Input: input, Result: result, Agents: len(summary.Results), Missing: len(summary.Missing)},
		Month: m.in.Month, Adjustment: m.in.Adjustment, Policy: m.in.Policy.Hash(), Calendar: m.in.Calendar.Name(), Decide: tried(m.in.Policy),
		Averages: averages, Events: m.facts.Events, Duplicates: int64(m.facts.Counts.Duplicates), Conflicts: int64(m.facts.Counts.Conflicts),
	}
	run.ID = run.name()
	return run, summary, nil
}

// Summarize says what people have to act on about cards, and names the cards by the SHA-256, in hex, of their JSON, a line
// each.
func Summarize(p *policy.Policy, cards iter.Seq2[score.Card, error]) (s Summary, result string, err error) {
	all := sha256.New()
	for card, err := range cards {
		if err != nil {
			return s, "", err
		}
		if err := s.add(p, card, all); err != nil {
			return s, "", err
		}
	}
	return s, hex.EncodeToString(all.Sum(nil)), nil
}

// add notes a card and hashes its JSON.
func (s *Summary) add(p *policy.Policy, c score.Card, all hash.Hash) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write card of agent %q: %w", c.Agent, err)
	}
	all.Write(append(text, '\n'))
	r := ResultOf(c)
	r.Card = hashOf(text)
	s.Results = append(s.Results, r)
	for _, l := range c.Missing {
		s.Missing = append(s.Missing, Missing{c.Agent, c.Name, l.Item, l.Rule, l.Title, l.Text})
	}
	for _, proposal := range c.Proposals {
		s.Proposals = append(s.Proposals, Proposal{c.Agent, c.Name, proposal})
	}
	if i := p.Cycle.Interview; i != nil && c.Total != nil && p.Below(c.Grade, i.Below) {
		s.Interviews = append(s.Interviews, Interview{c.Agent, c.Name, c.Grade})
	}
	return nil
}

// ResultOf returns a card in short, without its hash.
func ResultOf(c score.Card) Result {
	return Result{Agent: c.Agent, Name: c.Name, Team: c.Team, Total: c.Total, Grade: c.Grade, Pay: c.Pay, Missing: len(c.Missing)}
}

// inputs is everything that entered besides the events, in the form that is hashed. An empty list is none: whether there was
// nothing or nobody was asked makes no difference to any card.
type inputs struct {
	Month    workflow.MonthID
	Policy   string
	Calendar string
	Events   string
	Scores   []score.Score   `json:",omitempty"`
	Waivers  []score.Waiver  `json:",omitempty"`
	History  []score.Past    `json:",omitempty"`
	Averages []rule.Average  `json:",omitempty"`
	Carried  []score.Carried `json:",omitempty"`
}

// tried returns the readings in force that are not those of the policy's file.
func tried(p *policy.Policy) []string {
	var all []string
	for _, d := range p.Decisions {
		if d.Applied != d.Chosen {
			all = append(all, d.ID+"="+d.Applied)
		}
	}
	return all
}

// input returns the hash of everything that entered.
func (m *Measured) input() (string, error) {
	text, err := json.Marshal(inputs{
		m.in.Month, m.in.Policy.Hash(), m.in.Calendar.Hash(), m.facts.SHA256,
		m.in.Scores, m.in.Waivers, m.in.History, m.in.Averages, m.in.Carried,
	})
	return hashOf(text), err
}

// name returns the id of a run: the same month with the same input and result is the same run.
func (r *Run) name() string {
	kind := "close"
	if r.Adjustment {
		kind = "adjustment"
	}
	return hashOf([]byte(r.Month.String() + "\n" + kind + "\n" + r.Input + "\n" + r.Result))[:32]
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
