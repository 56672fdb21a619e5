package metric

import (
	"reflect"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Query is a metric and what a policy decides about measuring it.
type Query struct {
	Metric   string   // id
	Settings Settings // the zero Settings are the metric's own
}

// Key returns the query as a text, such as "reply_rate_within channels=chat within=30s". Two queries that ask for the same
// have one key, whatever else stands in their settings.
func (q Query) Key() string {
	e, ok := catalogue[q.Metric]
	if !ok {
		return q.Metric
	}
	var b strings.Builder
	b.WriteString(q.Metric)
	s := e.doc.complete(q.Settings)
	for _, setting := range settings {
		if e.doc.reads(setting.Key) {
			if text := setting.text(s); text != "" {
				b.WriteString(" " + setting.Key + "=" + text)
			}
		}
	}
	return b.String()
}

// Settings are what a policy decides about measuring. Each metric reads those that its Doc names.
type Settings struct {
	Target      turn.Target                // how long a clock may run
	ByKind      map[string]turn.KindTarget // goes before Target and Promise, by kind of customer
	Promise     turn.PromiseUse            // what an agreed time does to the target
	Pauses      []event.Status             // while a conversation has one of them the clock stands still
	Restart     bool                       // the clock starts again with each of the customer's questions
	NeedFinding bool                       // a follow-up without a finding is none
	Closed      Closed                     // what becomes of a deadline by which the conversation was closed unanswered
	Days        []DaySource                // sources of days worked, in order of preference; see [Period.Days]
	Credit      Credit                     // whose a missed deadline or an unanswered turn is
	Population  Population                 // which conversations count
	Within      time.Duration              // how soon is soon enough, of a rate
	Window      Window                     // counts only what starts within these local hours
	Cap         time.Duration              // a turn counts for no more; 0: as long as it was
	Unanswered  time.Duration              // what an unanswered turn counts for; 0: it is left out
	Basis       Basis                      // which time durations count
	Statistic   Statistic                  // what durations become
	Channels    []event.Channel            // of the conversations that count; none: all
	Intents     []string                   // of the conversations that count; none: all
	Kinds       []string                   // of the leaves that count; none: all
	Grace       time.Duration              // how late, or early, is not yet late
	Precision   Precision                  // of the time clock
	Inclusive   bool                       // exactly the grace is late, or early, already
}

// Closed says what becomes of a deadline that was not met when the conversation was closed or resolved by it.
type Closed string

// What becomes of it.
const (
	Owed    Closed = "owed"    // it is missed all the same
	Settled Closed = "settled" // it counts neither way; see [turn.Conversation.Settled]
)

// Credit says whose a missed deadline or an unanswered turn is. A reply is always its sender's.
type Credit string

// The credit rules.
const (
	AssigneeAtDue Credit = "assignee-at-due" // who had it when it was due
	FirstOwner    Credit = "first-owner"     // who had it first and handed it over without replying
)

// Population says which conversations count.
type Population string

// The populations.
const (
	AllConversations Population = "all"
	Sampled          Population = "sampled" // those that a review of the month names
)

// Window is hours of the local day, From included, Until not. The zero Window is the whole day.
type Window struct {
	From, Until int
}

// contains reports whether a local time lies in the window.
func (w Window) contains(local time.Time) bool {
	return w == Window{} || w.From <= local.Hour() && local.Hour() < w.Until
}

// Basis says which time counts.
type Basis string

// The bases.
const (
	WallTime    Basis = "wall"
	WorkingTime Basis = "working" // inside the intervals of the calendar
)

// Statistic says what becomes of many durations.
type Statistic string

// The statistics. A percentile is the smallest duration that at least so many percent do not exceed (nearest rank).
const (
	Mean Statistic = "mean"
	P50  Statistic = "p50"
	P90  Statistic = "p90"
)

// Precision says how exactly the time clock is read.
type Precision string

// The precisions.
const (
	ByMinute Precision = "minute" // 9:05:59 is 9:05
	BySecond Precision = "second"
)

// complete returns the settings with the metric's own in place of what is not set. Settings of which nothing is set are the
// metric's own altogether; of others only what has no meaning when it is empty is replaced.
func (d Doc) complete(s Settings) Settings {
	if reflect.ValueOf(s).IsZero() {
		return d.Default
	}
	own := d.Default
	if len(s.Days) == 0 {
		s.Days = own.Days
	}
	if s.Target == (turn.Target{}) {
		s.Target, s.ByKind = own.Target, own.ByKind
	}
	orOwn(&s.Within, own.Within)
	orOwn(&s.Closed, own.Closed)
	orOwn(&s.Credit, own.Credit)
	orOwn(&s.Population, own.Population)
	orOwn(&s.Basis, own.Basis)
	orOwn(&s.Statistic, own.Statistic)
	orOwn(&s.Precision, own.Precision)
	return s
}

func orOwn[T comparable](v *T, own T) {
	var none T
	if *v == none {
		*v = own
	}
}
