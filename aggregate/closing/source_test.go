package closing_test

import (
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// at returns an event of a subject, on a day of March 2024, at an offset of the first partition of a stream.
func at(day int, offset int64, subject string, data event.Data) event.Event {
	when := time.Date(2024, 3, day, 2, 0, 0, 0, time.UTC)
	return event.Event{
		Company: company, Source: "desk", Subject: subject, ID: fmt.Sprint("e", offset), Type: event.TypeOf(data).Name, Zone: zone,
		Time: when, AppendTime: when.Add(time.Duration(offset) * time.Second),
		Position: event.Position{Partition: event.Partition{Stream: "desk"}, Offset: offset}, Data: data,
	}
}

func answered(agent string) event.CallEnded {
	return event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: agent}
}

var (
	ofCalls = closing.Selection{Types: []string{"call.ended"}, From: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)}
	report  = event.IncidentReported{Agent: "li", Subjects: []string{"inquiry"}}
	ruling  = event.IncidentRuled{Verdict: event.Upheld, By: "boss"}
	ofCases = closing.Selection{Types: []string{"incident.reported", "agent.changed"}, From: ofCalls.From, To: ofCalls.To}
)

// subjects returns what a source yields: each subject with the ids of its events.
func subjects(t *testing.T, s iter.Seq2[[]event.Event, error]) []string {
	t.Helper()
	var all []string
	for events, err := range s {
		if err != nil {
			t.Fatal(err)
		}
		text := events[0].Subject + ":"
		for _, e := range events {
			text += " " + e.ID
		}
		all = append(all, text)
	}
	return all
}

