package closing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// scopeOf asks about metrics in March 2024.
func scopeOf(t fataler, metrics ...string) metric.Scope {
	t.Helper()
	s := metric.Scope{Month: month(time.March), Calendar: officeHours(t), ExplainAll: true}
	for _, m := range metrics {
		s.Queries = append(s.Queries, metric.Query{Metric: m})
	}
	return s
}

func read(t fataler, source closing.Source, s metric.Scope) closing.Facts {
	t.Helper()
	facts, err := closing.Read(source, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// values returns everybody's value of a metric.
func values(t fataler, p *metric.Period, of string) map[string]string {
	t.Helper()
	r, ok := p.Result(metric.Query{Metric: of})
	if !ok {
		t.Fatalf("%s is not measured", of)
	}
	all := map[string]string{}
	for _, v := range r.Values {
		all[v.Agent] = fmt.Sprintf("%d/%d", v.Num, v.Den)
	}
	return all
}

// TestCounts makes sure that what several passes read is counted once, and what one of them reads is counted at all.
func TestCounts(t *testing.T) {
	linked := at(3, 1, "li", event.AgentLinked{System: "desk", Account: "204"})
	asked := event.MessageReceived{Kind: event.KindMessage}
	for _, c := range []struct {
		name       string
		log        []event.Event
		events     int64
		duplicates int
	}{
		{"nothing", nil, 0, 0},
		{"a link that stands", []event.Event{linked, linked, at(4, 2, "li", event.AttendanceRecorded{Date: "2024-03-04", Status: event.Worked})}, 2, 1},
		{"a link that was taken back", []event.Event{linked, linked, at(4, 2, "li", event.AttendanceRecorded{Date: "2024-03-04", Status: event.Worked}),
			at(5, 3, "li", event.AgentPresence{State: event.PresenceIdle}), at(5, 4, "li", event.Retracted{Target: "e1", Reason: "wrong"})}, 4, 1},
		{"a call, and a message in the same conversation", []event.Event{at(4, 1, "x", answered("li")), at(4, 1, "x", answered("li")), at(4, 2, "x", asked)}, 2, 1},
		{"a call before the month, and a message as long ago", []event.Event{at(-20, 1, "x", answered("li")), at(-20, 1, "x", answered("li")), at(-19, 2, "x", asked)}, 2, 1},
		{"a measured conversation with a call", []event.Event{at(4, 1, "x", answered("li")),
			at(4, 2, "x", event.ConversationMeasured{Channel: event.ChannelChat, Agent: "li"}), at(4, 2, "x", event.ConversationMeasured{Channel: event.ChannelChat, Agent: "li"})}, 2, 1},
		{"merged conversations, one with a call", append(merges("2024-03-04T10:00:00Z", [2]string{"mail-1", "mail-2"}),
			at(4, 1, "mail-1", answered("li")), at(4, 1, "mail-1", answered("li"))), 7, 1},
		{"somebody who is not asked about", []event.Event{at(4, 1, "li", event.TrainingRecorded{Date: "2024-03-04", Course: "tone"})}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			told := int64(0)
			facts, err := closing.Read(closing.Memory(c.log), scopeOf(t, "email_on_time", "occupancy", "first_response_time"), func(events int64) { told = events })
			if err != nil {
				t.Fatal(err)
			}
			if facts.Events != c.events || facts.Counts.Duplicates != c.duplicates {
				t.Errorf("%d events and %d copies, want %d and %d", facts.Events, facts.Counts.Duplicates, c.events, c.duplicates)
			}
			if told < c.events {
				t.Errorf("progress ended with %d events", told)
			}
		})
	}
}

// TestRetractedAreCounted: what is left out besides copies is counted once, too.
func TestRetractedAreCounted(t *testing.T) {
	log := merges("2024-03-04T10:00:00Z", [2]string{"mail-1", "mail-2"})
	log = append(log, at(6, 90, "mail-1", event.Retracted{Target: "nothing", Reason: "wrong"}), at(6, 91, "x", answered("li")),
		at(6, 92, "x", event.Retracted{Target: "e91", Reason: "wrong"}))
	facts := read(t, closing.Memory(log), scopeOf(t, "email_on_time"))
	if diff := cmp.Diff(facts.Counts, turn.Counts{Retracted: 1, Unmatched: 1}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// TestPresence: what somebody did lasts until they do something else, under whatever account. Whose accounts are linked
// makes no difference to anybody else.
func TestPresence(t *testing.T) {
	on := func(when, subject string, state event.PresenceState) event.Event {
		e := at(1, 0, subject, event.AgentPresence{State: state})
		var err error
		if e.Time, err = time.Parse(time.RFC3339, when); err != nil {
			t.Fatal(err)
		}
		e.ID = when
		return e
	}
	link := at(-300, 1, "li", event.AgentLinked{System: "desk", Account: "204"})
	alone := []event.Event{ // idle since long before the month, on contact for an hour, and then idle into the next
		on("2024-02-20T00:00:00Z", "wang", event.PresenceIdle), on("2024-02-26T00:00:00Z", "wang", event.PresenceOnContact),
		on("2024-03-01T00:00:00Z", "wang", event.PresenceIdle), on("2024-03-31T15:00:00Z", "wang", event.PresenceOnContact),
		on("2024-04-02T00:00:00Z", "wang", event.PresenceOffline), on("2024-04-02T00:00:01Z", "wang", event.PresenceOnContact),
		on("2024-04-03T00:00:00Z", "wang", event.PresenceOffline),
	}
	// March begins at 16:00 UTC in Shanghai: eight hours on contact, 30 days and 15 hours idle, one on contact.
	hour := int64(time.Hour / time.Millisecond)
	want := fmt.Sprintf("%d/%d", 9*hour, 31*24*hour)
	for _, c := range []struct {
		name string
		log  []event.Event
		want map[string]string
	}{
		{"without accounts", alone, map[string]string{"wang": want}},
		{"others have accounts", append([]event.Event{link}, alone...), map[string]string{"wang": want}},
		{"under two accounts", append([]event.Event{link, on("2024-03-04T01:00:00Z", "li", event.PresenceOnContact), on("2024-03-04T02:00:00Z", "204", event.PresenceIdle),
			on("2024-03-04T04:00:00Z", "li", event.PresenceOffline)}, alone...), map[string]string{"wang": want, "li": fmt.Sprintf("%d/%d", hour, 3*hour)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			facts := read(t, closing.Memory(c.log), scopeOf(t, "occupancy"))
			if diff := cmp.Diff(values(t, facts.Period, "occupancy"), c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

// TestReadRefuses names what cannot be read.
func TestReadRefuses(t *testing.T) {
	nowhere := at(4, 1, "x", answered("li"))
	nowhere.Zone = "Mars/Olympus"
	noDate := at(4, 1, "li", event.AgentChanged{Effective: "tomorrow", Team: "north"})
	noDate.Content = []byte("as it was read")
	badLeave := at(4, 1, "li", event.LeaveApproved{From: "soon", Until: "later", Kind: "personal"})
	badLeave.Content = []byte("as it was read")
	for name, e := range map[string]event.Event{
		"a zone that no database has": nowhere, "an entry without a date": noDate, "a leave without dates": badLeave,
		"data that no decoder would let in": at(4, 1, "x", event.CallEnded{Direction: "sideways", Outcome: event.Answered}),
	} {
		if _, err := closing.Read(closing.Memory([]event.Event{e}), scopeOf(t, "calls_answered"), nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := closing.Read(closing.Memory(nil), scopeOf(t, "charm"), nil); err == nil {
		t.Error("a metric that is none: no error")
	}
	_, err := closing.Measure(closing.Input{Month: monthID(rules(t, "desk"), calendar.Month{Year: 2024, Month: 3}), Policy: rules(t, "desk"),
		Calendar: officeHours(t), Source: closing.Memory([]event.Event{nowhere})})
	if err == nil {
		t.Error("a month that cannot be measured: no error")
	}
}
