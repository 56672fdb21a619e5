package workflow_test

import (
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// The layout is a promise: whoever has the records must be able to prove the chain in ten years.
func TestChain(t *testing.T) {
	var prev workflow.Hash
	prev[31] = 1
	a := workflow.Accepted{Sequence: 2, Offset: 258, Time: time.UnixMilli(1712914200123), Value: []byte("value")}
	bytes := append(prev[:], 0, 0, 0, 0, 0, 0, 0, 2 /**/, 0, 0, 0, 0, 0, 0, 1, 2 /**/, 0, 0, 1, 0x8e, 0xd1, 0xa4, 0x76, 0x3b)
	bytes = append(bytes, "value"...)
	if got, want := workflow.Chain(prev, a), workflow.Hash(sha256.Sum256(bytes)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whoever has the accepted records comes to the head of the fold.
func TestHeadIsTheChainOfWhatWasAccepted(t *testing.T) {
	l := newLog(t).published()
	l.append([]byte("garbage"))
	l.send(l.command(wang, approve("run-2"))) // refused
	l.do(li, appealOf("li", "attitude"))
	var head workflow.Head
	fold := workflow.New()
	for _, r := range l.records {
		v, ok := fold.Apply(r)
		if !ok || !v.Accepted {
			continue
		}
		a := workflow.Accepted{Sequence: head.Sequence + 1, Offset: r.Offset, Time: r.Time, Value: r.Value}
		head = workflow.Head{Sequence: a.Sequence, Offset: a.Offset, Hash: workflow.Chain(head.Hash, a), Time: a.Time}
		if v.Sequence != head.Sequence || v.Hash != head.Hash {
			t.Errorf("verdict %+v, chain %+v", v, head)
		}
	}
	if l.state.Head() != head || head.Sequence != 9 {
		t.Errorf("head %+v, chain %+v", l.state.Head(), head)
	}
	if len(head.Hash.String()) != 64 {
		t.Errorf("hash %s", head.Hash)
	}
}

// A record that was changed, removed or moved shows.
func TestTamperingShows(t *testing.T) {
	l := newLog(t).published()
	fold := func(records []workflow.Record) workflow.Hash {
		s := workflow.New()
		for _, r := range records {
			s.Apply(r)
		}
		return s.Head().Hash
	}
	for name, tamper := range map[string]func([]workflow.Record) []workflow.Record{
		"changed": func(r []workflow.Record) []workflow.Record {
			r[4].Value = []byte(string(r[4].Value) + " ")
			return r
		},
		"removed":     func(r []workflow.Record) []workflow.Record { return slices.Delete(r, 4, 5) },
		"cut off":     func(r []workflow.Record) []workflow.Record { return r[:7] },
		"backdated":   func(r []workflow.Record) []workflow.Record { r[4].Time = r[3].Time; return r },
		"another":     func(r []workflow.Record) []workflow.Record { r[4].Value = r[3].Value; return r },
		"at a place":  func(r []workflow.Record) []workflow.Record { r[7].Offset++; return r },
		"overwritten": func(r []workflow.Record) []workflow.Record { r[4].Value = nil; return r },
	} {
		if fold(tamper(slices.Clone(l.records))) == fold(l.records) {
			t.Errorf("%s: the head is the same", name)
		}
	}
}
