package score

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Line is one explained change of points, or why there is none.
type Line struct {
	Section, Item, Rule string
	Title               document.Title
	Status              Status
	Points              amount.Points // nominal: what the rule gives, or, negative, what it takes
	Taken               amount.Points // what it changed in the end
	Text                document.Title
	ClaimedBy           []string // ids of the rules that took the incident instead
	Value               *metric.Value
	Small               bool              // Value rests on a small sample
	Decisions           []string          // in force, that concern it: "leave-unit=application"
	Evidence            []metric.Evidence // all that counted against the agent or has a note, and the rest while it is short
	EvidenceTotal       int               // how many events there are, listed or not
}

// Status says what became of what a rule wanted.
type Status string

// The states of a line.
const (
	StatusGives      Status = "gives"
	StatusTakes      Status = "takes"           // what it could still take, which may be 0
	StatusCounted    Status = "already-counted" // a heavier rule took the incident
	StatusNotReached Status = "not-reached"     // too few incidents
	StatusShown      Status = "shown"
	StatusMissing    Status = "missing" // the card waits for it
	StatusWaived     Status = "waived"
	StatusProposal   Status = "proposal"
)

func (s Status) known() bool {
	switch s {
	case StatusGives, StatusTakes, StatusCounted, StatusNotReached, StatusShown, StatusMissing, StatusWaived, StatusProposal:
		return true
	}
	return false
}

// line writes a bid down.
func (s *scorer) line(b *bid, taken amount.Points) Line {
	section := s.in.Policy.Sections[b.place.section]
	evidence := b.Evidence.Brief()
	l := Line{
		Section: section.ID, Item: section.Items[b.place.item].ID, Rule: b.place.rule.ID, Title: b.place.rule.Title,
		Text: b.Text, Value: b.Value, Small: b.Small, Decisions: b.place.decisions, Evidence: evidence.Listed, EvidenceTotal: evidence.Total,
	}
	switch b.Effect {
	case rule.Gives:
		l.Status, l.Points, l.Taken = StatusGives, b.Points, b.Points
	case rule.Takes:
		l.Status, l.Points, l.Taken = b.status(), -b.Points, -taken
		if l.Status == StatusTakes && taken < b.Points {
			l.Decisions = append(l.Decisions[:len(l.Decisions):len(l.Decisions)], b.place.squeezed...)
		}
		if !b.stands {
			l.ClaimedBy = b.taker
		}
		if b.Need > 1 {
			l.Text = document.Title{
				ZH: fmt.Sprintf("%s；计入 %d 次，门槛 %d 次", l.Text.ZH, b.left+b.Prior, b.Need), EN: fmt.Sprintf("%s; %d counted, %d needed", l.Text.EN, b.left+b.Prior, b.Need),
			}
		}
	case rule.Shows:
		l.Status = StatusShown
	case rule.Blocks:
		l.Status = StatusMissing
		if !b.stands {
			l.Status, l.Points, l.ClaimedBy = StatusCounted, -b.Points, b.taker
		}
	case rule.Waived:
		l.Status = StatusWaived
	case rule.Proposes:
		l.Status = StatusProposal
	}
	return l
}
