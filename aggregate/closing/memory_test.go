package closing_test

import (
	"fmt"
	"iter"
	"runtime"
	"runtime/metrics"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// TestMemoryIsBounded folds 200,000 conversations from a source that uses its slice and its bytes again, and spoils both when
// the next subject is asked for. What is kept must not grow with them.
func TestMemoryIsBounded(t *testing.T) {
	const few, many = 20_000, 200_000
	small, calls := peak(t, few)
	if calls != fmt.Sprintf("%d/1", few/2/agents) {
		t.Errorf("few: %s calls of an agent", calls)
	}
	large, calls := peak(t, many)
	if calls != fmt.Sprintf("%d/1", many/2/agents) {
		t.Errorf("many: %s calls of an agent", calls)
	}
	t.Logf("live heap grew by %d KiB while %d conversations were read, by %d KiB with %d", small>>10, few, large>>10, many)
	if large > small+2<<20 {
		t.Errorf("live heap grew by %d bytes with %d conversations, by %d with %d", large, many, small, few)
	}
}

const agents = 50

// peak reads so many conversations and returns how far the live heap grew meanwhile, and how many calls an agent has.
func peak(t *testing.T, n int) (grown uint64, calls string) {
	t.Helper()
	runtime.GC()
	before := live()
	most := before
	source := func(s closing.Selection) iter.Seq2[[]event.Event, error] {
		types := slices.Clone(s.Types)
		for _, w := range s.Or {
			types = append(types, w.Types...)
		}
		return reused(t, n, types, func(i int) {
			if i%(n/5) <= 1 {
				runtime.GC()
				most = max(most, live())
			}
		})
	}
	// Whatever counts against nobody is kept in short.
	scope := scopeOf(t, "calls_answered", "email_on_time")
	scope.Brief = true
	facts := read(t, source, scope)
	if facts.Events != int64(2*n) {
		t.Errorf("%d events, want %d", facts.Events, 2*n)
	}
	return most - before, values(t, facts.Period, "calls_answered")["agent-1"]
}

// live returns the bytes that the last collection found alive.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// reused yields those of n conversations of two events that have one of the types, in one slice: every second is two calls,
// the others a mail that is answered at once. The slice, and the content of its events, is nonsense when the next one is
// asked for.
func reused(t *testing.T, n int, types []string, each func(i int)) iter.Seq2[[]event.Event, error] {
	asked := []bool{slices.Contains(types, "call.ended"), slices.Contains(types, "message.received")}
	call := content(t, at(4, 0, "x", answered("agent-0")))
	return func(yield func([]event.Event, error) bool) {
		events, bytes := make([]event.Event, 2), make([]byte, len(call))
		for i := range n {
			if !asked[i%2] {
				continue
			}
			each(i)
			copy(bytes, call)
			id, agent := fmt.Sprintf("c%06d", i), fmt.Sprint("agent-", i/2%agents)
			if i%2 == 0 {
				events[0] = at(4, 0, id, answered(agent))
				events[1] = at(4, 1, id, event.CallEnded{Direction: event.Inbound, Outcome: event.Missed})
			} else {
				events[0] = at(4, 0, id, event.MessageReceived{Kind: event.KindMessage})
				events[1] = at(4, 1, id, event.MessageSent{Author: event.AuthorAgent, Agent: agent})
			}
			events[0].Content, events[1].Content = bytes, bytes
			if !yield(events, nil) {
				return
			}
			for k := range bytes {
				bytes[k] = 0xee
			}
			for k := range events {
				events[k] = event.Event{Subject: "spoilt", Type: "spoilt", Time: time.Unix(0, 0), Content: bytes}
			}
		}
	}
}

func content(t *testing.T, e event.Event) []byte {
	t.Helper()
	bytes, err := e.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// TestNothingIsKept gives a month of everything by a source that spoils what it gave before, and compares.
func TestNothingIsKept(t *testing.T) {
	log, _ := simulated(t)
	p := rules(t, "express-cs")
	in := closing.Input{Month: monthID(p, month(time.March)), Policy: p, Calendar: officeHours(t), Source: closing.Memory(log)}
	want := closeMonth(t, in)
	in.Source = spoilt(closing.Memory(log))
	same(t, "a source that uses its memory again", closeMonth(t, in), want)
}

// spoilt is a source whose slices and contents are nonsense when the next one is asked for.
func spoilt(source closing.Source) closing.Source {
	return func(s closing.Selection) iter.Seq2[[]event.Event, error] {
		return func(yield func([]event.Event, error) bool) {
			var events []event.Event
			for given, err := range source(s) {
				events = append(events[:0], given...)
				for i := range events {
					events[i].Content = slices.Clone(events[i].Content)
				}
				if !yield(events, err) {
					return
				}
				for i := range events {
					for k := range events[i].Content {
						events[i].Content[k] = 0xee
					}
					events[i] = event.Event{Subject: "spoilt", Type: "spoilt"}
				}
			}
		}
	}
}
