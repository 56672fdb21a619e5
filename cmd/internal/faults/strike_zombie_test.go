package faults_test

import (
	"errors"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"
)

// zombie is a process that is stopped for longer than its session, and then goes on as if nothing had happened: in the
// middle of a step, or wherever it is. Others own its partitions by then. What it still inserts finds its tokens used, and
// what it commits is refused.
type zombie struct {
	step  step
	when  when
	delay time.Duration
	sleep time.Duration
}

func zombies() (out []kind) {
	draw := func(s step, w when) kind {
		return kind{name: "SIGSTOP past the session", step: s, when: w, weight: 6, make: func(rng *rand.Rand) fault {
			return zombie{s, w, time.Duration(rng.IntN(4000)) * time.Microsecond, sessionTimeout + time.Duration(500+rng.IntN(2000))*time.Millisecond}
		}}
	}
	out = append(out, draw("", ""))
	for _, s := range []step{stepInsertEvents, stepInsertRejected, stepInsertApplied, stepInsertEvents.again()} {
		out = append(out, draw(s, before), draw(s, during))
	}
	return append(out, draw(stepCommit, before), draw(stepIntent, before), draw(stepPresent, after))
}

func (f zombie) strike(t *testing.T, r *run) {
	p := r.any()
	if f.step == "" {
		p.signal(syscall.SIGSTOP)
	} else {
		at := crash{Step: f.step, When: f.when, Delay: f.delay, Action: actStop}
		p = r.strikeAt(t, at)
	}
	wait(f.sleep)
	p.signal(syscall.SIGCONT)
	r.release(t)
}

// release disarms all processes, and lets those go on that were struck beside the one that was waited for. When it
// returns no process is struck any more.
func (r *run) release(t *testing.T) {
	t.Helper()
	r.arm(crash{})
	for _, p := range r.procs {
		poll(t, patience, func() error {
			p.signal(syscall.SIGCONT)
			p.order(order{Go: true})
			if why := p.ill(); why == noAnswer {
				return errors.New("a process does not obey")
			}
			return nil
		})
		for len(p.struck) > 0 {
			<-p.struck
		}
	}
	r.refill(t)
}
