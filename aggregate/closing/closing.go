// Package closing turns what is frozen of a month into its result: it reads the events by conversation, folds and measures
// them, scores everybody and names what came out by hashes, so that the same input can be seen to give the same result. It
// also says what a closed month would have been with what is known since.
//
// It is pure: events come from a [Source], which the caller makes, and nothing is written.
package closing

import (
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Input is everything that a month is calculated from.
type Input struct {
	Month      workflow.MonthID
	Policy     *policy.Policy
	Calendar   *calendar.Calendar
	Source     Source
	Adjustment bool                // of a month that is locked
	Positions  []workflow.Position // what of the source counts; nil: all of it
	Decided    []event.Event       // what people decided, as events: see [workflow.State.Events]
	Scores     []score.Score
	Waivers    []score.Waiver
	History    []score.Past
	Averages   []rule.Average     // that do not move any more, of a month that was published
	Carried    []score.Carried    // points of earlier months that count in this one
	Progress   func(events int64) // told after each subject how many events were read so far; may be nil
}
