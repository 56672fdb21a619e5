package metric

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Setting is one key by which a policy decides about measuring.
type Setting struct {
	Key    string
	Values string // what may stand there
	Doc    string

	read func(*document.Object, *Settings) // the key is there
	text func(Settings) string             // canonical, "" for what changes nothing
}

// AllSettings returns every setting, in the order in which keys and references name them.
func AllSettings() []Setting { return slices.Clone(settings) }

// settings is the one table that reading, keys and the reference are made of.
var settings = []Setting{
	{"target", "{wall: 12h}, {working: 2h} or {working_days: 5}", "how long the clock may run: in all time, in working time, or until the end of work on so many working days after the date of the start; exactly then is on time",
		func(o *document.Object, s *Settings) { s.Target, s.ByKind = readTarget(o.Object("target")), nil },
		func(s Settings) string { return targetText(s.Target) }},
	{"by_kind", "{shopper: {working_days: 5, promise: earlier}, …}", "what goes before `target`, and where a `promise` stands in it before `promise`, by the kind of the customer, by the sources' own names",
		readByKind, byKindText},
	{"promise", "replaces, earlier, ignored", "what an agreed time does: replaces the target if it was agreed before that passed; counts if it is earlier; nothing",
		func(o *document.Object, s *Settings) { s.Promise = readPromise(o) },
		func(s Settings) string { return promises[s.Promise] }},
	{"restart", "true, false", "whether the clock starts again with each of the customer's questions",
		func(o *document.Object, s *Settings) { s.Restart = o.Bool("restart") },
		func(s Settings) string { return strconv.FormatBool(s.Restart) }},
	{"finding", "required, optional", "whether a follow-up must carry the concrete problem, or that the other side was urged, to be one",
		func(o *document.Object, s *Settings) {
			s.NeedFinding = o.OneOf("finding", "required", "optional") == "required"
		},
		func(s Settings) string {
			if s.NeedFinding {
				return "required"
			}
			return "optional"
		}},
	{"closed", "owed, settled", "what becomes of a deadline by which the conversation was closed or resolved unmet, and not opened again by ourselves: it is missed all the same; it counts neither way",
		choice("closed", func(s *Settings) *Closed { return &s.Closed }, Owed, Settled),
		func(s Settings) string { return string(s.Closed) }},
	{"pauses", "[pending, on_hold]", "while the conversation has one of these statuses the clock stands still",
		func(o *document.Object, s *Settings) {
			s.Pauses = list(o, "pauses", []event.Status{event.StatusOpen, event.StatusPending, event.StatusOnHold, event.StatusResolved, event.StatusClosed})
		},
		func(s Settings) string { return joined(sorted(s.Pauses)) }},
	{"channels", "[chat, phone, email, ticket]", "conversations of these channels count; none named: of all",
		func(o *document.Object, s *Settings) {
			s.Channels = list(o, "channels", []event.Channel{event.ChannelChat, event.ChannelPhone, event.ChannelEmail, event.ChannelTicket})
		},
		func(s Settings) string { return joined(sorted(s.Channels)) }},
	{"intents", "[inquiry, …]", "conversations of these intents count, by the sources' own names; none named: of all",
		func(o *document.Object, s *Settings) { s.Intents = names(o, "intents") },
		func(s Settings) string { return quoted(sorted(s.Intents)) }},
	{"population", "all, sampled", "which conversations count: all, or those that a review of the month names",
		choice("population", func(s *Settings) *Population { return &s.Population }, AllConversations, Sampled),
		func(s Settings) string { return string(s.Population) }},
	{"credit", "assignee-at-due, first-owner", "whose a missed deadline or an unanswered turn is: who had it when it was due, or who had it first and handed it over without replying",
		choice("credit", func(s *Settings) *Credit { return &s.Credit }, AssigneeAtDue, FirstOwner),
		func(s Settings) string { return string(s.Credit) }},
	{"basis", "wall, working", "which time counts: all of it, or that inside the intervals of the calendar",
		choice("basis", func(s *Settings) *Basis { return &s.Basis }, WallTime, WorkingTime),
		func(s Settings) string { return string(s.Basis) }},
	{"statistic", "mean, p50, p90", "what becomes of the durations: their mean, or the smallest that so many percent do not exceed",
		choice("statistic", func(s *Settings) *Statistic { return &s.Statistic }, Mean, P50, P90),
		func(s Settings) string { return string(s.Statistic) }},
	{"within", "a duration such as 30s", "how soon is soon enough; exactly so long still is",
		func(o *document.Object, s *Settings) { s.Within = duration(o, "within", time.Millisecond) },
		func(s Settings) string { return durationText(s.Within) }},
	{"window", "{from: 8, until: 23}", "counts what starts within these local hours",
		readWindow,
		func(s Settings) string {
			if s.Window == (Window{}) {
				return ""
			}
			return fmt.Sprintf("%d-%d", s.Window.From, s.Window.Until)
		}},
	{"cap", "a duration such as 10m", "a turn counts for no more than this; 0s: for as long as it was",
		func(o *document.Object, s *Settings) { s.Cap = duration(o, "cap", 0) },
		func(s Settings) string { return unlessZero(s.Cap) }},
	{"unanswered", "a duration such as 10m", "what an unanswered turn counts for; 0s: it is left out",
		func(o *document.Object, s *Settings) { s.Unanswered = duration(o, "unanswered", 0) },
		func(s Settings) string { return unlessZero(s.Unanswered) }},
	{"days", "[attendance, presence, calls]", "from what it is known that somebody worked on a date, in order of preference",
		readDays,
		func(s Settings) string { return joined(s.Days) }},
	{"kinds", "[personal, …]", "leaves of these kinds count, by the company's own names; none named: all",
		func(o *document.Object, s *Settings) { s.Kinds = names(o, "kinds") },
		func(s Settings) string { return quoted(sorted(s.Kinds)) }},
	{"grace", "a duration such as 5m", "how late, or how early, does not count yet",
		func(o *document.Object, s *Settings) { s.Grace = duration(o, "grace", 0) },
		func(s Settings) string { return durationText(s.Grace) }},
	{"precision", "minute, second", "how exactly the time clock is read: by the minute, 9:05:59 is 9:05",
		choice("precision", func(s *Settings) *Precision { return &s.Precision }, ByMinute, BySecond),
		func(s Settings) string { return string(s.Precision) }},
	{"bound", "inclusive, exclusive", "whether exactly the grace counts already",
		func(o *document.Object, s *Settings) {
			s.Inclusive = o.OneOf("bound", "inclusive", "exclusive") == "inclusive"
		},
		func(s Settings) string {
			if s.Inclusive {
				return "inclusive"
			}
			return "exclusive"
		}},
}

// reads reports whether a metric reads the setting.
func (d Doc) reads(key string) bool { return slices.Contains(d.Settings, key) }

// Text returns the settings that the metric reads as a policy would write them, for a reference or a card: "within=30s".
func (d Doc) Text(s Settings) string {
	_, text, _ := strings.Cut(Query{d.ID, s}.Key(), " ")
	return text
}

func joined[T ~string](all []T) string { return strings.Join(document.Texts(all), ",") }

// quoted joins names that are not ours, and may hold anything.
func quoted(all []string) string {
	return joined(document.IDs(all, strconv.Quote))
}

// sorted returns the members in one order: what a list selects does not depend on it.
func sorted[T ~string](all []T) []T { return slices.Compact(slices.Sorted(slices.Values(all))) }

func unlessZero(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return durationText(d)
}

// durationText writes a duration as policies do: 2h, and not 2h0m0s.
func durationText(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
