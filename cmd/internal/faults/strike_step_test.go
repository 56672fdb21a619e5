package faults_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// stepKill is kill -9 before, during or after one step of the contract or of recovery.
type stepKill struct {
	step  step
	when  when
	delay time.Duration
}

// stepKills is one kind of fault for every step and side of it.
func stepKills() (out []kind) {
	all, sides := []when{before, during, after}, []when{before, after}
	for _, s := range []struct {
		step  step
		sides []when
	}{
		{stepIntent, sides}, {stepInsertEvents, all}, {stepInsertRejected, all}, {stepCopy, all}, {stepInsertApplied, all}, {stepCommit, sides},
		{stepIntent.again(), sides}, {stepInsertEvents.again(), all}, {stepInsertRejected.again(), all}, {stepCopy.again(), sides},
		{stepInsertApplied.again(), all}, {stepCommit.again(), sides},
		{stepCommitted, sides}, {stepTopicID, sides}, {stepLastApplied, sides}, {stepAppliedTopic, sides}, {stepAppendTime, sides},
		{stepPresentAbove, sides},
		{stepCancel, all}, {stepPresent, sides},
	} {
		for _, w := range s.sides {
			out = append(out, kind{name: "kill -9 of ingest", step: s.step, when: w, make: func(rng *rand.Rand) fault {
				return stepKill{s.step, w, time.Duration(rng.IntN(4000)) * time.Microsecond}
			}})
		}
	}
	return out
}

// strike kills a process at a step.
func (f stepKill) strike(t *testing.T, r *run) {
	p, _ := r.strikeAt(t, crash{Step: f.step, When: f.when, Delay: f.delay, Action: actKill})
	<-p.done
	r.release(t)
}

// strikeAt has one process strike itself at the step, and returns it and how it did. Recovery has something to do only after a process
// left a range behind, so another one is killed first, see leaveRange; and again if that
// range had nothing that the step is for, such as a rejected record. Only what recovers the last such range is struck: those
// before it are recovered by then, and what is done in their partitions may be no recovery of anything.
func (r *run) strikeAt(t *testing.T, at crash) (*process, hit) {
	t.Helper()
	if at.Step == stepCommit {
		defer r.load.rest()()
	}
	if slices.Contains(ofRejections, at.Step) {
		defer r.load.spoil()()
	}
	for try := range rangesLeft {
		if at.Step.recovering() {
			at.Partitions = []int32{r.leaveRange(t, at.Step, try)}
		}
		spec := r.spec
		spec.Crash = r.arm(at)
		r.refillWith(t, spec)
		if p, h := r.struckWithin(spec.Crash, patience/rangesLeft); p != nil {
			r.hit(at.Step)
			return p, h
		}
		r.arm(crash{})
		r.letGo(nil) // one may have come to it a moment too late
	}
	t.Fatalf("no process came to %q; they said:\n%s", at.Step, r.said())
	return nil, hit{}
}

// rangesLeft is how often a range is left behind until a step is struck.
const rangesLeft = 6

// ofRejections are the steps that only a rejected record comes to.
var ofRejections = []step{stepInsertRejected, stepInsertRejected.again(), stepCopy, stepCopy.again()}

// leaveRange has a process die between its intent and its first insert, and returns the partition. Few ranges have refused
// rows, and on a slow machine, where ranges are short, few have a rejected record: where the recovery shall search for the
// former, or has not come to the latter at the first try, the process dies later, having found some.
func (r *run) leaveRange(t *testing.T, recovery step, try int) int32 {
	t.Helper()
	left := crash{Step: stepIntent, When: after, Nth: 1 + r.rng.IntN(3), Action: actKill}
	switch {
	case recovery == stepBisect.again():
		left = crash{Step: stepBisect, When: after, Action: actKill}
	case try > 0 && slices.Contains(ofRejections, recovery):
		left = crash{Step: stepInsertRejected, When: before, Action: actKill}
	}
	spec := r.spec
	spec.Crash = r.arm(left)
	r.refillWith(t, spec) // all of them may have come to what was struck before
	p, h := r.awaitStruck(t, spec.Crash)
	<-p.done
	return h.Partition
}
