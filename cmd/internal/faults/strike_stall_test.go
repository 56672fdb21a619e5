package faults_test

import (
	"math/rand/v2"
	"testing"
)

// stall holds one call of a process for longer than it may be stuck, while its heartbeats go on: nobody takes its
// partition, so its health must tell.
type stall struct {
	step step
	when when
}

func stalls() (out []kind) {
	for _, s := range []step{stepInsertEvents, stepCopy, stepLastApplied, stepCancel} {
		out = append(out, kind{name: "stall of ingest", step: s, when: before, make: func(*rand.Rand) fault { return stall{s, before} }})
	}
	return out
}

func (f stall) strike(t *testing.T, r *run) {
	p := r.strikeAt(t, crash{Step: f.step, When: f.when, Action: actHold})
	r.unwell(t, p)
	r.release(t)
	r.well(t)
}