func TestMemory(t *testing.T) {
	log := []event.Event{
		at(5, 0, "b", answered("li")), at(4, 1, "b", answered("li")), at(9, 2, "a", answered("li")), at(9, 2, "a", answered("li")),
		at(9, 3, "c", event.ConversationMeasured{Channel: event.ChannelChat, Agent: "li"}), at(31, 4, "d", answered("li")), at(32, 5, "e", answered("li")),
	}
	for _, c := range []struct {
		name   string
		choose closing.Selection
		want   []string
	}{
		{"by type and time, in order of ids and times, copies included", ofCalls, []string{"a: e2 e2", "b: e1 e0", "d: e4"}},
		{"what begins at the end is not in it", closing.Selection{Types: ofCalls.Types, From: log[5].Time, To: log[6].Time}, []string{"d: e4"}},
		{"of several types", closing.Selection{Types: []string{"call.ended", "conversation.measured"}, From: ofCalls.From, To: ofCalls.To},
			[]string{"a: e2 e2", "b: e1 e0", "c: e3", "d: e4"}},
		{"of several times", closing.Selection{Types: ofCalls.Types, From: log[5].Time, To: log[6].Time, Or: []closing.When{{Types: []string{"conversation.measured"}, From: ofCalls.From, To: ofCalls.To}}},
			[]string{"c: e3", "d: e4"}},
		{"by a list, whatever else is asked", closing.Selection{Types: ofCalls.Types, Subjects: []string{"e", "c", "x"}}, []string{"c: e3", "e: e5"}},
		{"none", closing.Selection{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(subjects(t, closing.Memory(log)(c.choose)), c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
	for _, err := range closing.Memory(log)(ofCalls) {
		if err != nil {
			t.Error(err)
		}
		break // is enough for whoever wants no more
	}
}

func TestFrozen(t *testing.T) {
	elsewhere := func(e event.Event, p event.Partition) event.Event {
		e.Position.Partition = p
		return e
	}
	log := []event.Event{
		at(4, 1, "a", answered("li")), at(5, 7, "a", answered("li")), at(5, 8, "a", answered("li")), at(6, 9, "late", answered("li")),
		elsewhere(at(4, 2, "epoch", answered("li")), event.Partition{Stream: "desk", Epoch: 1}),
		elsewhere(at(4, 3, "partition", answered("li")), event.Partition{Stream: "desk", ID: 1}),
		elsewhere(at(4, 4, "stream", answered("li")), event.Partition{Stream: "calls"}),
		at(-60, 5, "old", answered("li")), at(9, 10, "old", answered("li")), // chosen only for what came late
	}
	first := workflow.Position{Stream: "desk", Last: 7}
	for _, c := range []struct {
		name      string
		positions []workflow.Position
		choose    closing.Selection
		want      []string
	}{
		{"nothing is frozen", nil, ofCalls, []string{"a: e1 e7 e8", "epoch: e2", "late: e9", "old: e5 e10", "partition: e3", "stream: e4"}},
		{"no partition counts", []workflow.Position{}, ofCalls, nil},
		{"up to an offset, of one partition, stream and epoch", []workflow.Position{first}, ofCalls, []string{"a: e1 e7"}},
		{"of another epoch", []workflow.Position{{Stream: "desk", Epoch: 1, Last: 2}}, ofCalls, []string{"epoch: e2"}},
		{"before its first offset", []workflow.Position{{Stream: "desk", Last: 0}}, ofCalls, nil},
		{"of several", []workflow.Position{first, {Stream: "calls", Last: 99}, {Stream: "desk", Partition: 1, Last: 3}}, ofCalls,
			[]string{"a: e1 e7", "partition: e3", "stream: e4"}},
		{"by a list", []workflow.Position{first}, closing.Selection{Subjects: []string{"a", "late", "old"}}, []string{"a: e1 e7", "old: e5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(subjects(t, closing.Frozen(closing.Memory(log), c.positions)(c.choose)), c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func TestDecided(t *testing.T) {
	log := []event.Event{at(4, 0, "b", report), at(4, 1, "silent", answered("li")), at(5, 2, "d", report)}
	said := []event.Event{
		at(6, 10, "d", ruling), at(6, 11, "b", ruling), at(7, 12, "b", ruling), at(6, 13, "nobody-reported", ruling),
		at(6, 14, "zhao", event.AgentChanged{Effective: "2024-03-01", Team: "north"}), at(6, 15, "chen", event.AgentChanged{Effective: "2024-03-01", Team: "north"}),
		at(6, 16, "silent", report),
	}
	for _, c := range []struct {
		name   string
		choose closing.Selection
		want   []string
	}{
		{"joins its subject, of which the source may be asked only for its sake, else it stands alone", ofCases,
			[]string{"b: e0 e11 e12", "d: e2 e10", "silent: e1 e16", "chen: e15", "zhao: e14"}},
		{"what is not asked for", ofCalls, []string{"silent: e1 e16"}},
		{"by a list", closing.Selection{Subjects: []string{"chen", "d"}}, []string{"d: e2 e10", "chen: e15"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			source := closing.Decided(closing.Memory(log), said)
			for range 2 { // the second reading finds the same
				if diff := cmp.Diff(subjects(t, source(c.choose)), c.want); diff != "" {
					t.Errorf("(-got, +want):\n%s", diff)
				}
			}
			for n := range len(c.want) { // so many are enough for some
				read := 0
				for _, err := range source(c.choose) {
					if read++; err != nil || read > n {
						break
					}
				}
			}
		})
	}
}

// A source may yield parts of one block: what is added to one subject must not end up in the next.
func TestDecidedLeavesTheSourceAlone(t *testing.T) {
	block := []event.Event{at(4, 0, "b", report), at(4, 1, "c", report)}
	source := func(closing.Selection) iter.Seq2[[]event.Event, error] {
		return func(yield func([]event.Event, error) bool) {
			_ = yield(block[:1], nil) && yield(block[1:], nil)
		}
	}
	got := subjects(t, closing.Decided(source, []event.Event{at(5, 2, "b", ruling)})(ofCases))
	if diff := cmp.Diff(got, []string{"b: e0 e2", "c: e1"}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// An error of the source ends the reading, whichever pass meets it.
func TestSourceFails(t *testing.T) {
	lost := errors.New("connection lost")
	log := append(merges("2024-03-04T10:00:00Z", [2]string{"mail-1", "mail-2"}), at(4, 0, "li", event.AgentPresence{State: event.PresenceIdle}),
		at(4, 1, "li", event.AgentLinked{System: "desk", Account: "204"}))
	reads := 0
	failing := func(at int) closing.Source {
		reads = 0
		return func(s closing.Selection) iter.Seq2[[]event.Event, error] {
			reads++
			if reads != at {
				return closing.Memory(log)(s)
			}
			return func(yield func([]event.Event, error) bool) { yield(nil, lost) }
		}
	}
	scope := scopeOf(t, "email_on_time", "occupancy")
	if _, err := closing.Read(failing(0), scope, nil); err != nil {
		t.Fatal(err)
	}
	if reads != 5 { // links, staff, merged ones, work, and those that were merged
		t.Errorf("%d reads, want 5", reads)
	}
	for at := range reads {
		_, err := closing.Read(closing.Frozen(closing.Decided(failing(at+1), []event.Event{log[0]}), nil), scope, nil)
		if !errors.Is(err, lost) {
			t.Errorf("read %d failed, and all of them: %v", at+1, err)
		}
	}
	frozen := closing.Frozen(failing(1), []workflow.Position{})(ofCalls)
	for events, err := range frozen {
		if events != nil || !errors.Is(err, lost) {
			t.Errorf("got %v, %v", events, err)
		}
	}
}
