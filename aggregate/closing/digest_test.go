package closing_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/schemas/event"
)

func digestOf(t *testing.T, events []event.Event) string {
	t.Helper()
	return read(t, closing.Memory(events), scopeOf(t, "calls_answered", "email_on_time")).SHA256
}

// twoDays is a small log with a person, calls and mails that were merged.
func twoDays() []event.Event {
	return append(merges("2024-03-04T10:00:00Z", [2]string{"mail-1", "mail-2"}), at(4, 100, "x", answered("li")), at(5, 101, "y", answered("wang")),
		at(1, 102, "li", event.AgentChanged{Effective: "2024-03-01", Team: "north"}), at(4, 103, "case", report), at(5, 104, "case", ruling))
}

// TestDigestOfTheSame: order, copies, where events stood and whether their content was read or is written now make no
// difference.
func TestDigestOfTheSame(t *testing.T) {
	want := digestOf(t, twoDays())
	rng := rand.New(rand.NewPCG(1, 1))
	for name, change := range map[string]func([]event.Event) []event.Event{
		"shuffled": func(log []event.Event) []event.Event {
			rng.Shuffle(len(log), func(i, j int) { log[i], log[j] = log[j], log[i] })
			return log
		},
		"twice": func(log []event.Event) []event.Event { return append(log, log...) },
		"elsewhere": func(log []event.Event) []event.Event {
			for i := range log {
				log[i].Position = event.Position{Partition: event.Partition{Stream: "other", ID: int32(i % 3)}, Offset: int64(len(log) - i)}
				log[i].AppendTime = log[i].AppendTime.Add(time.Hour)
			}
			return log
		},
		"as it was read": func(log []event.Event) []event.Event {
			for i := range log {
				content, err := log[i].Canonical()
				if err != nil {
					t.Fatal(err)
				}
				log[i].Content = content
			}
			return log
		},
		"with somebody nobody asked about": func(log []event.Event) []event.Event {
			return append(log, at(4, 200, "z", event.OrderPlaced{AmountMinor: 1, Currency: "CNY"}))
		},
	} {
		if got := digestOf(t, change(twoDays())); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestDigestOfOthers: whatever is said otherwise, or is not there, makes another hash.
func TestDigestOfOthers(t *testing.T) {
	seen := map[string]string{digestOf(t, twoDays()): "as it is", digestOf(t, nil): "nothing"}
	note := func(name string, log []event.Event) {
		got := digestOf(t, log)
		if before, ok := seen[got]; ok {
			t.Errorf("%s: the same hash as %s", name, before)
		}
		seen[got] = name
	}
	for i, e := range twoDays() {
		note("without "+e.Subject+" "+e.ID, slices.Delete(twoDays(), i, i+1))
	}
	for name, change := range map[string]func(*event.Event){
		"another time":    func(e *event.Event) { e.Time = e.Time.Add(time.Millisecond) },
		"another zone":    func(e *event.Event) { e.Zone = "Asia/Tokyo" },
		"another source":  func(e *event.Event) { e.Source = "pbx" },
		"another subject": func(e *event.Event) { e.Subject = "xx" },
		"another id":      func(e *event.Event) { e.ID = "e1000" },
		"another agent":   func(e *event.Event) { e.Data = answered("zhao") },
	} {
		log := twoDays()
		change(&log[6])
		note(name, log)
	}
}

// TestDigestOfConflicts: of contradictory copies the one that stands counts, which is the one that was appended first.
func TestDigestOfConflicts(t *testing.T) {
	li, wang := at(4, 1, "x", answered("li")), at(4, 1, "x", answered("wang"))
	later := func(e event.Event, by time.Duration) event.Event {
		e.AppendTime = e.AppendTime.Add(by)
		return e
	}
	one, other := digestOf(t, []event.Event{li}), digestOf(t, []event.Event{wang})
	for _, c := range []struct {
		name string
		log  []event.Event
		want string
	}{
		{"li's first", []event.Event{li, later(wang, 1)}, one},
		{"given the other way round", []event.Event{later(wang, 1), li}, one},
		{"wang's first", []event.Event{later(li, 1), wang}, other},
		{"li's first, and again", []event.Event{later(li, 2), later(wang, 1), li}, one},
	} {
		if got := digestOf(t, c.log); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if facts := read(t, closing.Memory([]event.Event{li, later(wang, 1)}), scopeOf(t, "calls_answered")); facts.Counts.Conflicts != 1 || facts.Events != 1 {
		t.Errorf("counts %+v, %d events", facts.Counts, facts.Events)
	}
}
