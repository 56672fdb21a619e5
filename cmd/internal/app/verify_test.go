package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// cutRecords are the records of which the log loses those from cutAt on.
const cutRecords, cutAt = 60, 40

// TestVerifyOfALogThatLostItsEnd applies a log, has the broker cut it off at spoiled bytes, and fills it again up to some
// offset. Whatever has come since, verify names the partition at once, also when it is to wait, nobody who waits for what is
// in Kafka is told that everything has arrived, and replay sends nothing there.
func TestVerifyOfALogThatLostItsEnd(t *testing.T) {
	for _, c := range []struct {
		name  string
		again int // records after the loss
		want  clickhouse.Problem
	}{
		{"shorter", 0, clickhouse.Problem{Kind: clickhouse.ProblemCut, First: cutAt, Last: cutRecords - 1}},
		{"still shorter, with records that nobody reads", 5, clickhouse.Problem{Kind: clickhouse.ProblemCut, First: cutAt + 5, Last: cutRecords - 1}},
		{"as long as before", cutRecords - cutAt, clickhouse.Problem{Kind: clickhouse.ProblemRecreated, First: cutRecords - 1, Last: cutRecords - 1}},
		{"longer", cutRecords, clickhouse.Problem{Kind: clickhouse.ProblemRecreated, First: cutRecords - 1, Last: cutRecords - 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := embedded.BrokerConfig{Dir: t.TempDir()}
			broker := embeddedtest.BrokerProcess(t, cfg)
			w := newIngestWorldAt(t, broker.Addr())
			for range cutRecords / 10 { // each is a batch of its own in the log
				w.produce(t, append(events("a1", 9), poison)...)
			}
			p := w.start(t)
			w.settle(t)
			w.verified(t)
			p.stop()

			if err := broker.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			spoil(t, filepath.Join(cfg.Dir, "log", "partitions", w.config.Streams[0].Topic+"-0", "0.dat"))
			cfg.Port = embeddedtest.Port(t, broker.Addr())
			embeddedtest.BrokerProcess(t, cfg)
			if c.again > 0 {
				w.produce(t, events("a2", c.again)...)
			}
			w.start(t).halted(t, "raise the stream's epoch")
			w.unclean(t, c.want)
			w.sendsNothing(t)
		})
	}
}

// TestVerifyOfARecreatedTopic has another topic under the name, in which there is as much as is applied.
func TestVerifyOfARecreatedTopic(t *testing.T) {
	t.Parallel()
	w := newIngestWorld(t)
	w.produce(t, append(events("a1", 19), poison)...)
	p := w.start(t)
	w.settle(t)
	p.stop()
	w.recreate(t)
	w.sendsNothing(t) // not even while it is empty
	w.produce(t, events("a2", 20)...)
	w.unclean(t, clickhouse.Problem{Kind: clickhouse.ProblemRecreated, First: 0, Last: 19})
	w.sendsNothing(t)
}

// unclean wants verify to name one problem, in no time however long it may wait, and others not to be told that all is well.
func (w *ingestWorld) unclean(t *testing.T, want clickhouse.Problem) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	for _, wait := range []time.Duration{0, time.Hour} {
		v, err := app.Verify(ctx, w.config, wait, nil)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(v.Partitions, func(p clickhouse.PartitionReport) bool { return p.Partition == 0 })
		if diff := cmp.Diff(v.Partitions[i].Problems, []clickhouse.Problem{want}, cmpopts.IgnoreFields(clickhouse.Problem{}, "Detail")); diff != "" {
			t.Fatalf("wait %v: problems (-got, +want):\n%s", wait, diff)
		}
		if v.OK || v.Sound {
			t.Errorf("wait %v: verify is clean: %+v", wait, v)
		}
		if detail := v.Partitions[i].Problems[0].Detail; !strings.Contains(detail, "raise the stream's epoch") {
			t.Errorf("wait %v: it is not said what to do: %s", wait, detail)
		}
	}
	other := &app.OtherLogError{}
	if _, err := app.AwaitApplied(ctx, w.config, time.Hour, nil); !errors.As(err, &other) || other.Partition.ID != 0 {
		t.Errorf("who waits is told %v", err)
	}
}

// TestVerifyWhileRecordsArrive has records come and be inserted between the look at the log and the look at the tables:
// whether their range is there by then or not, they are no fault. A row at an offset that the log does not have yet is one.
func TestVerifyWhileRecordsArrive(t *testing.T) {
	for _, c := range []struct {
		name      string
		meanwhile func(t *testing.T, w *ingestWorld)
		want      []clickhouse.Problem
	}{
		{"applied", func(t *testing.T, w *ingestWorld) { w.apply(t, 5) }, nil},
		{"inserted", func(t *testing.T, w *ingestWorld) {
			w.produce(t, events("a2", 5)...)
			w.insert(t, 20, 24)
		}, []clickhouse.Problem{{Kind: clickhouse.ProblemUnapplied, First: 20, Last: 24}}},
		{"inserted, and more than there is", func(t *testing.T, w *ingestWorld) {
			w.produce(t, events("a2", 5)...)
			w.insert(t, 20, 25)
		}, []clickhouse.Problem{{Kind: clickhouse.ProblemStray, First: 25, Last: 25}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newIngestWorld(t)
			w.apply(t, 20)
			v, err := app.Verify(t.Context(), w.config, 0, func(int64, int64) { c.meanwhile(t, w) })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.Partitions[0].Problems, c.want, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(clickhouse.Problem{}, "Detail")); diff != "" {
				t.Errorf("problems (-got, +want):\n%s", diff)
			}
		})
	}
}

// apply produces records and has ingest apply them.
func (w *ingestWorld) apply(t *testing.T, records int) {
	t.Helper()
	w.produce(t, events("a1", records)...)
	p := w.start(t)
	w.settle(t)
	p.stop()
}

// insert makes rows of the partition without a range.
func (w *ingestWorld) insert(t *testing.T, first, last int) {
	t.Helper()
	for offset := first; offset <= last; offset++ {
		w.exec(t, "INSERT INTO events (stream, epoch, partition, offset) VALUES ('"+w.config.Streams[0].Name+"', 0, 0, "+strconv.Itoa(offset)+")")
	}
}

// recreate deletes the topic and makes it again.
func (w *ingestWorld) recreate(t *testing.T) {
	t.Helper()
	topic := w.config.Streams[0].Topic
	res, err := kadm.NewClient(w.client).DeleteTopics(t.Context(), topic)
	if err != nil || res.Error() != nil {
		t.Fatal(err, res.Error())
	}
	if err := app.EnsureTopics(t.Context(), w.config, quiet()); err != nil {
		t.Fatal(err)
	}
	w.client.PurgeTopicsFromClient(topic) // it knows the id of the old one
}

// spoil changes four bytes of a file behind two thirds of its length, which is where the records from cutAt on begin, also if
// the first batch became two.
func spoil(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte{1, 2, 3, 4}, info.Size()*cutAt/cutRecords+100); err != nil {
		t.Fatal(err)
	}
}
