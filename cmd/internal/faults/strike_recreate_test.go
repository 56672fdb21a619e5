package faults_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/dev/proxy"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/twmb/franz-go/pkg/kadm"
)

// recreateTopic deletes the topic and makes it again, with more records than were applied of the old one, while no ingest
// process runs or while all of them run and Kafka is silent to them. Nothing may be read of it until the stream's epoch is
// raised.
type recreateTopic struct {
	running bool
	proxy   *proxy.Kafka
	old     map[string]int64 // rows of the old topic, by table
	epoch   uint32           // of the old topic
}

func recreations() []kind {
	var out []kind
	for _, running := range []bool{false, true} {
		name := "topic recreated while ingest is away"
		if running {
			name = "topic recreated while ingest runs"
		}
		// Of a transaction or of compaction nothing is left to hold the old log against.
		out = append(out, kind{name: name, plain: true, sole: true, weight: 2,
			make: func(*rand.Rand) fault { return &recreateTopic{running: running} }})
	}
	return out
}

func (f *recreateTopic) prepare(t *testing.T, r *run) {
	if f.running {
		f.proxy = kafkaProxy(t, r)
	}
}

func (f *recreateTopic) strike(t *testing.T, r *run) {
	r.load.stop(t)
	r.settle(t, r.said)
	r.verified(t)
	f.epoch, f.old = r.spec.Epoch, r.rowsOf(t, r.spec.Epoch)
	ends := r.logEnds(t)
	heard := r.hear()
	if f.running {
		f.proxy.Hold()
		defer f.proxy.Release()
	} else {
		for _, p := range r.procs {
			p.stop(t)
		}
	}
	r.recreate(t)
	r.load.afresh()
	r.load.start(t)
	poll(t, patience, func() error { return longer(r.logEnds(t), ends) })
	if f.running {
		f.proxy.Release()
	}
	r.refill(t)
	f.refused(t, r, heard)
	for _, p := range r.procs {
		p.stop(t)
	}
	r.spec.Epoch++
	r.refill(t)
}

// refused wants every partition to be halted, and nothing inserted.
func (f *recreateTopic) refused(t *testing.T, r *run, heard words) {
	t.Helper()
	poll(t, patience, func() error {
		for _, end := range r.ends(t) { // a process may own none of them
			halted := regexp.MustCompile(fmt.Sprintf("partition halted.* partition=%s .*raise the stream's epoch", end.Partition))
			if !halted.MatchString(heard.said()) {
				return fmt.Errorf("%v is not halted; ingest said:\n%s", end.Partition, r.said())
			}
		}
		return nil
	})
	r.awaitIll(t, "halted")
	if now := r.rowsOf(t, f.epoch); !maps.Equal(now, f.old) {
		t.Errorf("rows by table: %v after the topic was recreated, %v before", now, f.old)
	}
}

// judge wants the rows of the old topic to be as they were, and takes them away: the checks look at the log that there is.
func (f *recreateTopic) judge(t *testing.T, r *run) {
	if now := r.rowsOf(t, f.epoch); !maps.Equal(now, f.old) {
		t.Errorf("rows of the old topic by table: %v, were %v", now, f.old)
	}
	for table := range f.old {
		if err := r.conn.Exec(t.Context(), "ALTER TABLE "+table+" DELETE WHERE epoch = ? SETTINGS mutations_sync = 1", f.epoch); err != nil {
			t.Fatal(err)
		}
	}
}

// rowsOf counts the rows of one epoch, by table.
func (r *run) rowsOf(t *testing.T, epoch uint32) map[string]int64 {
	t.Helper()
	out := make(map[string]int64)
	for _, table := range []string{"events", "rejected", "batches"} {
		out[table] = r.number(t, "SELECT count() FROM "+table+" WHERE epoch = ?", epoch)
	}
	return out
}

// logEnds asks past every proxy where the log of each partition ends.
func (r *run) logEnds(t *testing.T) map[int32]int64 {
	t.Helper()
	client := r.directly(t)
	defer client.Close()
	out := make(map[int32]int64)
	poll(t, patience, func() error {
		ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), r.spec.Topic)
		if err == nil {
			err = ends.Error()
		}
		ends.Each(func(o kadm.ListedOffset) { out[o.Partition] = o.Offset })
		return err
	})
	return out
}

// longer returns an error unless every partition is longer than it was.
func longer(now, before map[int32]int64) error {
	for p, end := range before {
		if now[p] <= end {
			return fmt.Errorf("partition %d has %d records, the old one had %d", p, now[p], end)
		}
	}
	return nil
}

// recreate deletes the topic and makes it again. What was acknowledged of the old one is gone with it.
func (r *run) recreate(t *testing.T) {
	t.Helper()
	embeddedtest.RecreateTopic(t, r.servers.brokers, r.spec.Topic, r.point.Partitions, "LogAppendTime")
	r.load.client.PurgeTopicsFromProducing(r.spec.Topic)
	r.load.mu.Lock()
	clear(r.load.acked)
	r.load.mu.Unlock()
	clear(r.removed)
	r.zones = zones{first: r.spec.Zone}
	r.lost = 0
}
