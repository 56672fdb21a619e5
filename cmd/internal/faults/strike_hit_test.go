package faults_test

import (
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// hit is what a process says when it strikes itself.
type hit struct {
	Order     int // which order it carries out: what an earlier one has struck is no hit of a later one
	Step      step
	When      when
	Partition int32
	Range     event.Range // of the batch that the step is for, if it is for one
}

// line is the hit as the process writes it.
func (h hit) line() string {
	text, err := json.Marshal(h)
	if err != nil {
		panic(err) // it has no field that cannot be written
	}
	return "struck " + string(text)
}

// struckBy returns how the process struck itself for an order, if it did.
func (p *process) struckBy(order int) (hit, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.hits {
		if h.Order == order {
			return h, true
		}
	}
	return hit{}, false
}

// orders counts the orders to strike of all points.
var orders atomic.Int64

// arm has every process that runs strike itself at the step, whichever comes to it, and returns the order with its number; a
// crash without a step disarms.
func (r *run) arm(at crash) crash {
	at.Order = int(orders.Add(1))
	for _, p := range r.procs {
		p.arm(at)
	}
	return at
}

// awaitStruck waits until one of the processes has carried out the order, and returns it.
func (r *run) awaitStruck(t *testing.T, at crash) (*process, hit) {
	t.Helper()
	p, h := r.struckWithin(at, patience)
	if p == nil {
		t.Fatalf("no process came to %q; they said:\n%s", at.Step, r.said())
	}
	return p, h
}

// struckWithin waits for a while, and returns nil when no process has carried out the order.
func (r *run) struckWithin(at crash, limit time.Duration) (*process, hit) {
	deadline := time.After(limit)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, p := range r.procs {
			if h, ok := p.struckBy(at.Order); ok && h.Step == at.Step && h.When == at.When {
				return p, h
			}
		}
		select {
		case <-tick.C:
		case <-deadline:
			return nil, hit{}
		}
	}
}
