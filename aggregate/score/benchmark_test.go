package score_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// BenchmarkCards scores a month of 10,000 agents in 100 teams under express-cs, measured beforehand: each has calls, mails,
// attendance, a review and manual scores, every third a complaint and a leave. With evidence each line also lists its
// events. The target is 2 s on one core:
//
//	go test ./aggregate/score -run '^$' -bench Cards -cpu 1
func BenchmarkCards(b *testing.B) {
	const agents = 10_000
	in := score.Input{Policy: expressCS(b)}
	people, all := roster.New(), make([]turn.Facts, 0, agents)
	for i := range agents {
		who, work := busy(i)
		if err := people.Add(who); err != nil {
			b.Fatal(err)
		}
		all = append(all, work)
		agent := name(i)
		in.Scores = append(in.Scores,
			score.Score{Agent: agent, Rule: "execution", Manual: rule.Manual{Points: amount.Points(400 + i%5*100), By: "head"}},
			score.Score{Agent: agent, Rule: "enthusiasm", Manual: rule.Manual{Points: amount.Points(i % 5 * 100), By: "head"}})
	}
	office, err := calendar.Load("cn-office", nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, evidence := range []bool{false, true} {
		in.Period, err = metric.NewPeriod(metric.Scope{Month: march, Roster: people, Calendar: office, Queries: in.Policy.Queries(), ExplainAll: evidence})
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range all {
			if err := in.Period.Add(f); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(fmt.Sprintf("evidence=%v", evidence), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cards, err := score.Cards(in)
				if err != nil || len(cards) != agents || cards[agents/2].Total == nil {
					b.Fatal(err, len(cards), cards[agents/2].Missing)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/10000-agents")
		})
	}
}

func name(i int) string { return fmt.Sprintf("agent-%05d", i) }

// busy returns a month of the i-th agent.
func busy(i int) (who, work turn.Facts) {
	d := desk{}
	agent, team := name(i), fmt.Sprintf("team-%02d", i%100)
	d.agent(agent, team, "2023-01-01")
	d.worked(agent, 1, 21, 20+i%7)
	if i%3 == 0 {
		d.add(agent, "2024-03-04T01:00:00Z", event.LeaveApproved{Kind: "personal", From: "2024-03-12", Until: "2024-03-12", ApprovedBy: "head"})
		id := fmt.Sprint("x", i)
		d.add(id, "2024-03-05T01:00:00Z", event.IncidentReported{Agent: agent, Subjects: []string{"inquiry", "work-error"}, Complainant: event.FromAbroad})
		d.add(id, "2024-03-06T01:00:00Z", event.IncidentRuled{Verdict: event.Upheld, By: "head"})
	}
	d.add(agent, "2024-03-20T01:00:00Z", event.ReviewScored{Period: "2024-03", Template: "call-wording", Reviewer: "qa",
		Findings: []event.ReviewFinding{{Finding: "mood", Count: 1}}})
	for k := range 5 {
		d.mail(fmt.Sprint("mail-", i, "-", k), agent, 4+k, 30*time.Minute)
	}
	bySubject := map[string][]event.Event{}
	for _, e := range d.events {
		bySubject[e.Subject] = append(bySubject[e.Subject], e)
	}
	who, _ = turn.Fold(bySubject[agent])
	work, _ = turn.Fold(d.events)
	return who, work
}

// mail adds an e-mail of a day of the month at ten o'clock, answered after a while.
func (d *desk) mail(id, agent string, day int, after time.Duration) {
	at := time.Date(2024, time.March, day, 2, 0, 0, 0, time.UTC)
	d.add(id, at.Format(time.RFC3339), event.ConversationOpened{Channel: event.ChannelEmail, Agent: agent})
	d.add(id, at.Format(time.RFC3339), event.MessageReceived{})
	d.add(id, at.Add(after).Format(time.RFC3339), event.MessageSent{Author: event.AuthorAgent, Agent: agent})
}
