package workflow_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Whatever stands in the log: nothing panics, a copy gets the verdict of the first, and what is refused changes nothing.
func FuzzApply(f *testing.F) {
	l := newLog(f)
	appeal := l.appealed(true)
	l.do(chen, adjust("run-2", "run-3"))
	records := l.records
	for _, a := range append(every(f), waive("li", "attitude", appeal), missing(), l.give("new", "calls", "1"), approveAdjustment(id(l.ids)), calculate(april, "run-1", 0), freeze(april),
		document(workflow.RosterDocument, "staff", `{"agent":"li","zone":"UTC","effective":"2024-01-01","team":"express"}`)) {
		f.Add(encode(f, l.command(chen, a)))
		f.Add(encode(f, l.command(wang, a)))
	}
	f.Add([]byte(`{"v":1}`))
	f.Fuzz(func(t *testing.T, value []byte) {
		s := workflow.New()
		for _, r := range records {
			s.Apply(r)
		}
		c, err := workflow.ParseCommand(value)
		if err == nil && c.Validate() == nil {
			back, err := workflow.ParseCommand(encode(t, c))
			if diff := cmp.Diff(c, back, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Fatalf("%v (-want, +got):\n%s", err, diff)
			}
		}
		before := s.Head()
		r := workflow.Record{Offset: s.Next(), Time: start.Add(40 * time.Second), Value: value}
		v, ok := s.Apply(r)
		if ok && err != nil || !ok && s.Foreign() != 1 || v.Refusal != nil && s.Head() != before || !ok && s.Head() != before {
			t.Fatalf("%v: verdict %+v, %t, %d foreign", err, v, ok, s.Foreign())
		}
		after := s.Head()
		r.Offset++
		if again, known := s.Apply(r); known != ok || again != v || s.Head() != after {
			t.Fatalf("verdict %+v, of the copy %+v", v, again)
		}
		s.Months("acme")
		s.Events("acme")
		s.EventsAsOf("acme", 3)
		s.Adjustments("acme", "express")
		_ = v.Err()
	})
}
