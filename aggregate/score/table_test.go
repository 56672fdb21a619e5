package score_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTableJSON(t *testing.T) {
	d := &desk{}
	d.agent("li", "express", "2024-01-01")
	d.worked("li", 1, 10, 100)
	d.worked("wang", 1, 0, 5)
	for name, c := range map[string]struct {
		events []event.Event
		want   string
	}{
		"with and without a value": {d.events, `{"tiers":{"A":1,"B":0,"C":0},"team":{"calls":100,"days":10},"agents":[{"agent":"li","calls":100,"days":10,"percent":"100.00","tier":"A"},{"agent":"wang","calls":5,"days":0,"percent":null,"tier":null}]}`},
		"empty":                    {nil, `{"tiers":{"A":0,"B":0,"C":0},"team":{"calls":0,"days":0},"agents":[]}`},
	} {
		if got := marshal(t, tiers(t, score.Input{Policy: expressCS(t), Period: measure(t, c.events, march)})); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestExplain(t *testing.T) {
	in := score.Input{Policy: expressCS(t, "workdays=company-days"), Period: measure(t, reference().events, march, "zhao")}
	line, err := score.Explain(in, "zhao")
	if err != nil {
		t.Fatal(err)
	}
	var readings []string
	for _, d := range line.Decisions {
		readings = append(readings, d.ID+"="+d.Applied)
	}
	want := []string{"workdays=company-days", "headcount=call-duty-and-worked", "company-total=credited-only", "tier-operators=b-from-80"}
	if diff := cmp.Diff(readings, want); diff != "" {
		t.Errorf("readings (-got, +want):\n%s", diff)
	}
	got := fmt.Sprintf("%s: %s of %s, %s of %s points, %d events", line.Agent.Tier, line.Agent.Figure, line.Notes.Average, line.Agent.Points, line.Item.Points, len(line.Evidence))
	if want := "C: 640/21 of 4235/84, 10.00 of 20.00 points, 655 events"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var unknown *document.Unknown
	if _, err := score.Explain(in, "zao"); !errors.As(err, &unknown) {
		t.Errorf("unknown agent: got %v", err)
	}
	if _, err := score.Tiers(score.Input{Policy: in.Policy, Period: in.Period, Item: "mails"}); !errors.As(err, &unknown) {
		t.Errorf("unknown item: got %v", err)
	}
}

// A month with a retracted call, a corrected attendance and a late roster entry gives one table, byte for byte, in
// whatever order its events come and whichever of them come twice.
func TestTableIgnoresOrderAndRepetition(t *testing.T) {
	d := &desk{}
	d.agent("li", "express", "2024-01-01")
	d.worked("li", 1, 10, 100)
	d.worked("wang", 1, 12, 90)
	call := d.events[len(d.events)-1]
	d.add(call.Subject, "2024-04-02T00:00:00Z", event.Retracted{Target: call.ID, Reason: "test call"})
	d.add("wang", "2024-04-02T00:00:00Z", event.AttendanceRecorded{Date: "2024-03-12", Status: event.OnLeave})
	d.agent("wang", "express", "2024-02-01")
	want := tiers(t, score.Input{Policy: expressCS(t), Period: measure(t, d.events, march)})
	if diff := cmp.Diff(lines(want), []string{"li 100/10 111.11 A 20.00", "wang 89/11 89.90 B 15.00"}); diff != "" {
		t.Fatalf("(-got, +want):\n%s", diff)
	}
	rapid.Check(t, func(rt *rapid.T) {
		copies := rapid.SliceOfN(rapid.SampledFrom(d.events), 0, 20).Draw(rt, "copies")
		for i := range copies {
			copies[i].AppendTime = copies[i].AppendTime.Add(time.Hour)
			copies[i].Position.Offset += int64(10_000 + i)
		}
		events := rapid.Permutation(append(copies, d.events...)).Draw(rt, "events")
		got := tiers(t, score.Input{Policy: expressCS(t), Period: measure(t, events, march)})
		if g, w := marshal(t, got), marshal(t, want); g != w {
			rt.Fatalf("got  %s\nwant %s", g, w)
		}
	})
}
