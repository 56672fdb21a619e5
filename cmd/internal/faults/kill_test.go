package faults_test

import (
	"fmt"
	"testing"
	"time"
)

// A scenario is a chain of processes: each is killed at its crash point, and the one after the last must put all right.
type scenario struct {
	name       string
	partitions int
	pace       time.Duration // between two bursts of records
	crashes    []crash
}

const (
	flowing = 50 * time.Millisecond  // the next batch is always ready: a commit carries the next intent
	halting = 800 * time.Millisecond // the worker waits for the next batch: a commit stands alone
)

// steady are the steps of the contract while batches flow. The seventh time is under load, not at the start.
func steady() []scenario {
	var out []scenario
	for _, s := range []struct {
		step  step
		whens []when
		nth   int
		pace  time.Duration
	}{
		{stepIntent, []when{before, after}, 7, flowing},
		{stepInsertEvents, []when{before, during, after}, 7, flowing},
		{stepInsertRejected, []when{before, during, after}, 4, flowing},
		{stepCopy, []when{before, after}, 4, flowing},
		{stepInsertApplied, []when{before, during, after}, 7, flowing},
		{stepCommit, []when{before, after}, 5, halting},
	} {
		for _, w := range s.whens {
			out = append(out, scenario{fmt.Sprintf("%s %s", w, s.step), 2, s.pace, []crash{{s.step, w, s.nth}}})
		}
	}
	return out
}

// recovering are the steps of recovery. The first process leaves a range behind: some with all of its rows but no row of
// `batches`, some with an intent only, so that recovery has rows to insert. One partition makes the second process's
// first call of each step the one of recovery.
func recovering() []scenario {
	inserted, intended := crash{stepInsertEvents, after, 7}, crash{stepIntent, after, 7}
	var out []scenario
	for _, s := range []struct {
		first crash
		step  step
		whens []when
	}{
		{inserted, stepCommitted, []when{after}},
		{inserted, stepLastApplied, []when{after}},
		{inserted, stepLastPresent, []when{after}},
		{inserted, stepIntent, []when{before, after}},
		{inserted, stepCancel, []when{before, during, after}},
		{inserted, stepPresent, []when{before, after}},
		{inserted, stepInsertRejected, []when{after}},
		{intended, stepInsertEvents, []when{before, during, after}},
		{intended, stepInsertRejected, []when{before, after}},
		{intended, stepCopy, []when{before, after}},
		{intended, stepInsertApplied, []when{before, during, after}},
		{inserted, stepCommit, []when{before, after}},
	} {
		for _, w := range s.whens {
			out = append(out, scenario{fmt.Sprintf("recovery after %s, %s %s", s.first.Step, w, s.step), 1, flowing,
				[]crash{s.first, {s.step, w, 1}}})
		}
	}
	return out
}

func TestKilledAtEveryStep(t *testing.T) {
	for _, b := range brokers(t) {
		for i, s := range append(steady(), recovering()...) {
			t.Run(b.name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, b.addr, s.partitions)
				l := startLoad(t, b.addr, w.spec.Topic, uint64(i), s.pace)
				for _, c := range s.crashes {
					spec := w.spec
					spec.Crash = c
					p := startIngest(t, spec)
					if !p.diedByItself(40 * time.Second) {
						t.Fatalf("not killed %s %s; it said:\n%s", c.When, c.Step, p.said())
					}
				}
				p := startIngest(t, w.spec)
				w.advance(t, 200) // under load to the end
				l.stop(t)
				w.check(t, l, p)
				p.stop(t)
			})
		}
	}
}
