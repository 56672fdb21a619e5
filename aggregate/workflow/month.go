package workflow

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// Phase is how far a month is.
type Phase string

// The phases, in order.
const (
	PhaseOpen       Phase = "open"       // nothing is calculated from what is frozen, if anything is
	PhaseCalculated Phase = "calculated" // a run stands, in which somebody's word is missing or not counted yet
	PhaseScored     Phase = "scored"     // a run stands that is complete
	PhaseApproved   Phase = "approved"   // locked
	PhasePublished  Phase = "published"
	PhaseExported   Phase = "exported"
)

// String returns the phase's name.
func (p Phase) String() string { return string(p) }

// Locked reports whether the month is approved: nothing of it changes any more.
func (p Phase) Locked() bool {
	return p == PhaseApproved || p == PhasePublished || p == PhaseExported
}

// Step is who did something, and when.
type Step struct {
	By       Actor
	At       time.Time // append time, UTC
	Sequence int64
	Command  string // its id
	Why      string
}

func (a *Accepted) step() Step {
	return Step{a.Command.By, a.Time, a.Sequence, a.Command.ID, a.Command.Why}
}

// Month is what is known of a month at one time. It is the caller's own, but shares what it lists with the state: nobody
// changes that.
type Month struct {
	ID          MonthID
	Phase       Phase
	Version     int64   // of [MonthThing]
	Frozen      *Frozen // nil when nothing is frozen
	Run         *Run    // nil in the phase open
	Calculated  *Step
	People      []string            // who has a card in Run, ordered
	Accounts    map[string][]string // the other ids of those who have any
	Scores      []Given             // all that were accepted, in order
	Waivers     []Waived            // likewise
	Approved    *Step
	Published   *Step
	AppealUntil time.Time // UTC; zero: no appeals
	Exports     []Exported
	Appeals     []Appeal

	holds string
}

// Holds returns the id of the run that holds now: that of the last approved adjustment of the month, else that of its Run.
// It is "" while there is none.
func (m Month) Holds() string {
	if m.holds == "" && m.Run != nil {
		return m.Run.ID
	}
	return m.holds
}

// Frozen is what a month is calculated from, and who said so.
type Frozen struct {
	Freeze
	Step
}

// Given is a score and who gave it. Scores of one command share their Step.
type Given struct {
	Score
	*Step
	Appeal string // upheld, from which it follows; "" before the lock, and where an adjustment waits for it
}

// Waived is a waiver and who gave it.
type Waived struct {
	Waiver
	*Step
	Appeal string // as in Given
}

// Exported is one export.
type Exported struct {
	Export
	Step
}

// Appeal is an objection to a line of a card.
type Appeal struct {
	ID, Agent, Rule string
	Step
	Verdict *AppealVerdict // nil while nobody has decided
}

// AppealVerdict is what was decided about an appeal.
type AppealVerdict struct {
	Upheld bool
	Step
}

// place is a line of somebody's card.
type place struct{ agent, rule string }

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.agent, o.agent), cmp.Compare(p.rule, o.rule))
}

// covers reports whether o is of the line, or of one of its incidents.
func (p place) covers(o place) bool {
	return p.agent == o.agent && (p.rule == o.rule || strings.HasPrefix(o.rule, p.rule+"/"))
}

func (g Given) place() place  { return place{g.Agent, g.Rule} }
func (w Waived) place() place { return place{w.Agent, w.Rule} }
func (g Given) given() *Step  { return g.Step }
func (w Waived) given() *Step { return w.Step }

// word is what somebody said about a line of a card.
type word interface {
	place() place
	given() *Step
}

// standing yields the words that stand, the last one first: of several about one line the last does.
func standing[T word](words []T) iter.Seq[T] {
	return func(yield func(T) bool) {
		seen := make(map[place]bool, len(words))
		for _, w := range slices.Backward(words) {
			if p := w.place(); !seen[p] {
				seen[p] = true
				if !yield(w) {
					return
				}
			}
		}
	}
}

func ordered[T word](words []T) []T {
	return slices.SortedFunc(standing(words), func(a, b T) int { return a.place().compare(b.place()) })
}

// Manual returns the scores and waivers that stand, by agent and rule. What an earlier word said that was replaced is not
// among them, so that a month does not depend on how often somebody changed their mind. A waiver takes the place of an
// earlier score of its line; beside a later one it stays, and says nothing there.
func (m Month) Manual() ([]score.Score, []score.Waiver) {
	waived := make(map[place]int64, len(m.Waivers))
	for _, w := range m.Waivers {
		waived[w.place()] = w.Sequence
	}
	scores := make([]score.Score, 0, len(m.Scores))
	for _, g := range ordered(m.Scores) {
		if waived[g.place()] > g.Sequence {
			continue
		}
		points := amount.Points(0)
		if g.Points != nil {
			points = *g.Points
		}
		scores = append(scores, score.Score{Agent: g.Agent, Rule: g.Rule,
			Manual: rule.Manual{Points: points, By: g.By.Name, Reason: cmp.Or(g.Reason, g.Why)}})
	}
	waivers := make([]score.Waiver, 0, len(m.Waivers))
	for _, w := range ordered(m.Waivers) {
		waivers = append(waivers, score.Waiver{Agent: w.Agent, Rule: w.Rule, Waiver: rule.Waiver{By: w.By.Name, Reason: w.Reason}})
	}
	return scores, waivers
}
