package turn_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// extensions are the accounts of a telephone system: 204 is Li's until the evening of 15 March, then Wang's.
func extensions(source, account string, at time.Time) string {
	switch {
	case source != "pbx" || account != "204":
		return account
	case at.Before(time.Date(2024, 3, 15, 16, 0, 0, 0, time.UTC)):
		return "li"
	}
	return "wang"
}

func told(source, subject, id string, at time.Time, data event.Data) event.Event {
	return event.Event{Company: "acme", Source: source, Subject: subject, ID: id, Type: event.TypeOf(data).Name, Zone: "Asia/Shanghai", Time: at, AppendTime: at, Data: data}
}

var middle = time.Date(2024, 3, 12, 2, 0, 0, 0, time.UTC)

// Every type that is about an agent is about the agent, whose account is named; its evidence is what the source said.
func TestFoldWithNamesWhomAnEventIsAbout(t *testing.T) {
	for _, typ := range event.Types() {
		if typ.Subject != "the agent" || typ.Name == "agent.linked" {
			continue
		}
		facts, _ := turn.FoldWith([]event.Event{told("pbx", "204", "e", middle, examples[typ.Name])}, extensions)
		found := false
		for _, list := range reflect.ValueOf(facts).Fields() {
			if list.Len() == 0 {
				continue
			}
			found = true
			fact := list.Index(0)
			if got := fact.FieldByName("Subject").String(); got != "li" {
				t.Errorf("%s: is about %q, want li", typ.Name, got)
			}
			if got := fact.FieldByName("Origin").Interface().(turn.Origin).Subject; got != "204" {
				t.Errorf("%s: evidence is about %q, want what was reported", typ.Name, got)
			}
		}
		if !found {
			t.Errorf("%s: no fact", typ.Name)
		}
	}
}

func TestFoldWithNamesWhoWorked(t *testing.T) {
	events := []event.Event{
		told("desk", "mail", "1", middle, event.ConversationOpened{Channel: event.ChannelEmail, Agent: "204"}), // of another system
		told("pbx", "mail", "2", middle.Add(time.Minute), event.ConversationAssigned{Agent: "204"}),
		told("desk", "mail", "3", middle.Add(2*time.Minute), event.MessageReceived{}),
		told("pbx", "call", "4", middle, event.CallEnded{Outcome: event.Answered, Agent: "204"}),
		told("pbx", "call", "4", middle, event.CallEnded{Outcome: event.Answered, Agent: "204"}),
		told("pbx", "later", "5", middle.AddDate(0, 0, 10), event.CallEnded{Outcome: event.Answered, Agent: "204"}),
		told("desk", "wrong", "6", middle, event.IncidentReported{Agent: "li", Subjects: []string{"email"}}),
		told("pbx", "wrong", "7", middle, event.IncidentRuled{Verdict: event.Upheld, By: "204"}), // of oneself
	}
	facts, counts := turn.FoldWith(events, extensions)
	if owner := facts.Conversations[0].Turns[0].Owner; owner != "li" {
		t.Errorf("mail is with %q, want li", owner)
	}
	if got := []string{facts.Calls[0].Agent, facts.Calls[1].Agent}; !cmp.Equal(got, []string{"li", "wang"}) {
		t.Errorf("calls of %q, want li's and then wang's", got)
	}
	if facts.Incidents[0].Upheld() {
		t.Error("somebody ruled on themselves under another id")
	}
	if want := (turn.Counts{Duplicates: 1}); counts != want {
		t.Errorf("left out %+v, want %+v", counts, want)
	}
	if events[3].Data.(event.CallEnded).Agent != "204" {
		t.Error("the events were changed")
	}
}

// What is told after the account went to somebody else, of a date before, is of whoever had it then.
func TestFoldWithTakesTheDateThatIsToldOf(t *testing.T) {
	later := middle.AddDate(0, 0, 19)
	facts, _ := turn.FoldWith([]event.Event{
		told("pbx", "204", "1", later, event.AttendanceRecorded{Date: "2024-03-15", Status: event.Worked}),
		told("pbx", "204", "2", later, event.TrainingRecorded{Date: "2024-03-15", Result: event.TrainingPassed}),
		told("pbx", "mail", "3", later, event.ConversationMeasured{Channel: event.ChannelEmail, Date: "2024-03-15", Agent: "204"}),
		told("pbx", "mail", "4", later, event.ConversationMeasured{Channel: event.ChannelEmail, Agent: "204"}),
		told("pbx", "wrong", "5", later, event.IncidentReported{Agent: "204", Occurred: "2024-03-15", Subjects: []string{"email"}}),
	}, extensions)
	got := []string{facts.Attendance[0].Subject, facts.Trainings[0].Subject, facts.Measured[0].Agent, facts.Measured[1].Agent, facts.Incidents[0].Agent}
	if diff := cmp.Diff(got, []string{"li", "li", "li", "wang", "li"}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// What is taken back is told by what the sources said.
func TestFoldWithRetractsByAccount(t *testing.T) {
	facts, counts := turn.FoldWith([]event.Event{
		told("pbx", "204", "1", middle, event.AttendanceRecorded{Date: "2024-03-12", Status: event.Absent}),
		told("pbx", "204", "2", middle, event.Retracted{Target: "1"}),
		told("pbx", "li", "1", middle, event.AttendanceRecorded{Date: "2024-03-12", Status: event.Worked}),
	}, extensions)
	if len(facts.Attendance) != 1 || facts.Attendance[0].Status != event.Worked || counts != (turn.Counts{Retracted: 1}) {
		t.Errorf("got %+v, left out %+v", facts.Attendance, counts)
	}
}
