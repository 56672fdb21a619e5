package faults_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// copiesOfOne are three copies of one event, each with the time of its append: the first says something else than the others,
// and stands behind them in the tables.
func copiesOfOne() map[position]accepted {
	l := &load{rng: rand.New(rand.NewPCG(1, 1)), keys: 1}
	r := l.valid(3)
	first := *r
	first.Value = []byte(otherwise.Replace(string(r.Value)))
	c, other := columnsOf(r).in(streamZone), columnsOf(&first).in(streamZone)
	return map[position]accepted{
		{0, 5}: {columns: c, appended: 2000, rows: 1},
		{1, 2}: {columns: c, appended: 2000, rows: 2},
		{2, 9}: {columns: other, appended: 1999, rows: 1},
	}
}

func TestTheCopyAppendedFirstStands(t *testing.T) {
	rows := copiesOfOne()
	name := rows[position{0, 5}].name()
	stands, counts := standing(rows)
	if diff := cmp.Diff(stands, map[string]position{name: {2, 9}}, cmp.AllowUnexported(position{})); diff != "" {
		t.Errorf("stands (-got, +want):\n%s", diff)
	}
	if diff := cmp.Diff(counts, turn.Counts{Conflicts: 3}); diff != "" {
		t.Errorf("counts (-got, +want):\n%s", diff)
	}
	delete(rows, position{2, 9})
	stands, counts = standing(rows)
	if diff := cmp.Diff(stands, map[string]position{name: {0, 5}}, cmp.AllowUnexported(position{})); diff != "" {
		t.Errorf("of the same time, the lower place stands (-got, +want):\n%s", diff)
	}
	if diff := cmp.Diff(counts, turn.Counts{Duplicates: 2}); diff != "" {
		t.Errorf("counts without the one that differs (-got, +want):\n%s", diff)
	}
}

// TestACallIsComparedInEveryField spoils one field after the other of the call that the fold makes.
func TestACallIsComparedInEveryField(t *testing.T) {
	rows := copiesOfOne()
	p := event.Partition{Stream: "s"}
	place := event.Position{Partition: event.Partition{Stream: "s", ID: 2}, Offset: 9}
	for _, c := range []struct {
		name  string
		spoil func(c *turn.Call)
		want  string
	}{
		{"nothing", func(*turn.Call) {}, ""},
		{"talk", func(c *turn.Call) { c.TalkMS = numberIn("4") }, "TalkMS"},
		{"wait", func(c *turn.Call) { c.WaitMS = numberIn("4") }, "WaitMS"},
		{"agent", func(c *turn.Call) { c.Agent = "a3" }, "Agent"},
		{"queue", func(c *turn.Call) { c.Queue = "q9" }, "Queue"},
		{"direction", func(c *turn.Call) { c.Direction = event.Outbound }, "Direction"},
		{"outcome", func(c *turn.Call) { c.Outcome = event.Missed }, "Outcome"},
		{"time", func(c *turn.Call) { c.Time = c.Time.Add(1) }, "Time"},
		{"the copy that stands", func(c *turn.Call) { c.Position.Offset = 5 }, "Offset"},
		{"zone", func(c *turn.Call) { c.Zone = "UTC" }, "Zone"},
		{"another event", func(c *turn.Call) { c.ID = "e4" }, "was not accepted or is counted already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			stands, _ := standing(rows)
			call := rows[position{2, 9}].call(place)
			c.spoil(&call)
			got := wrongCall(&call, p, stands, rows)
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
