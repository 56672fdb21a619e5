package score

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Card is what an agent got in a month, and why.
type Card struct {
	Agent     string
	Name      string // "" when the roster has none
	Team      string // in which the agent is assessed
	Month     calendar.Month
	Policy    string
	Total     *amount.Points // nil while something is missing, which is not 0
	Grade     string         // "" while something is missing
	Pay       *amount.Money  // nil while something is missing
	Sections  []SectionScore
	Carried   []Carried // points of earlier months that count in this one, by month; the total has them, no section does
	Lines     []Line    // in the order of the policy
	Missing   []Line    // those of the lines that the card waits for
	Proposals []Proposal
	Notes     []document.Title
	Decisions []string // in force, that concern every card: grades, pay, streaks
}

// SectionScore is what remains of a section.
type SectionScore struct {
	ID     string
	Title  document.Title
	Points *amount.Points // nil while something is missing
	Of     amount.Points
	Items  []ItemScore // those with points of their own
}

// ItemScore is what remains of an item before what takes from the whole section.
type ItemScore struct {
	ID     string
	Title  document.Title
	Points *amount.Points // nil while something is missing
	Of     amount.Points
}

// Proposal is something for people to decide. Nothing is ever executed because of it.
type Proposal struct {
	Rule string // or the streak
	Text document.Title
}

func (c *Card) sum() amount.Points {
	var total amount.Points
	for _, s := range c.Sections {
		if s.Points != nil {
			total += *s.Points
		}
	}
	return total
}
