package turn_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2024, 3, 4, 12, 0, 0, 0, time.UTC)

// log numbers events as a broker would: each is appended a second after the one before.
type log []event.Event

func (l *log) add(id string, at time.Duration, data event.Data) *event.Event {
	n := len(*l)
	*l = append(*l, event.Event{
		Company: "acme", Source: "pbx", Subject: "conv-1", ID: id, Type: event.TypeOf(data).Name, Zone: "Asia/Shanghai",
		Time: noon.Add(at), AppendTime: noon.Add(time.Hour + time.Duration(n)*time.Second),
		Position: event.Position{Partition: event.Partition{Stream: "calls"}, Offset: int64(n)}, Data: data,
	})
	return &(*l)[n]
}

func call(agent string) event.CallEnded {
	return event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: agent}
}

func back(target string) event.Retracted {
	return event.Retracted{Target: target, Reason: "test call"}
}

// agents returns who took the calls, in order.
func agents(f turn.Facts) []string {
	var as []string
	for _, c := range f.Calls {
		as = append(as, c.ID+"="+c.Agent)
	}
	return as
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		name   string
		events func(l *log)
		want   []string
		counts turn.Counts
	}{
		{"nothing", func(*log) {}, nil, turn.Counts{}},
		{"in order of time", func(l *log) {
			l.add("b", time.Minute, call("wang"))
			l.add("a", 0, call("li"))
		}, []string{"a=li", "b=wang"}, turn.Counts{}},
		{"identical copies count once", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("a", 0, call("li"))
			l.add("a", 0, call("li"))
		}, []string{"a=li"}, turn.Counts{Duplicates: 2}},
		{"of conflicting copies the first appended stands", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("a", 0, call("wang"))
			l.add("a", time.Second, call("li"))
		}, []string{"a=li"}, turn.Counts{Conflicts: 2}},
		{"at one append time the position decides", func(l *log) {
			l.add("a", 0, call("li")).Position.Offset = 7
			e := l.add("a", 0, call("wang"))
			e.AppendTime, e.Position.Offset = (*l)[0].AppendTime, 6
		}, []string{"a=wang"}, turn.Counts{Conflicts: 1}},
		{"another source is another event", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("a", 0, call("wang")).Source = "zbx"
		}, []string{"a=li", "a=wang"}, turn.Counts{}},
		{"retracted", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("r", time.Hour, back("a"))
		}, nil, turn.Counts{Retracted: 1}},
		{"retracted before it arrived", func(l *log) {
			l.add("r", time.Hour, back("a"))
			l.add("a", 0, call("li"))
		}, nil, turn.Counts{Retracted: 1}},
		{"a copy of a retracted event stays retracted", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("r", time.Hour, back("a"))
			l.add("a", 0, call("li"))
		}, nil, turn.Counts{Duplicates: 1, Retracted: 1}},
		{"a retraction means its own source", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("a", 0, call("wang")).Source = "zbx"
			l.add("r", time.Hour, back("a")).Source = "zbx"
		}, []string{"a=li"}, turn.Counts{Retracted: 1}},
		{"unless it names another", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("r", time.Hour, event.Retracted{Target: "a", TargetSource: "pbx", Reason: "twice"}).Source = "console"
		}, nil, turn.Counts{Retracted: 1}},
		{"of an event not there", func(l *log) {
			l.add("r", time.Hour, back("a"))
		}, nil, turn.Counts{Unmatched: 1}},
		{"retracting a retraction restores", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("r2", 2*time.Hour, back("r1"))
			l.add("r1", time.Hour, back("a"))
		}, []string{"a=li"}, turn.Counts{Retracted: 1}},
		{"and retracting that does not", func(l *log) {
			l.add("r3", 3*time.Hour, back("r2"))
			l.add("a", 0, call("li"))
			l.add("r1", time.Hour, back("a"))
			l.add("r2", 2*time.Hour, back("r1"))
		}, nil, turn.Counts{Retracted: 2}},
		{"a retraction of itself changes nothing", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("r", time.Hour, back("r"))
		}, []string{"a=li"}, turn.Counts{Retracted: 1}},
		{"of two that retract each other the later stands", func(l *log) {
			l.add("r2", 2*time.Hour, back("r1"))
			l.add("r1", time.Hour, back("r2"))
		}, nil, turn.Counts{Retracted: 1}},
		{"a circle is cut from outside first", func(l *log) {
			l.add("r1", time.Hour, back("r2"))
			l.add("r2", 2*time.Hour, back("r1"))
			l.add("r3", 0, back("r2"))
		}, nil, turn.Counts{Retracted: 1}},
		{"one of two retractions restored leaves the other", func(l *log) {
			l.add("a", 0, call("li"))
			l.add("r1", time.Hour, back("a"))
			l.add("r2", time.Hour, back("a"))
			l.add("r3", 2*time.Hour, back("r1"))
		}, nil, turn.Counts{Retracted: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l log
			c.events(&l)
			f, counts := turn.Fold(l)
			if diff := cmp.Diff(agents(f), c.want); diff != "" {
				t.Errorf("calls (-got, +want):\n%s", diff)
			}
			if diff := cmp.Diff(counts, c.counts); diff != "" {
				t.Errorf("counts (-got, +want):\n%s", diff)
			}
		})
	}
}

