package metric_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// inBrief says of a list what a brief period keeps of it.
func inBrief(l metric.EvidenceList) metric.EvidenceList {
	var kept []metric.Evidence
	plain := 0
	for _, e := range l.Listed {
		if e.Plain() {
			plain++
		}
	}
	for _, e := range l.Listed {
		if !e.Plain() || plain <= metric.BriefEvidence {
			kept = append(kept, e)
		}
	}
	l.Listed = kept
	return l
}

// A brief period says what a whole one says, and of each value lists what the contract leaves of its evidence, whatever the
// order in which the events come.
func TestBrief(t *testing.T) {
	queries := append(everyQuery(), with("calls_per_workday", func(s *metric.Settings) { s.Days = []metric.DaySource{metric.FromCalls} }),
		with("days_worked", func(s *metric.Settings) { s.Days = []metric.DaySource{metric.FromCalls} }))
	cut := 0
	rapid.Check(t, func(rt *rapid.T) {
		m := anyMonth(rt)
		for i := range rapid.IntRange(0, 60).Draw(rt, "calls") {
			at := fmt.Sprintf("03-%02d 10:%02d", 1+i%31, i%60)
			m.add(fmt.Sprint("call-", i), at, event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: "li", TalkMS: of(int64(i))})
			if i%3 == 0 {
				m.mail(fmt.Sprint("mail-", i), at, at, "li")
			}
			if i%7 == 0 {
				m.add(fmt.Sprint("measured-", i), at, event.ConversationMeasured{Agent: "li", Calls: of(int64(i % 2)), Turns: of(3)})
			}
		}
		facts := m.facts()
		rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 0)).Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		scope := metric.Scope{Month: march, Calendar: office(t), Queries: queries, ExplainAll: true}
		whole := measureFacts(t, facts, scope)
		scope.Brief = true
		brief := measureFacts(t, facts, scope)
		for _, q := range queries {
			if diff := cmp.Diff(result(t, brief, q), result(t, whole, q)); diff != "" {
				rt.Fatalf("%s (-brief, +whole):\n%s", q.Key(), diff)
			}
			for _, v := range result(t, whole, q).Values {
				all := whole.Evidence(q, v.Agent)
				if all.Total != len(all.Listed) {
					rt.Fatalf("%s of %s lists %d of %d", q.Key(), v.Agent, len(all.Listed), all.Total)
				}
				got, want := brief.Evidence(q, v.Agent), inBrief(all)
				if diff := cmp.Diff(got, want); diff != "" {
					rt.Fatalf("%s of %s (-got, +want):\n%s", q.Key(), v.Agent, diff)
				}
				if diff := cmp.Diff(got.Brief(), all.Brief()); diff != "" {
					rt.Fatalf("%s of %s as a card reads it (-brief, +whole):\n%s", q.Key(), v.Agent, diff)
				}
				if len(want.Listed) < want.Total {
					cut++
				}
			}
		}
	})
	if cut == 0 {
		t.Error("nothing was ever left out: that proves nothing")
	}
}

// Whom the scope does not name has no evidence, in brief or not, and a metric that it does not ask for has none either.
func TestEvidenceOfNobody(t *testing.T) {
	var m month
	m.mail("mail", "03-04 10:00", "03-04 10:30", "li")
	q := own("email_on_time")
	for _, brief := range []bool{false, true} {
		p := measureFacts(t, m.facts(), metric.Scope{Month: march, Calendar: office(t), Queries: []metric.Query{q}, Explain: []string{"wang"}, Brief: brief})
		for _, list := range []metric.EvidenceList{p.Evidence(q, "li"), p.Evidence(q, "wang"), p.Evidence(own("response_time"), "wang"), p.LongHoldEvidence("wang")} {
			if list.Total != 0 || len(list.Listed) != 0 {
				t.Errorf("got %+v", list)
			}
		}
	}
}

// A brief period of ten times as many calls is no larger: it holds sums, and no events but those that count against somebody.
func TestBriefIsBounded(t *testing.T) {
	size := func(calls int) int64 {
		p := period(t, metric.Scope{Month: march, Roster: roster.New(), Calendar: office(t), ExplainAll: true, Brief: true, HoldMS: 1,
			Queries: []metric.Query{own("calls_answered"), own("calls_per_workday"), own("handle_time")}})
		before := heap()
		for i := range calls {
			if err := p.Add(answeredCall(i)); err != nil {
				t.Fatal(err)
			}
		}
		grown := heap() - before
		for _, q := range []string{"calls_answered", "handle_time"} {
			if list := p.Evidence(own(q), "li"); list.Total != calls || len(list.Listed) != 0 {
				t.Fatalf("%s: %d of %d listed, want none of %d", q, len(list.Listed), list.Total, calls)
			}
		}
		if list := p.LongHoldEvidence("li"); list.Total != calls || len(list.Listed) != 0 {
			t.Fatalf("long holds: %d of %d listed, want none of %d", len(list.Listed), list.Total, calls)
		}
		return grown
	}
	size(1000) // what is loaded once
	if few, many := size(2_000), size(20_000); many > few+100_000 {
		t.Errorf("%d bytes for 2,000 calls, %d for 20,000", few, many)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// answeredCall is a call of li on one of the dates of March, on hold for a while.
func answeredCall(i int) turn.Facts {
	var m month
	m.add(fmt.Sprint("call-", i), fmt.Sprintf("03-%02d 10:00", 1+i%31), event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: "li",
		TalkMS: of(1000), Holds: []event.Hold{{DurationMS: 500}}})
	m[0].Time = m[0].Time.Add(time.Duration(i) * time.Millisecond)
	return slices.Clone(m.facts())[0]
}
