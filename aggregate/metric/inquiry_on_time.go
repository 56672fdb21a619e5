package metric

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// InquiryOnTime is the share of inquiries answered in time.
type InquiryOnTime struct{}

// Doc describes the metric.
func (InquiryOnTime) Doc() Doc {
	return Doc{
		ID:          "inquiry_on_time",
		Title:       document.Title{ZH: "询问及时率", EN: "Inquiries answered in time"},
		Summary:     document.Title{ZH: "当月到期的询问中，在规定时间或约定时间内回复的比例。", EN: "Of the inquiries due in the month, the share that was answered within the target or by the time agreed."},
		Unit:        Percent,
		Better:      More,
		Per:         PerAgent,
		Numerator:   "inquiries answered by their deadline; exactly then is in time",
		Denominator: "inquiries whose deadline lies in the period: the first question of each, or with `restart` every one",
		Credit:      onTimeCredit,
		Maturity:    lastDue,
		Evidence:    onTimeEvidence,
		Settings:    slices.Concat(clockSettings, []string{"restart"}),
		Default: Settings{
			Target: turn.Target{Wall: 12 * time.Hour}, Promise: turn.PromiseReplaces, Intents: []string{"inquiry"},
			Population: AllConversations, Closed: Owed, Credit: AssigneeAtDue,
		},
		Small: smallRate,
		Types: conversationTypes,
	}
}

func (InquiryOnTime) tally(p *Period, s Settings) tally {
	kind := turn.FirstResponse
	if s.Restart {
		kind = turn.NextResponse
	}
	return newOnTime(p, s, kind)
}
