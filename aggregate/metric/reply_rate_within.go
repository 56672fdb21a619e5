package metric

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// ReplyRateWithin is the share of turns answered soon enough.
type ReplyRateWithin struct{}

// Doc describes the metric.
func (ReplyRateWithin) Doc() Doc {
	return Doc{
		ID:          "reply_rate_within",
		Title:       document.Title{ZH: "限时应答率", EN: "Replies within a time"},
		Summary:     document.Title{ZH: "客户提问后在限定时间内得到有效回复的比例。", EN: "Of the turns that customers began, the share that was answered within a time."},
		Unit:        Percent,
		Better:      More,
		Per:         PerAgent,
		Numerator:   "turns answered within `within`, be it after the end of the period; exactly then is in time",
		Denominator: "turns that began in the period, within the hours of `window`",
		Credit:      "in time: who replied; late or never: by `credit`; nobody, by team, when nobody held it",
		Maturity:    lastReply,
		Evidence:    "the message that began each turn; those answered late or never count against",
		Settings:    slices.Concat(turnSettings, []string{"within", "credit"}),
		Default: Settings{
			Within: 30 * time.Second, Channels: []event.Channel{event.ChannelChat}, Population: AllConversations, Credit: AssigneeAtDue,
		},
		Small: smallRate,
		Types: conversationTypes,
	}
}

func (ReplyRateWithin) tally(p *Period, s Settings) tally { return &replyRateWithin{newCases(p, s)} }

type replyRateWithin struct{ cases }

// addConversation holds turns against a deadline, so that the last minute of a month is a minute like any other: in time is
// in time on whichever side of the month's end the answer lies.
func (t *replyRateWithin) addConversation(c *conversation) {
	t.startedInMonth(c, turn.NextResponse, t.settings.Within, func(d *turn.Deadline, _ bool) {
		one := oneCase{den: 1, origin: d.Start, date: c.date(d.Start.Time)}
		switch {
		case d.Late(t.period.asOf()):
			one.agent, one.bad, one.note = t.settings.missed(d), true, c.lateNote(d)
		case d.Met != nil:
			one.agent, one.num = d.MetBy, 1
		default:
			return
		}
		t.take(c, one)
	})
}
