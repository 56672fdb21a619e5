package metric

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// FollowupOnTime is the share of queries followed up in time.
type FollowupOnTime struct{}

// Doc describes the metric.
func (FollowupOnTime) Doc() Doc {
	return Doc{
		ID:          "followup_on_time",
		Title:       document.Title{ZH: "查件跟进及时率", EN: "Queries followed up in time"},
		Summary:     document.Title{ZH: "当月到期的查件中，在规定时间内跟进的比例。", EN: "Of the queries due for a follow-up in the month, the share that was followed up within the target."},
		Unit:        Percent,
		Better:      More,
		Per:         PerAgent,
		Numerator:   "follow-ups by their deadline; exactly then is in time",
		Denominator: "follow-ups whose deadline lies in the period: one from the opening of each query, with `restart` again from each of the customer's questions",
		Credit:      onTimeCredit,
		Maturity:    lastDue,
		Evidence:    onTimeEvidence,
		Settings:    slices.Concat(clockSettings, []string{"restart", "finding"}),
		Default: Settings{
			Target: turn.Target{Wall: 48 * time.Hour}, ByKind: map[string]turn.KindTarget{"shopper": {Target: turn.Target{WorkingDays: 5}}},
			Promise: turn.PromiseReplaces, Intents: []string{"query"}, Restart: true, NeedFinding: true,
			Population: AllConversations, Closed: Owed, Credit: AssigneeAtDue,
		},
		Small: smallRate,
		Types: conversationTypes,
	}
}

func (FollowupOnTime) tally(p *Period, s Settings) tally { return newOnTime(p, s, turn.FollowUp) }
