package faults_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// watch measures the memory of every process, also of those that do not live to the end, until the test ends.
func (r *run) watch(t *testing.T) {
	stop := make(chan struct{})
	var done sync.WaitGroup
	t.Cleanup(func() { close(stop); done.Wait() })
	r.fresh = make(chan *process, 256)
	done.Go(func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		var all []*process
		for {
			select {
			case p := <-r.fresh:
				all = append(all, p)
			case <-tick.C:
				all = slices.DeleteFunc(all, (*process).dead)
				for _, p := range all {
					p.measure()
				}
			case <-stop:
				return
			}
		}
	})
}

// checkMemory wants every process to have stayed under its bound.
func (r *run) checkMemory(t *testing.T) {
	t.Helper()
	for _, p := range r.everyone() {
		p.mu.Lock()
		r.peak = max(r.peak, p.peak)
		p.mu.Unlock()
	}
	if bound := r.point.memoryBound(); r.peak > bound {
		t.Errorf("a process had %d MB, at most %d are allowed", r.peak>>20, bound>>20)
	}
}

// checkLost wants every offset without a row counted as absent or as lost, and exactly those as lost that were removed
// unread. Deskpulse's own broker moves the start of the log behind what it compacted, which Kafka does not: what its cleaner
// takes away at the start counts as lost.
func (r *run) checkLost(t *testing.T) {
	t.Helper()
	lost := r.number(t, "SELECT sum(lost) FROM batches")
	without := r.number(t, "SELECT sum(last - first + 1) FROM batches") - r.number(t, "SELECT count() FROM events") -
		r.number(t, "SELECT count() FROM rejected")
	if absent := r.number(t, "SELECT sum(absent) FROM batches"); absent+lost != without {
		t.Errorf("%d offsets are counted as absent and %d as lost, but %d have no row", absent, lost, without)
	}
	if lost != r.lost && (r.point.Broker != embeddedBroker || r.load.kind != compactedTopic) {
		t.Errorf("%d offsets are counted as lost, want %d", lost, r.lost)
	}
}

// well waits until every process calls itself healthy. One that was struck beside another one, and too late for the fault
// to see it, is replaced.
func (r *run) well(t *testing.T) {
	t.Helper()
	poll(t, wellWithin, func() error {
		r.refill(t)
		var errs []error
		for i, p := range r.procs {
			why, err := p.health()
			if err == nil && why != "" {
				err = errors.New(why)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("process %d: %w", i, err))
			}
		}
		return errors.Join(errs...)
	})
}

// unwell waits until a process answers that a partition is unhealthy, which must come while a fault lasts longer than
// stuckAfter. What is wrong with another partition is another matter.
func (r *run) unwell(t *testing.T, p *process, stuck event.Partition) {
	t.Helper()
	poll(t, stuckAfter+wellWithin, func() error {
		if why := p.ill(); !strings.Contains(why, fmt.Sprintf("partition %s: ", stuck)) {
			return fmt.Errorf("a process that is stuck in partition %s says of its health %q", stuck, why)
		}
		return nil
	})
}

// awaitIll waits until a process that has something to do answers that it is not well, in these words if there are any; one
// that is silent does not count. Whoever asks must have waited for everyone to be well before the fault: see well.
func (r *run) awaitIll(t *testing.T, words string) {
	t.Helper()
	poll(t, stuckAfter+wellWithin, func() error {
		for _, p := range r.procs {
			if why := p.ill(); !p.dead() && why != "" && strings.Contains(why, words) {
				return nil
			}
		}
		return fmt.Errorf("no process says of its health anything with %q, although nothing moves", words)
	})
}

// checkWords wants no process to have found offsets committed that no range covers: no fault of ours commits any, so
// ingest would have. The binary among the processes says it in the same words.
func (r *run) checkWords(t *testing.T) {
	t.Helper()
	for _, p := range r.everyone() {
		for line := range strings.Lines(p.said()) {
			if strings.Contains(line, "offsets were committed that no range covers") {
				t.Errorf("a process said: %s", line)
			}
		}
	}
}

// verifiedByBinary wants the product's own `verify ingest`, as a process of its own, to find everything in order.
func (r *run) verifiedByBinary(t *testing.T) {
	t.Helper()
	cmd := r.command(t, "verify", "ingest", "--wait", "10s", "--output", "json")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("deskpulse verify ingest: %v\n%s", err, out)
	}
}