func TestFoldCall(t *testing.T) {
	var l log
	wait, talk := int64(0), int64(185_000)
	l.add("a", 0, event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: "li", Team: "express", Queue: "parcels", WaitMS: &wait, TalkMS: &talk})
	f, _ := turn.Fold(l)
	want := turn.Facts{Calls: []turn.Call{{
		Origin:    turn.Origin{Identity: l[0].Identity(), Time: noon, AppendTime: noon.Add(time.Hour), Position: l[0].Position, Zone: "Asia/Shanghai"},
		Direction: event.Inbound, Outcome: event.Answered, Agent: "li", Team: "express", Queue: "parcels", WaitMS: &wait, TalkMS: &talk,
	}}}
	if diff := cmp.Diff(f, want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

func TestCallHolds(t *testing.T) {
	var l log
	holds := []event.Hold{{StartMS: 10, DurationMS: 9000}, {StartMS: 20000, DurationMS: 11000}, {StartMS: 40000, DurationMS: 10000}}
	l.add("a", 0, event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Customer: "c-81", Holds: holds})
	l.add("b", time.Minute, call("li"))
	f, _ := turn.Fold(l)
	if c := f.Calls[0]; c.LongestHoldMS != 11000 || len(c.Holds) != 3 || c.Customer != "c-81" || f.Calls[1].LongestHoldMS != 0 {
		t.Errorf("calls %+v", f.Calls)
	}
}

func TestCountsAdd(t *testing.T) {
	c := turn.Counts{Duplicates: 1, Conflicts: 2, Retracted: 3, Unmatched: 4}
	c.Add(turn.Counts{Duplicates: 10, Conflicts: 20, Retracted: 30, Unmatched: 40})
	if want := (turn.Counts{Duplicates: 11, Conflicts: 22, Retracted: 33, Unmatched: 44}); c != want {
		t.Errorf("got %+v, want %+v", c, want)
	}
}

// Order of arrival and repetition of copies never matter; nor does the caller see its events changed.
func TestFoldIgnoresOrderAndRepetition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := history.Draw(t, "history")
		want, wantCounts := turn.Fold(l)
		again := append(log(nil), l...)
		for range rapid.IntRange(0, 5).Draw(t, "copies") {
			if len(l) == 0 {
				break
			}
			e := l[rapid.IntRange(0, len(l)-1).Draw(t, "copied")]
			e.AppendTime = e.AppendTime.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "later")) * time.Hour)
			e.Position.Offset += int64(1000 + len(again))
			again = append(again, e)
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		r.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		before := append(log(nil), again...)
		got, gotCounts := turn.Fold(again)
		if diff := cmp.Diff(got, want); diff != "" {
			t.Fatalf("facts (-got, +want):\n%s", diff)
		}
		if gotCounts.Retracted != wantCounts.Retracted || gotCounts.Unmatched != wantCounts.Unmatched {
			t.Fatalf("counts %+v, want %+v", gotCounts, wantCounts)
		}
		if gotCounts.Duplicates+gotCounts.Conflicts != wantCounts.Duplicates+wantCounts.Conflicts+len(again)-len(l) {
			t.Fatalf("%d events more: counts %+v after %+v", len(again)-len(l), gotCounts, wantCounts)
		}
		if diff := cmp.Diff(again, before); diff != "" {
			t.Fatalf("events changed (-got, +want):\n%s", diff)
		}
	})
}
