package workflow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
)

func TestEvents(t *testing.T) {
	l := newLog(t)
	old := lines(`{"agent":"li","zone":"Asia/Shanghai","effective":"2024-01-01","team":"express"}`, `{"agent":"gone","zone":"Asia/Shanghai","effective":"2024-01-01","team":"express"}`)
	l.do(hr, document(workflow.RosterDocument, "staff", old))
	l.do(chen, incident("li"))
	l.do(hr, document(workflow.RosterDocument, "staff", lines(
		`{"agent":"li","zone":"Asia/Shanghai","effective":"2024-01-01","team":"express","name":"李","fte_percent":80,"duties":["calls"]}`, ``,
		`{"agent":"li","zone":"Asia/Shanghai","effective":"2024-04-01","team":"bank"}`)))
	ruling := incident("li")
	ruling.Ruling = event.IncidentRuled{Verdict: event.VerdictRejected, By: "wang", Reason: "it was another"}
	l.do(wang, ruling)
	of := func(n int, id, subject, zone, kind string, data event.Data) event.Event {
		at := start.Add(time.Duration(n-1) * time.Second)
		return event.Event{
			Company: "acme", Source: "deskpulse:decisions", Subject: subject, ID: id, Type: kind, Zone: zone, Time: at, AppendTime: at,
			Position: event.Position{Partition: event.Partition{Stream: "deskpulse:decisions"}, Offset: int64(n - 1)}, Data: data,
		}
	}
	events := l.state.Events("acme")
	equal(t, "events", events, []event.Event{
		of(2, id(2), "c-1", "Asia/Shanghai", "incident.ruled", event.IncidentRuled{Verdict: event.Upheld, By: "chen", Reason: "as agreed", Serious: new(true)}),
		of(3, id(3)+"/2024-01-01", "li", "Asia/Shanghai", "agent.changed", event.AgentChanged{Effective: "2024-01-01", Team: "express", Name: "李", FTEPercent: new(int64(80)), Duties: []string{"calls"}}),
		of(3, id(3)+"/2024-04-01", "li", "Asia/Shanghai", "agent.changed", event.AgentChanged{Effective: "2024-04-01", Team: "bank"}),
		of(4, id(4), "c-1", "Asia/Shanghai", "incident.ruled", event.IncidentRuled{Verdict: event.VerdictRejected, By: "wang", Reason: "it was another"}),
	})
	if other := l.state.Events("other"); len(other) != 0 {
		t.Errorf("events of another company: %v", other)
	}
	reported := event.Event{Company: "acme", Source: "crm", Subject: "c-1", ID: "r", Type: "incident.reported", Zone: "UTC", Time: start, AppendTime: start,
		Data: event.IncidentReported{Agent: "li", Subjects: []string{"attitude"}}}
	facts, _ := turn.Fold(append(events, reported))
	if len(facts.Incidents) != 1 || facts.Incidents[0].Upheld() || len(facts.Changes) != 2 {
		t.Errorf("folded: %+v", facts)
	}
}

// Of two rulings in one millisecond the second in the log stands, whatever their ids are.
func TestRulingsOfOneInstant(t *testing.T) {
	for _, ids := range [][2]int{{1, 2}, {2, 1}} {
		s := workflow.New()
		for i, verdict := range []event.Verdict{event.Upheld, event.VerdictRejected} {
			ruling := incident("li")
			ruling.Ruling.Verdict = verdict
			c := workflow.Command{ID: id(ids[i]), By: chen, Expect: s.Expect(ruling), Action: ruling}
			if v, _ := s.Apply(workflow.Record{Offset: int64(i), Time: start, Value: encode(t, c)}); !v.Accepted {
				t.Fatal(v.Err())
			}
		}
		reported := event.Event{Company: "acme", Source: "crm", Subject: "c-1", ID: "r", Type: "incident.reported", Time: start, AppendTime: start, Data: event.IncidentReported{Agent: "li"}}
		facts, _ := turn.Fold(append(s.Events("acme"), reported))
		if facts.Incidents[0].Upheld() {
			t.Errorf("ids %v: the first ruling stands", ids)
		}
	}
}

