package faults_test

import (
	"math/rand/v2"
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
		{stepLastPresent, sides},
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

// strike kills a process at a step. Recovery has something to do only after a process left a range behind, so another one
// is killed first, with an intent committed and nothing inserted.
func (f stepKill) strike(t *testing.T, r *run) {
	if f.step.recovering() {
		r.leaveRange(t)
	}
	if f.step == stepCommit {
		defer r.load.rest()()
	}
	p := r.strikeAt(t, crash{Step: f.step, When: f.when, Delay: f.delay, Action: actKill})
	<-p.done
	r.release(t)
}

// leaveRange has a process die between its intent and its first insert.
func (r *run) leaveRange(t *testing.T) {
	t.Helper()
	r.arm(crash{Step: stepIntent, When: after, Nth: 1 + r.rng.IntN(3), Action: actKill})
	p := r.awaitStruck(t, stepIntent)
	<-p.done
}
