package metric

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// EmailOnTime is the share of e-mails answered in time.
type EmailOnTime struct{}

// Doc describes the metric.
func (EmailOnTime) Doc() Doc {
	return Doc{
		ID:          "email_on_time",
		Title:       document.Title{ZH: "邮件及时率", EN: "E-mails answered in time"},
		Summary:     document.Title{ZH: "当月到期的邮件中，在规定时间内回复的比例。", EN: "Of the e-mails due in the month, the share that was answered within the target."},
		Unit:        Percent,
		Better:      More,
		Per:         PerAgent,
		Numerator:   "e-mails answered by their deadline; exactly then is in time",
		Denominator: "e-mails whose deadline lies in the period: turns of the customer, so several mails before the answer are one; automatic replies, bounces and spam ask nothing",
		Credit:      onTimeCredit,
		Maturity:    lastDue,
		Evidence:    onTimeEvidence,
		Settings:    clockSettings,
		Default: Settings{
			Target: turn.Target{Working: 2 * time.Hour}, Promise: turn.PromiseIgnored, Channels: []event.Channel{event.ChannelEmail},
			Population: AllConversations, Closed: Owed, Credit: AssigneeAtDue,
		},
		Small: smallRate,
		Types: conversationTypes,
	}
}

func (EmailOnTime) tally(p *Period, s Settings) tally { return newOnTime(p, s, turn.NextResponse) }
