package faults_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

// zombie is a process that is stopped for longer than its session, and then goes on as if nothing had happened: in the
// middle of a step, or wherever it is. Others own its partitions by then. The lease of what it still inserts is over, and what
// it commits is refused.
type zombie struct {
	step  step
	when  when
	delay time.Duration
	later time.Duration // how much longer it sleeps than the group misses it
}

func zombies() (out []kind) {
	draw := func(s step, w when) kind {
		return kind{name: "SIGSTOP past the session", step: s, when: w, weight: 6, make: func(rng *rand.Rand) fault {
			return zombie{s, w, time.Duration(rng.IntN(4000)) * time.Microsecond, time.Duration(rng.IntN(2000)) * time.Millisecond}
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
		p, _ = r.strikeAt(t, at)
	}
	r.awaitLeft(t, p)
	wait(f.later)
	p.signal(syscall.SIGCONT)
	r.release(t)
}

// awaitLeft waits until the group has others in the place of a process that was stopped. Those that were struck beside it
// go on, and those that ended are replaced, so that there are some.
func (r *run) awaitLeft(t *testing.T, stopped *process) {
	t.Helper()
	r.arm(crash{})
	admin := r.admin(t)
	name := memberName(stopped.cmd.Process.Pid)
	poll(t, patience, func() error {
		r.letGo(stopped)
		r.refill(t)
		groups, err := admin.DescribeGroups(t.Context(), r.spec.Group)
		if err == nil {
			err = groups.Error()
		}
		if err != nil {
			return err
		}
		g := groups[r.spec.Group]
		has := func(m kadm.DescribedGroupMember) bool { return m.ClientID == name }
		if g.State != "Stable" || len(g.Members) == 0 || slices.ContainsFunc(g.Members, has) {
			return fmt.Errorf("the group is %s with %d members, of whom %s must not be one", g.State, len(g.Members), name)
		}
		return nil
	})
}

// letGo lets all processes but one go on that were struck.
func (r *run) letGo(but *process) {
	for _, p := range r.procs {
		if p != but {
			p.signal(syscall.SIGCONT)
			p.order(order{Go: true})
		}
	}
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
			if _, err := p.health(); err != nil && !p.dead() {
				return fmt.Errorf("a process does not obey: %w", err)
			}
			return nil
		})
	}
	r.refill(t)
}
