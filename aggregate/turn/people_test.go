package turn_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// Facts that are one event each say what the event said, in order of time.
func TestSimpleFacts(t *testing.T) {
	for _, c := range []struct {
		data event.Data
		list func(f turn.Facts) any
	}{
		{event.AgentChanged{Team: "express"}, func(f turn.Facts) any { return f.Changes }},
		{event.AgentLinked{System: "pbx", Account: "204"}, func(f turn.Facts) any { return f.Links }},
		{event.AttendanceRecorded{Date: "2024-03-04", Status: event.Worked}, func(f turn.Facts) any { return f.Attendance }},
		{event.LeaveApproved{Kind: "personal", From: "2024-03-04", Until: "2024-03-04", HalfDay: true}, func(f turn.Facts) any { return f.Leaves }},
		{event.AgentPresence{State: event.PresenceBreak}, func(f turn.Facts) any { return f.Presence }},
		{event.TrainingRecorded{Course: "customs", Result: event.TrainingPassed}, func(f turn.Facts) any { return f.Trainings }},
		{event.ReviewScored{Period: "2024-03", Findings: []event.ReviewFinding{{Finding: "mood", Count: 2}}}, func(f turn.Facts) any { return f.Reviews }},
		{event.ExamScored{Period: "2024-03", OutOfHundredths: 10000}, func(f turn.Facts) any { return f.Exams }},
		{event.ConversationMeasured{Channel: event.ChannelChat, Agent: "li", EmailReplyMS: new(int64(0))}, func(f turn.Facts) any { return f.Measured }},
	} {
		t.Run(event.TypeOf(c.data).Name, func(t *testing.T) {
			var l log
			l.add("later", time.Minute, c.data)
			l.add("earlier", 0, c.data)
			f, _ := turn.Fold(l)
			list := reflect.ValueOf(c.list(f))
			if list.Len() != 2 {
				t.Fatalf("%d facts, want 2", list.Len())
			}
			first := list.Index(0)
			if id := first.FieldByName("ID").String(); id != "earlier" {
				t.Errorf("first is %q, want the earlier", id)
			}
			if diff := cmp.Diff(first.Field(1).Interface(), c.data); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

// Every type of event leaves a trace in the facts, but retractions.
func TestEveryTypeIsFolded(t *testing.T) {
	for _, typ := range event.Types() {
		if typ.Name == "event.retracted" || typ.Name == "incident.ruled" {
			continue
		}
		data, ok := examples[typ.Name]
		if !ok {
			t.Errorf("%s: nobody has said what becomes of it", typ.Name)
			continue
		}
		var l log
		l.add("e", 0, data)
		if f, _ := turn.Fold(l); cmp.Equal(f, turn.Facts{}) {
			t.Errorf("%s leaves no trace", typ.Name)
		}
	}
}
