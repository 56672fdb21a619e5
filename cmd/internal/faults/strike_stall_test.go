package faults_test

import (
	"math/rand/v2"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
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
	r.well(t)
	p, h := r.strikeAt(t, crash{Step: f.step, When: f.when, Action: actHold})
	r.unwell(t, p, event.Partition{Stream: r.spec.Topic, Epoch: r.spec.Epoch, ID: h.Partition})
	r.release(t)
	r.well(t)
}
