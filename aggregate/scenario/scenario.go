// Package scenario reads scenarios, plain text files in which a supervisor says who works in a team, what happened in a
// month and what the cards must say, and runs them. Everything that happened becomes events, which go the way of a real
// month: [turn.Fold], [metric.Period], [score.Cards]. Only what people judge inside deskpulse, manual scores, waivers,
// reliefs, and what earlier months left, is given to package score directly. The package is pure; docs/scenarios.md is the grammar.
package scenario

import (
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Scenario is a scenario that was read without a problem.
type Scenario struct {
	Title    string
	Policy   string // name of the policy it is written for, "" when it names none
	Month    calendar.Month
	Zone     string    // IANA name
	Calendar string    // name or path of a calendar, "" for the policy's
	Readings []Reading // chosen before it runs
	Agents   []string  // in the order of the file

	file       string
	team       string // of calls and conversations of nobody
	people     map[string]*person
	statements []statement // what happened, in the order of the file
	scores     []manual
	waivers    []waiver
	history    []past
	published  []published
	carried    []carried
	currencies []word // of amounts that say it
	mentioned  []word // conversations that statements speak of
	expects    []*expectation
}

// Reading is the reading chosen of a decision.
type Reading struct {
	Decision, Reading string

	at document.Position
}

// ParseReading reads "decision=reading", false when it is nothing of the kind.
func ParseReading(s string) (Reading, bool) {
	decision, reading, ok := strings.Cut(s, "=")
	return Reading{Decision: decision, Reading: reading}, ok && decision != "" && reading != ""
}

// String returns "decision=reading".
func (r Reading) String() string { return r.Decision + "=" + r.Reading }

// statement is something that happened. It is turned into events when the calendar is known.
type statement interface {
	emit(*builder)
}

// Parse reads a scenario. The error is a [*document.Invalid] that names everything wrong with it.
func Parse(file string, src []byte) (*Scenario, error) {
	p := parser{s: &Scenario{file: file, Zone: defaultZone, people: map[string]*person{}}, team: DefaultTeam}
	lines := scan(string(src), &p.Reader)
	for i := 0; i < len(lines) && len(p.Problems) < maxProblems; i++ {
		p.statement(&lines[i])
	}
	p.finish()
	if len(p.Problems) > 0 {
		return nil, invalid(file, p.Problems)
	}
	return p.s, nil
}

// maxProblems is how many problems are told at once, and a file with so many is not read on: it is something else.
const maxProblems = 100

const defaultZone = "Asia/Shanghai"

// DefaultTeam is the team of a scenario that names none.
const DefaultTeam = "team"

// invalid puts problems into the order of the file.
func invalid(file string, problems []document.Problem) error {
	slices.SortStableFunc(problems, func(a, b document.Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return &document.Invalid{File: file, Problems: problems}
}

// parser reads the statements of one file.
type parser struct {
	document.Reader
	s *Scenario

	once   map[string]int // line of statements that stand once
	team   string         // of agents that name none
	expect *expectation   // the block that indented lines belong to
	names  []mention      // of people, to be looked up at the end: the order of statements is free
	later  []func()       // what can only be read when zone and month are known

	ids map[string]int // line of each incident and conversation that has a name
}

// mention is a place that names an agent.
type mention struct {
	word
	nobody bool // nobody may stand there too
	args   *args
}

// finish looks up what statements said about each other.
func (p *parser) finish() {
	if p.s.Month == (calendar.Month{}) && p.once["month"] == 0 {
		p.Problem(document.Position{Line: 1, Column: 1}, `the statement "month" is missing`)
	}
	for _, m := range p.names {
		if !m.args.failed && !slices.Contains(p.s.Agents, m.text) && (!m.nobody || m.text != nobody) {
			p.Problem(m.at, "nobody is called %q%s: want a statement `agent %s`", m.text, document.Suggest(m.text, p.s.Agents), m.text)
		}
	}
	for _, h := range p.s.history {
		p.earlier("a history is of", h.month, h.at)
	}
	for _, c := range p.s.carried {
		p.earlier("points are carried from", c.From, c.at)
	}
	if len(p.Problems) > 0 {
		return
	}
	for _, read := range p.later {
		read()
	}
	p.s.team = p.team
	for _, id := range p.s.Agents {
		p.s.people[id].settle(p)
	}
}

// nobody stands for no agent.
const nobody = "nobody"
