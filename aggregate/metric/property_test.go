package metric_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// everyQuery asks for every metric by its own settings, and for percentiles and samples besides.
func everyQuery() []metric.Query {
	var all []metric.Query
	for _, m := range metric.All() {
		all = append(all, own(m.Doc().ID))
	}
	return append(all,
		with("response_time", func(s *metric.Settings) { s.Statistic = metric.P90 }),
		with("email_on_time", func(s *metric.Settings) { s.Population, s.Credit = metric.Sampled, metric.FirstOwner }),
		with("email_on_time", func(s *metric.Settings) { s.Closed = metric.Settled }))
}

// anyMonth draws events about a few people and conversations, plausible or not.
func anyMonth(rt *rapid.T) month {
	agents := rapid.SampledFrom([]string{"li", "wang", "zhao", ""})
	names := rapid.SampledFrom([]string{"li", "wang", "zhao"})
	var m month
	for n := range rapid.IntRange(0, 40).Draw(rt, "events") {
		data := rapid.OneOf(
			rapid.Custom(func(rt *rapid.T) event.Data {
				return event.ConversationOpened{Channel: rapid.SampledFrom([]event.Channel{event.ChannelEmail, event.ChannelChat}).Draw(rt, "channel"),
					Intent: rapid.SampledFrom([]string{"", "inquiry", "query"}).Draw(rt, "intent"), Agent: agents.Draw(rt, "agent"), Team: "express"}
			}),
			rapid.Just[event.Data](event.MessageReceived{}),
			rapid.Custom(func(rt *rapid.T) event.Data {
				return event.MessageSent{Author: event.AuthorAgent, Agent: agents.Draw(rt, "agent")}
			}),
			rapid.Custom(func(rt *rapid.T) event.Data { return event.ConversationAssigned{Agent: agents.Draw(rt, "agent")} }),
			rapid.Custom(func(rt *rapid.T) event.Data {
				return event.ConversationStatusChanged{Status: rapid.SampledFrom([]event.Status{event.StatusOpen, event.StatusPending, event.StatusClosed}).Draw(rt, "status")}
			}),
			rapid.Custom(func(rt *rapid.T) event.Data {
				return event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: agents.Draw(rt, "agent"), TalkMS: of(rapid.Int64Range(0, 9).Draw(rt, "talk"))}
			}),
			rapid.Custom(func(rt *rapid.T) event.Data { return event.CaseFollowedUp{Agent: names.Draw(rt, "agent")} }),
			rapid.Custom(func(rt *rapid.T) event.Data {
				return event.ConversationRated{Score: rapid.Int64Range(0, 5).Draw(rt, "score"), OutOf: 5, Agent: agents.Draw(rt, "agent")}
			}),
		).Draw(rt, "data")
		subject := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "conversation")
		if rapid.IntRange(0, 3).Draw(rt, "about a person") == 0 {
			subject, data = names.Draw(rt, "person"), aboutPerson(rt)
		}
		m.add(subject, "03-01 00:00", data)
		m[n].Time = clock("02-28 00:00").Add(time.Duration(rapid.IntRange(0, 36*24*60).Draw(rt, "minute")) * time.Minute)
	}
	return m
}

func aboutPerson(rt *rapid.T) event.Data {
	date := event.Date(fmt.Sprintf("2024-03-%02d", rapid.IntRange(1, 31).Draw(rt, "date")))
	return rapid.OneOf(
		rapid.Custom(func(rt *rapid.T) event.Data {
			in := clock(string(date)[5:] + " 09:00").Add(time.Duration(rapid.IntRange(0, 600).Draw(rt, "in")) * time.Second)
			at := event.Instant(in.Format(time.RFC3339))
			return event.AttendanceRecorded{Date: date, Status: rapid.SampledFrom([]event.Attendance{event.Worked, event.Absent}).Draw(rt, "status"), ClockIn: &at, ClockOut: &at}
		}),
		rapid.Just[event.Data](event.LeaveApproved{Kind: "personal", From: date, Until: date, ApprovedBy: "boss"}),
		rapid.Just[event.Data](event.ReviewScored{Period: "2024-03", Template: "calls", Reviewer: "boss", Conversation: "a", Checks: []event.ReviewCheck{{Check: "greeting"}}}),
		rapid.Just[event.Data](event.ExamScored{Period: "2024-03", Exam: "e", ScoreHundredths: 50, OutOfHundredths: 70}),
		rapid.Custom(func(rt *rapid.T) event.Data {
			return event.AgentPresence{State: rapid.SampledFrom([]event.PresenceState{event.PresenceIdle, event.PresenceOnContact, event.PresenceOffline}).Draw(rt, "state")}
		}),
	).Draw(rt, "about")
}

// answers is everything a period says.
func answers(t testing.TB, m month, seed int) map[string]any {
	queries := everyQuery()
	facts := m.facts()
	for i := range facts { // subjects in another order
		j := (i*7 + seed) % len(facts)
		facts[i], facts[j] = facts[j], facts[i]
	}
	p := measureFacts(t, facts, metric.Scope{Month: march, Calendar: office(t), Queries: queries, ExplainAll: true})
	said := map[string]any{"agents": p.Agents()}
	for _, q := range queries {
		r := result(t, p, q)
		said[q.Key()] = r
		for _, v := range r.Values {
			said[q.Key()+" "+v.Agent] = p.Evidence(q, v.Agent)
		}
	}
	return said
}

// The same events in any order, with any of them delivered twice, are the same month, to the last digit and the last event.
func TestOrderAndRepetitionNeverMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := anyMonth(rt)
		again := m
		if len(m) > 0 {
			again = append(rapid.Permutation(m).Draw(rt, "order"), rapid.SliceOf(rapid.SampledFrom(m)).Draw(rt, "twice")...)
		}
		want, got := answers(t, m, 0), answers(t, again, rapid.IntRange(0, 5).Draw(rt, "seed"))
		if diff := cmp.Diff(got, want); diff != "" {
			rt.Fatalf("(-got, +want):\n%s", diff)
		}
	})
}

// A clock is due once, in one month: what March and April say of the same events adds up to what happened.
func TestMonthsAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var m month
		total := rapid.IntRange(1, 8).Draw(rt, "mails")
		for i := range total {
			at := clock("03-28 00:00").Add(time.Duration(rapid.IntRange(0, 7*24*60).Draw(rt, "minute")) * time.Minute)
			m.mail(fmt.Sprint("mail-", i), at.In(shanghai).Format("01-02 15:04:05"), "", "li")
		}
		q := own("email_on_time")
		var sum int64
		for _, month := range []time.Month{time.March, time.April} {
			s := metric.Scope{Month: march, Calendar: office(t), Queries: []metric.Query{q}}
			s.Month.Month = month
			v, _ := measureFacts(t, m.facts(), s).Value(q, "li")
			sum += v.Den
		}
		if sum != int64(total) {
			rt.Fatalf("%d mails are due in the two months, want %d", sum, total)
		}
	})
}
