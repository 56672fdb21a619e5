package closing

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// Run is what a month came to, without its cards.
type Run struct {
	workflow.Run
	Month      workflow.MonthID
	Adjustment bool   // calculated after the lock, with what was not known before
	Policy     string // [policy.Policy.Hash]
	Calendar   string // its name
	Decide     []string
	Averages   []rule.Average
	Events     int64 // distinct events read
	Duplicates int64 // copies left out
	Conflicts  int64 // of which some said something else
}

// Result is what an agent got in a run, in short.
type Result struct {
	Agent, Name, Team string
	Total             *amount.Points // nil while something is missing
	Grade             string
	Pay               *amount.Money
	Missing           int
	Card              string // SHA-256 of the card's JSON, in hex
}

// Same reports whether two results are worth the same: what is paid on them and what they count as later.
func (r Result) Same(o Result) bool {
	return r.Grade == o.Grade && equal(r.Total, o.Total) && equal(r.Pay, o.Pay)
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// Missing is a line that a card waits for.
type Missing struct {
	Agent, Name string
	Item, Rule  string
	Title, Text document.Title
}

// Proposal is something for people to decide about an agent. Nothing is ever executed because of it.
type Proposal struct {
	Agent, Name string
	score.Proposal
}

// Interview is somebody with whom the result is to be talked over.
type Interview struct {
	Agent, Name, Grade string
}

// Summary is what people have to act on.
type Summary struct {
	Results    []Result // by agent
	Missing    []Missing
	Proposals  []Proposal
	Interviews []Interview
}

// Agents returns who has a card, ordered.
func (s *Summary) Agents() []string {
	agents := make([]string, len(s.Results))
	for i, r := range s.Results {
		agents[i] = r.Agent
	}
	return agents
}
