package metric_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

func TestCalls(t *testing.T) {
	call := func(m *month, at string, outcome event.CallOutcome, agent string, wait, talk, wrapUp *int64) {
		m.add("call-"+at, at, event.CallEnded{Direction: event.Inbound, Outcome: outcome, Agent: agent, Team: "express", WaitMS: wait, TalkMS: talk, WrapUpMS: wrapUp})
	}
	var m month
	call(&m, "03-04 10:00", event.Answered, "li", of(20_000), of(100_000), of(20_000)) // e0
	call(&m, "03-04 10:01", event.Answered, "li", of(20_001), of(60_000), nil)         // e1: work after it unknown
	call(&m, "03-04 10:02", event.Answered, "li", nil, nil, of(5_000))                 // e2: talk and wait unknown
	call(&m, "03-04 10:03", event.Answered, "", of(1_000), of(60_000), nil)            // e3: nobody's, but the team's
	call(&m, "03-04 10:04", event.Abandoned, "", of(5_000), nil, nil)                  // e4: gave up soon
	call(&m, "03-04 10:05", event.Abandoned, "", of(50_000), nil, nil)                 // e5
	call(&m, "03-04 10:06", event.Missed, "", of(50_000), nil, nil)                    // e6
	call(&m, "03-04 10:07", event.Phantom, "", of(0), nil, nil)                        // e7: no call
	m.add("out", "03-04 10:08", event.CallEnded{Direction: event.Outbound, Outcome: event.Answered, Agent: "li", Team: "express", TalkMS: of(9)})
	for id, want := range map[string]struct {
		line, of string
		shown    []string
	}{
		"handle_time": {"li 180000/2", "li", []string{"e0 2024-03-04", "e1 2024-03-04"}},
		"service_level": {"express 2/6", "express", []string{"e0 2024-03-04 answered", "!e1 2024-03-04 answered", "e3 2024-03-04 answered",
			"!e4 2024-03-04 abandoned", "!e5 2024-03-04 abandoned", "!e6 2024-03-04 missed"}},
		"abandon_rate": {"express 2/7", "express", []string{"e0 2024-03-04 answered", "e1 2024-03-04 answered", "e2 2024-03-04 answered",
			"e3 2024-03-04 answered", "!e4 2024-03-04 abandoned", "!e5 2024-03-04 abandoned", "e6 2024-03-04 missed"}},
	} {
		q := own(id)
		p := m.measure(t, q)
		if got := line(result(t, p, q)); got != want.line {
			t.Errorf("%s: got %q, want %q", id, got, want.line)
		}
		if diff := cmp.Diff(shown(p.Evidence(q, want.of).Listed), want.shown); diff != "" {
			t.Errorf("%s (-got, +want):\n%s", id, diff)
		}
	}
	q := own("service_level")
	if diff := cmp.Diff(result(t, m.measure(t, q), q).Apart, map[string]int64{"express": 1}); diff != "" {
		t.Errorf("abandoned soon (-got, +want):\n%s", diff)
	}
}

// A call within a conversation is one piece of work, not two.
func TestTeamOfCallsInConversations(t *testing.T) {
	var m month
	m.open("a", "03-04 10:00", "", func(o *event.ConversationOpened) { o.Team = "amber" })
	m.add("a", "03-04 10:01", event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: "temp", Team: "express"})
	if team, listed := m.measure(t).Team("temp"); team != "express" || listed {
		t.Errorf("got %q, %t", team, listed)
	}
}

func TestLongHolds(t *testing.T) {
	var m month
	for i, ms := range []int64{9_999, 10_000, 60_000} {
		holds := []event.Hold{{StartMS: 0, DurationMS: 1}, {StartMS: 5, DurationMS: ms}}
		m.add(string(rune('a'+i)), "03-04 10:00", event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: "li", Holds: holds})
	}
	p := m.measure(t)
	if n := p.LongHolds("li"); n != 2 {
		t.Errorf("got %d, want 2", n)
	}
	if diff := cmp.Diff(shown(p.LongHoldEvidence("li").Listed), []string{"e1 2024-03-04", "e2 2024-03-04"}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	minute := measureFacts(t, m.facts(), metric.Scope{Month: march, HoldMS: 60_000})
	if n := minute.LongHolds("li"); n != 1 {
		t.Errorf("from a minute on: got %d, want 1", n)
	}
}
