package faults_test

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// lateZombie stops a process right before an insert, lets another one complete the range, outlasts the dedup window, and
// lets the first go on. Nothing can stop that insert any more: verify must name exactly its rows, and no number may
// change by them. In a compacted topic numbers may: the insert can bring events that compaction took away before the
// other process read the range.
type lateZombie struct {
	held hit // the insert
}

func lateZombies() []kind {
	return []kind{{name: "zombie beyond the dedup window", sole: true, lasting: true, weight: 2, make: func(*rand.Rand) fault { return &lateZombie{} }}}
}

func (f *lateZombie) strike(t *testing.T, r *run) {
	for range 8 {
		if f.insert(t, r) {
			return
		}
	}
	t.Fatalf("the fault did not strike: no late insert left a row; ingest said:\n%s", r.said())
}

// insert reports whether the zombie's insert left rows. It may be fenced first, or too slow for its own deadline.
func (f *lateZombie) insert(t *testing.T, r *run) bool {
	t.Helper()
	if n := r.doubled(t); n > 0 {
		t.Fatalf("%d rows are doubled before any late insert", n)
	}
	zombie, held := r.awaitStruck(t, r.arm(crash{Step: stepInsertEvents, When: before, Nth: 1 + r.rng.IntN(5), Action: actHold}))
	zombie.signal(syscall.SIGSTOP) // while the call is held, so that its deadline has not begun
	defer r.release(t)
	f.held = held
	r.awaitLeft(t, zombie)
	r.settled(t)
	r.overrunWindow(t, "events")
	if n := r.doubled(t); n > 0 {
		t.Fatalf("%d rows are doubled before the late insert goes on", n)
	}
	zombie.order(order{Go: true})
	zombie.signal(syscall.SIGCONT)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 50 {
		if r.doubled(t) > 0 {
			return true
		}
		<-tick.C
	}
	return false
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

func (r *run) doubled(t *testing.T) int64 {
	t.Helper()
	return r.number(t, "SELECT count() - uniqExact(epoch, partition, offset) FROM events")
}

// judge wants every row of the held insert doubled and no other one, verify to name doubled offsets and nothing else, and the
// fold to count each event once. Then it takes the copies away, for the other checks.
func (f *lateZombie) judge(t *testing.T, r *run) {
	report, err := r.store.Verify(t.Context(), r.ends(t))
	if err != nil {
		t.Fatal(err)
	}
	if report.OK {
		t.Error("verify is clean although rows are doubled")
	}
	doubled := r.doubledOffsets(t)
	for at := range doubled {
		if at.partition != f.held.Partition || !f.held.Range.Contains(at.offset) {
			t.Errorf("%v is doubled, which is not of the held insert of partition %d, %s", at, f.held.Partition, f.held.Range)
		}
	}
	if n := r.number(t, "SELECT uniqExact(offset) FROM events WHERE partition = ? AND offset BETWEEN ? AND ?",
		f.held.Partition, f.held.Range.First, f.held.Range.Last); n != int64(len(doubled)) {
		t.Errorf("%d offsets are doubled, the held insert had %d", len(doubled), n)
	}
	named := 0
	for _, p := range report.Partitions {
		for _, problem := range p.Problems {
			if problem.Kind != clickhouse.ProblemDoubled || !doubled[position{p.Partition, problem.First}] {
				t.Errorf("verify of partition %d: %+v, want only what is doubled", p.Partition, problem)
			}
			named++
		}
	}
	if want := min(len(doubled), 20); named < want { // it names so many of a range at most
		t.Errorf("verify names %d doubled offsets, want %d", named, want)
	}
	r.checkFacts(t, r.wholeLog(t))
	if err := r.conn.Exec(t.Context(), "OPTIMIZE TABLE events FINAL DEDUPLICATE"); err != nil {
		t.Fatal(err)
	}
}

// doubledOffsets are those with more than one row.
func (r *run) doubledOffsets(t *testing.T) map[position]bool {
	t.Helper()
	rows, err := r.conn.Query(t.Context(), "SELECT partition, offset FROM events GROUP BY epoch, partition, offset HAVING count() > 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := make(map[position]bool)
	for rows.Next() {
		var at position
		if err := rows.Scan(&at.partition, &at.offset); err != nil {
			t.Fatal(err)
		}
		out[at] = true
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
