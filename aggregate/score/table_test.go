package score_test

import (
	"testing"
	"time"

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
		if got := marshal(t, tiers(t, expressCS(t), measure(t, c.events, march), "")); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
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
	want := tiers(t, expressCS(t), measure(t, d.events, march), "")
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
		got := tiers(t, expressCS(t), measure(t, events, march), "")
		if g, w := marshal(t, got), marshal(t, want); g != w {
			rt.Fatalf("got  %s\nwant %s", g, w)
		}
	})
}
