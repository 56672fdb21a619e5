package metric_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

func BenchmarkPeriodAdd(b *testing.B) {
	c := turn.Call{
		Origin: turn.Origin{Time: time.Date(2024, 3, 4, 2, 0, 0, 0, time.UTC), Zone: "Asia/Jerusalem"}, Agent: "li",
		Direction: event.Inbound, Outcome: event.Answered,
	}
	p := period(b, metric.Scope{Month: march, Roster: roster.New(), Queries: []metric.Query{{Metric: "calls_per_workday"}}})
	f := turn.Facts{Calls: []turn.Call{c}}
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Add(f); err != nil {
			b.Fatal(err)
		}
	}
}

// A thread of ten messages under the three clocks and the times of its turns.
func BenchmarkPeriodAddConversation(b *testing.B) {
	var m month
	m.open("a", "03-04 10:00", "li")
	for i := range 5 {
		m.ask("a", fmt.Sprintf("03-%02d 10:00", 4+i))
		m.reply("a", fmt.Sprintf("03-%02d 11:00", 4+i), "li")
	}
	f := m.facts()[0]
	queries := []metric.Query{own("email_on_time"), own("inquiry_on_time"), own("followup_on_time"), own("first_response_time"), own("response_time")}
	p := period(b, metric.Scope{Month: march, Roster: roster.New(), Calendar: office(b), Queries: queries})
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Add(f); err != nil {
			b.Fatal(err)
		}
	}
}
