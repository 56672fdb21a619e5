package faults_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
)

// retention removes records before they were read. They are counted as lost, and reported.
type retention struct{}

func retentions() []kind {
	return []kind{{name: "retention overrun", plain: true, weight: 5, make: func(*rand.Rand) fault { return retention{} }}}
}

// overrun is how many offsets of every partition are removed unread, at most.
const overrun = 40

func (retention) strike(t *testing.T, r *run) {
	for _, p := range r.procs {
		p.stop(t)
	}
	wait(insertDeadline) // an insert of a process that was killed before may be on its way; afterwards the tables stay as they are
	applied := make(map[int32]int64)
	for _, end := range r.ends(t) {
		applied[end.Partition.ID] = end.Committed
	}
	poll(t, patience, func() error {
		for _, end := range r.ends(t) {
			if end.Offset > applied[end.Partition.ID]+10 {
				return nil
			}
		}
		return errors.New("nothing more is produced")
	})
	ends := r.ends(t) // before the log is read: more is produced meanwhile
	log, there := r.readLog(t), r.outcomes(t)
	var cut kadm.Offsets
	for _, end := range ends {
		at := min(max(applied[end.Partition.ID], 0)+overrun, end.Offset)
		cut.AddOffset(r.spec.Topic, end.Partition.ID, at, -1)
		maps.DeleteFunc(log, func(p position, _ logged) bool { return p.partition == end.Partition.ID && p.offset >= at })
	}
	for p := range log {
		if _, read := there[p]; !read { // a range that was left unfinished has rows beyond what is applied
			r.lost++
		}
	}
	maps.Copy(r.removed, log)
	if res, err := r.admin(t).DeleteRecords(t.Context(), cut); err != nil || res.Error() != nil {
		t.Fatal(err, res.Error())
	}
	heard := r.hear()
	binary := r.startBinary(t)
	r.add(binary)
	r.refill(t)
	poll(t, patience, func() error {
		if !strings.Contains(heard.said(), "removed by retention before they were read") {
			return errors.New("no process says that records were lost")
		}
		n, err := r.ask(t, "SELECT sum(lost) FROM batches WHERE epoch = ?", r.spec.Epoch)
		if err == nil && n != r.lost {
			err = fmt.Errorf("%d offsets are lost, and the table has %d of them", r.lost, n)
		}
		return err
	})
	r.countLost(t, heard.said())
	checkJoints(t, binary)
	r.remove(binary).stop(t) // it cannot be told to strike itself
	r.refill(t)
}

// countLost wants the processes to have counted together what was lost: each has counted what it applied itself. One that was
// interrupted until then may have applied what it could not count.
func (r *run) countLost(t *testing.T, said string) {
	t.Helper()
	var counted float64
	poll(t, 20*time.Second, func() error {
		counted = 0
		for _, p := range r.procs {
			n, err := p.counter("deskpulse_ingest_offsets_lost_total")
			if err != nil {
				return err
			}
			counted += n
		}
		less := counted < float64(r.lost) && strings.Contains(said, "partition interrupted")
		if counted != float64(r.lost) && !less {
			return fmt.Errorf("%d offsets are lost, and the processes have counted %g", r.lost, counted)
		}
		return nil
	})
	t.Logf("%d offsets are lost, and the processes have counted %g", r.lost, counted)
}