// A broker whose clock is wild must not lose what a roster says.
func TestEventsOfAnyTime(t *testing.T) {
	roster := document(workflow.RosterDocument, "staff", `{"agent":"li","zone":"UTC","effective":"2024-01-01","team":"express"}`)
	for _, at := range []time.Time{{}, time.UnixMilli(1 << 60)} {
		s := workflow.New()
		c := workflow.Command{ID: id(1), By: chen, Expect: s.Expect(roster), Action: roster}
		if v, _ := s.Apply(workflow.Record{Time: at, Value: encode(t, c)}); !v.Accepted || len(s.Events("acme")) != 1 {
			t.Errorf("%s: %v, %v", at, v.Err(), s.Events("acme"))
		}
	}
}

func TestRosterIsChecked(t *testing.T) {
	const good = `{"agent":"li","zone":"Asia/Shanghai","effective":"2024-01-01","team":"express"}`
	for _, row := range []struct{ name, text, want string }{
		{"no line", "\n", "no line"},
		{"no JSON", good + "\nli", "line 2: "},
		{"unknown member", `{"agent":"li","zone":"UTC","effective":"2024-01-01","team":"a","salary":1}`, "salary"},
		{"no team", `{"agent":"li","zone":"UTC","effective":"2024-01-01"}`, "line 1: "},
		{"no agent", `{"zone":"UTC","effective":"2024-01-01","team":"a"}`, "line 1: "},
		{"no such day", `{"agent":"li","zone":"UTC","effective":"2024-02-30","team":"a"}`, "2024-02-30"},
		{"no such zone", `{"agent":"li","zone":"Asia/Nowhere","effective":"2024-02-01","team":"a"}`, "Asia/Nowhere"},
		{"no zone", `{"agent":"li","effective":"2024-02-01","team":"a"}`, "want a zone"},
		{"a space", `{"agent":"li ","zone":"UTC","effective":"2024-02-01","team":"a"}`, "without spaces"},
		{"twice from a day on", good + "\n\n" + good, `line 3: "li" from 2024-01-01 on stands in line 1`},
	} {
		c := workflow.Command{ID: id(1), By: hr, Action: document(workflow.RosterDocument, "staff", row.text)}
		c.Expect = workflow.New().Expect(c.Action)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}

// A roster that was activated after a month was frozen does not change it. A ruling does.
func TestEventsAsOf(t *testing.T) {
	l := newLog(t)
	l.do(hr, document(workflow.RosterDocument, "staff", lines(roster)))
	l.do(hr, document(workflow.RosterDocument, "night", lines(`{"agent":"ma","zone":"Asia/Shanghai","effective":"2024-01-01","team":"night"}`)))
	before := l.state.Events("acme")
	frozen := l.state.Head().Sequence
	l.do(chen, document(workflow.PolicyDocument, "express", "the policy"))
	l.do(hr, document(workflow.RosterDocument, "staff", lines(`{"agent":"li","zone":"Asia/Shanghai","effective":"2024-01-01","team":"bank"}`)))
	l.do(hr, document(workflow.RosterDocument, "new", lines(`{"agent":"zhao","zone":"Asia/Shanghai","effective":"2024-01-01","team":"bank"}`)))
	l.do(chen, incident("li"))
	l.do(hr, document(workflow.RosterDocument, "staff", lines(roster))) // as it was: the text is kept once, the activation is a new one
	all := l.state.Events("acme")
	ruling := slices.IndexFunc(all, func(e event.Event) bool { return e.Type == "incident.ruled" })
	equal(t, "as frozen", l.state.EventsAsOf("acme", frozen), append(before, all[ruling]))
	equal(t, "before any roster", l.state.EventsAsOf("acme", 0), all[ruling:ruling+1])
	equal(t, "now", l.state.EventsAsOf("acme", l.state.Head().Sequence), all)
	var got []string
	for _, e := range l.state.EventsAsOf("acme", 4) {
		got = append(got, fmt.Sprint(e.Position.Offset, " ", e.ID))
	}
	equal(t, "in between", got, []string{"1 " + id(2) + "/2024-01-01", "3 " + id(4) + "/2024-01-01", "5 " + id(6)})
	if other := l.state.EventsAsOf("other", frozen); len(other) != 0 {
		t.Errorf("events of another company: %v", other)
	}
}
