package faults_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
)

// lateZombie stops a process right before an insert, lets another one complete the range, outlasts the dedup window, and
// lets the first go on. No token keeps that insert away any more, but the lease of the process does.
type lateZombie struct{ step step }

func lateZombies() []kind {
	return []kind{{name: "zombie beyond the dedup window", weight: 2, make: func(rng *rand.Rand) fault {
		return lateZombie{drawn(rng, stepInsertEvents, stepInsertRejected)}
	}}}
}

func (f lateZombie) strike(t *testing.T, r *run) {
	zombie, held := r.strikeAt(t, crash{Step: f.step, When: before, Action: actHold})
	zombie.signal(syscall.SIGSTOP) // while the call is held
	defer r.release(t)
	r.awaitLeft(t, zombie)
	r.settled(t)
	table := map[step]string{stepInsertEvents: "events", stepInsertRejected: "rejected"}[f.step]
	r.overrunWindow(t, table)
	rows := r.rowsWithin(t, table, held)
	zombie.order(order{Go: true})
	zombie.signal(syscall.SIGCONT)
	r.awaitBack(t, zombie)
	if n := r.rowsWithin(t, table, held); n != rows {
		t.Errorf("%d rows of partition %d, %s, in %s, %d before the late insert", n, held.Partition, held.Range, table, rows)
	}
}

// rowsWithin counts the rows of the range of a hit.
func (r *run) rowsWithin(t *testing.T, table string, h hit) int64 {
	t.Helper()
	return r.number(t, "SELECT count() FROM "+table+" WHERE epoch = ? AND partition = ? AND offset BETWEEN ? AND ?",
		r.spec.Epoch, h.Partition, h.Range.First, h.Range.Last)
}

// awaitBack waits until a process that was thrown out is in the group again: it has ended by then what it had in hand.
func (r *run) awaitBack(t *testing.T, p *process) {
	t.Helper()
	admin := r.admin(t)
	poll(t, patience, func() error {
		groups, err := admin.DescribeGroups(t.Context(), r.spec.Group)
		if err == nil {
			err = groups.Error()
		}
		if err != nil {
			return err
		}
		has := func(m kadm.DescribedGroupMember) bool { return m.ClientID == memberName(p.cmd.Process.Pid) }
		if members := groups[r.spec.Group].Members; !slices.ContainsFunc(members, has) {
			return fmt.Errorf("the process is not back in the group; it said:\n%s", p.said())
		}
		return nil
	})
}

// settled waits until every partition has been applied further than where it stands now: also that of the zombie.
func (r *run) settled(t *testing.T) {
	t.Helper()
	ends := r.logEnds(t)
	poll(t, patience, func() error {
		for p, end := range ends {
			applied, err := r.ask(t, "SELECT max(last) + 1 FROM batches WHERE partition = ?", p)
			if err != nil || applied < end {
				return fmt.Errorf("partition %d is applied to %d of %d: %w", p, applied, end, err)
			}
		}
		return nil
	})
}
