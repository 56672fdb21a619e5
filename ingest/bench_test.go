package ingest

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// feedRecords is how many records a fetch of the benchmark brings: as many as 4 MB hold.
const feedRecords = 16_000

// feed is a log that brings the same records again and again, each time at the offset that is asked for.
type feed struct {
	Log
	set []byte
	got kafka.Fetched
}

func newFeed(appended time.Time, records int) *feed {
	var payload []byte
	for i := range records {
		subject := fmt.Sprintf("conversation-%05d", i/3)
		value := fmt.Sprintf(`{"specversion":"1.0","id":"e%d","source":"pbx","type":"call.ended","subject":%q,"time":%q,"data":{"direction":"inbound","outcome":"answered","agent":"agent-%d","team":"team-%d","queue":"main","talk_ms":%d}}`,
			i, subject, appended.Add(-time.Duration(i)*time.Second).Format(time.RFC3339), i%500, i%20, 1000+i)
		record := kmsg.Record{OffsetDelta: int32(i), Key: []byte(subject), Value: []byte(value)}
		body := record.AppendTo(nil)[1:] // without its own length, one byte for 0
		payload = append(binary.AppendVarint(payload, int64(len(body))), body...)
	}
	const logAppend = 0x08
	batch := kmsg.RecordBatch{
		Length: int32(49 + len(payload)), Magic: 2, Attributes: logAppend, LastOffsetDelta: int32(records - 1), MaxTimestamp: appended.UnixMilli(),
		ProducerID: -1, FirstSequence: -1, NumRecords: int32(records), Records: payload,
	}
	set := batch.AppendTo(nil)
	binary.BigEndian.PutUint32(set[17:], crc32.Checksum(set[21:], crc32.MakeTable(crc32.Castagnoli)))
	return &feed{set: set}
}

// FetchWithin implements Log.
func (f *feed) FetchWithin(_ context.Context, offset int64, _ time.Duration, _ int) (*kafka.Fetched, error) {
	binary.BigEndian.PutUint64(f.set, uint64(offset)) // the checksum is of what follows
	f.got.End = offset + 1_000_000
	f.got.Bytes = len(f.set)
	f.got.Reset(f.set, offset, nil, len(f.set))
	return &f.got, nil
}

// newFeeding returns a stage, and as many workers of it as there are feeds.
func newFeeding(t testing.TB, cfg Config, feeds ...*feed) (*Ingest, []*worker) {
	t.Helper()
	stream := event.Stream{Name: "s", Topic: "s", Company: "express", Zone: "Asia/Shanghai", Forward: time.Minute, MaxBytes: event.DefaultMaxBytes}
	in, err := New(cfg, Deps{Streams: []event.Stream{stream}, Log: slog.New(slog.DiscardHandler), Registry: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	var out []*worker
	for i, f := range feeds {
		p := event.Partition{Stream: "s", ID: int32(i)}
		out = append(out, &worker{in: in, log: f, stream: stream, partition: p, logger: in.deps.Log, state: in.health.open(p)})
	}
	return in, out
}

// feedTime is when the records of feeds were appended.
var feedTime = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// newLoop returns the first stage of a worker over a feed, and what it hands on.
func newLoop(t testing.TB) (*collector, chan *batch) {
	t.Helper()
	_, workers := newFeeding(t, DefaultConfig(), newFeed(feedTime, feedRecords))
	sealed := make(chan *batch)
	done := make(chan struct{})
	go func() { // the second stage
		defer close(done)
		for b := range sealed {
			if b.Rows.Len() == 0 || len(b.Rejected) > 0 {
				t.Errorf("a batch of %d rows and %d rejections", b.Rows.Len(), len(b.Rejected))
			}
			b.release()
		}
	}()
	t.Cleanup(func() { close(sealed); <-done })
	return newCollector(workers[0], 0), sealed
}

// BenchmarkWorkerLoop takes records through the first stage of a worker: record batches, decoding, columns, batches.
func BenchmarkWorkerLoop(b *testing.B) {
	c, sealed := newLoop(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(c.w.log.(*feed).set)))
	for b.Loop() {
		if err := c.round(b.Context(), sealed); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/feedRecords, "ns/record")
}

// An event must not cost an allocation on its way from a record to its column.
func TestWorkerLoopAllocates(t *testing.T) {
	c, sealed := newLoop(t)
	round := func() {
		if err := c.round(t.Context(), sealed); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 { // until the columns have been filled once
		round()
	}
	if each := testing.AllocsPerRun(20, round) / feedRecords; each > 0.02 {
		t.Errorf("%.3f allocations a record, want at most 0.02", each)
	}
}
