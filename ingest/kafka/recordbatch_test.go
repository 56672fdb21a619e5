package kafka_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

const testLimit = 1 << 20

// read returns "offset=value" of every record, the position at the end, and the error.
func read(data []byte, start int64, aborted ...kafka.AbortedTransaction) (out []string, position int64, err error) {
	var s kafka.RecordSet
	var r kafka.Record
	s.Reset(data, start, aborted, testLimit)
	for s.Next(&r) {
		out = append(out, fmt.Sprintf("%d=%s", r.Offset, r.Value))
	}
	return out, s.Position(), s.Err()
}

func TestRecordSet(t *testing.T) {
	t.Parallel()
	compacted := plain(10).with(func(b *testBatch) {
		b.records, b.lastDelta = []testRecord{{delta: 2, value: "c"}, {delta: 7, value: "h"}}, 9
	})
	emptied := plain(5).with(func(b *testBatch) { b.lastDelta = 4 })
	aborted := func(producer, first int64) kafka.AbortedTransaction {
		return kafka.AbortedTransaction{Producer: producer, First: first}
	}
	tx := func(base, producer int64, values ...string) testBatch {
		return plain(base, values...).with(func(b *testBatch) { b.producer, b.attributes = producer, transactional })
	}
	for _, c := range []struct {
		name     string
		data     []byte
		start    int64
		aborted  []kafka.AbortedTransaction
		want     []string
		position int64
	}{
		{name: "nothing", start: 4, position: 4},
		{name: "two batches", data: set(t, plain(0, "a", "b"), plain(2, "c")), want: []string{"0=a", "1=b", "2=c"}, position: 3},
		{name: "from the middle", data: set(t, plain(0, "a", "b", "c")), start: 1, want: []string{"1=b", "2=c"}, position: 3},
		{name: "a whole batch before", data: set(t, plain(0, "a"), plain(1, "b")), start: 1, want: []string{"1=b"}, position: 2},
		{name: "partial trailing batch", data: append(set(t, plain(0, "a")), set(t, plain(1, "b"))[:65]...), want: []string{"0=a"}, position: 1},
		{name: "partial trailing header", data: append(set(t, plain(0, "a")), 0, 0, 0), want: []string{"0=a"}, position: 1},
		{name: "compacted", data: set(t, compacted), start: 10, want: []string{"12=c", "17=h"}, position: 20},
		{name: "compacted from after its last record", data: set(t, compacted), start: 18, position: 20},
		{name: "emptied by compaction", data: set(t, emptied), start: 5, position: 10},
		{name: "control batch", data: set(t, tx(0, 7, "a"), marker(1, 7, 1)), want: []string{"0=a"}, position: 2},
		{name: "aborted", data: set(t, tx(0, 7, "a"), plain(1, "b"), marker(2, 7, 0)), aborted: []kafka.AbortedTransaction{aborted(7, 0)}, want: []string{"1=b"}, position: 3},
		{
			name: "aborted, then committed by the same producer",
			data: set(t, tx(0, 7, "a"), marker(1, 7, 0), tx(2, 7, "b"), marker(3, 7, 1)), aborted: []kafka.AbortedTransaction{aborted(7, 0)},
			want: []string{"2=b"}, position: 4,
		},
		{
			name: "committed, then aborted by the same producer",
			data: set(t, tx(0, 7, "a"), marker(1, 7, 1), tx(2, 7, "b"), marker(3, 7, 0)), aborted: []kafka.AbortedTransaction{aborted(7, 2)},
			want: []string{"0=a"}, position: 4,
		},
		{
			name: "commit of another producer does not end an abort",
			data: set(t, tx(0, 7, "a"), tx(1, 8, "b"), marker(2, 8, 1), tx(3, 7, "c"), marker(4, 7, 0)), aborted: []kafka.AbortedTransaction{aborted(7, 0)},
			want: []string{"1=b"}, position: 5,
		},
		{
			name: "unsorted list of aborted",
			data: set(t, tx(0, 7, "a"), marker(1, 7, 0), tx(2, 8, "b"), marker(3, 8, 0), tx(4, 9, "c")), aborted: []kafka.AbortedTransaction{aborted(8, 2), aborted(7, 0)},
			want: []string{"4=c"}, position: 5,
		},
		{name: "idempotent producer without a transaction", data: set(t, plain(0, "a").with(func(b *testBatch) { b.producer = 7 })), aborted: []kafka.AbortedTransaction{aborted(7, 0)}, want: []string{"0=a"}, position: 1},
		{name: "begun before the fetch", data: set(t, tx(5, 7, "a"), marker(6, 7, 0)), start: 5, aborted: []kafka.AbortedTransaction{aborted(7, 1)}, position: 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, position, err := read(c.data, c.start, c.aborted...)
			if diff := cmp.Diff(got, c.want); diff != "" || err != nil {
				t.Errorf("err %v, records (-got, +want):\n%s", err, diff)
			}
			if position != c.position {
				t.Errorf("position %d, want %d", position, c.position)
			}
		})
	}
}

func TestRecordSetRefuses(t *testing.T) {
	t.Parallel()
	flip := func(raw []byte, at int) []byte { raw[at] ^= 1; return raw }
	put32 := func(raw []byte, at int, v uint32) []byte {
		binary.BigEndian.PutUint32(raw[at:], v)
		return sign(raw)
	}
	one := func() []byte { return set(t, plain(3, "abc")) }
	bomb := func(codec int16) []byte {
		return set(t, plain(3, strings.Repeat("a", testLimit)).with(func(b *testBatch) { b.attributes = codec }))
	}
	raw := func(codec int16, payload []byte) []byte {
		return set(t, plain(3).with(func(b *testBatch) { b.attributes, b.payload, b.count, b.lastDelta = codec, payload, 1, 0 }))
	}
	twoZstdFrames := func() []byte {
		enc, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		frame := enc.EncodeAll(make([]byte, testLimit*2/3), nil)
		return append(frame, frame...)
	}
	for _, c := range []struct {
		name   string
		data   []byte
		want   error
		offset int64
	}{
		{"flipped bit in a value", flip(one(), len(one())-2), kafka.ErrCorrupt, 3},
		{"flipped bit in the CRC", flip(one(), 17), kafka.ErrCorrupt, 3},
		{"magic 0", put32(one(), 13, 0), kafka.ErrOldFormat, 3},
		{"magic 1", put32(one(), 13, 1), kafka.ErrOldFormat, 3},
		{"magic 3", put32(one(), 13, 3), kafka.ErrCorrupt, 3},
		{"negative length", put32(one(), 8, 1<<31), kafka.ErrCorrupt, 3},
		{"length within the header", put32(one(), 8, 48), kafka.ErrCorrupt, 3},
		{"negative last delta", put32(one(), 23, 1<<31), kafka.ErrCorrupt, 3},
		{"negative count", put32(one(), 57, 1<<31), kafka.ErrCorrupt, 3},
		{"count too high", put32(one(), 57, 2), kafka.ErrCorrupt, 3},
		{"count too low", put32(one(), 57, 0), kafka.ErrCorrupt, 3},
		{"last delta before the record", set(t, plain(3, "a", "b").with(func(b *testBatch) { b.lastDelta = 0 })), kafka.ErrCorrupt, 3},
		{"offsets not rising", set(t, plain(3, "a", "b").with(func(b *testBatch) { b.records[1].delta, b.lastDelta = 0, 9 })), kafka.ErrCorrupt, 3},
		{"offset beyond 63 bits", set(t, plain(math.MaxInt64, "a")), kafka.ErrCorrupt, math.MaxInt64},
		{"batches not rising", set(t, plain(3, "a"), plain(3, "b")), kafka.ErrCorrupt, 3},
		{"only a partial batch", one()[:60], kafka.ErrCorrupt, 0},
		{"unknown codec", set(t, plain(3, "a").with(func(b *testBatch) { b.attributes = 6 })), kafka.ErrCorrupt, 3},
		{"gzip that is none", raw(1, []byte("nonsense")), kafka.ErrCorrupt, 3},
		{"snappy that is none", raw(2, []byte("nonsense")), kafka.ErrCorrupt, 3},
		{"snappy claiming 4 GiB", raw(2, []byte{0xff, 0xff, 0xff, 0xff, 0x0f, 0}), kafka.ErrTooLarge, 3},
		{"lz4 that is none", raw(3, []byte("nonsense")), kafka.ErrCorrupt, 3},
		{"zstd that is none", raw(4, []byte("nonsense")), kafka.ErrCorrupt, 3},
		{"gzip bomb", bomb(1), kafka.ErrTooLarge, 3},
		{"snappy bomb", bomb(2), kafka.ErrTooLarge, 3},
		{"lz4 bomb", bomb(3), kafka.ErrTooLarge, 3},
		{"zstd bomb", bomb(4), kafka.ErrTooLarge, 3},
		{"zstd bomb in two frames", raw(4, twoZstdFrames()), kafka.ErrTooLarge, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := read(c.data, 0)
			var batch *kafka.BatchError
			if !errors.Is(err, c.want) || !errors.As(err, &batch) {
				t.Fatalf("err = %v, want a BatchError with %v", err, c.want)
			}
			if batch.Offset != c.offset {
				t.Errorf("offset %d, want %d", batch.Offset, c.offset)
			}
			if class := kafka.ClassOf(err); class != kafka.ClassCorrupt {
				t.Errorf("class %v, want corrupt", class)
			}
		})
	}
}

// TestRecordSetKeepsWhatIsGood: what comes before a corrupt batch is delivered, and the position stays before it.
func TestRecordSetKeepsWhatIsGood(t *testing.T) {
	t.Parallel()
	bad := set(t, plain(1, "b"))
	bad[len(bad)-1] ^= 1
	got, position, err := read(append(set(t, plain(0, "a")), bad...), 0)
	if diff := cmp.Diff(got, []string{"0=a"}); diff != "" || position != 1 || !errors.Is(err, kafka.ErrCorrupt) {
		t.Errorf("position %d, err %v, records (-got, +want):\n%s", position, err, diff)
	}
}

func TestRecordFields(t *testing.T) {
	t.Parallel()
	headers := []kmsg.Header{{Key: "a", Value: []byte("1")}, {Key: "a", Value: []byte("2")}, {Key: "empty", Value: []byte{}}}
	batch := plain(0, "v").with(func(b *testBatch) {
		b.baseTime, b.maxTime = 1000, 5000
		b.records[0].time, b.records[0].headers = -3, headers
	})
	for _, c := range []struct {
		name  string
		attrs int16
		time  int64
	}{{"create time", 0, 997}, {"log append time", logAppend, 5000}} {
		t.Run(c.name, func(t *testing.T) {
			var s kafka.RecordSet
			var r kafka.Record
			s.Reset(set(t, batch.with(func(b *testBatch) { b.attributes = c.attrs })), 0, nil, testLimit)
			if !s.Next(&r) {
				t.Fatal(s.Err())
			}
			if r.AppendTime != c.time || r.LogAppend != (c.attrs == logAppend) {
				t.Errorf("time %d, log append %v", r.AppendTime, r.LogAppend)
			}
			var got []kmsg.Header
			for k, v := range r.Headers() {
				got = append(got, kmsg.Header{Key: string(k), Value: v})
			}
			if diff := cmp.Diff(got, headers); diff != "" {
				t.Errorf("headers (-got, +want):\n%s", diff)
			}
			if _, ok := r.Header("b"); ok {
				t.Error("a header that is not there was found")
			}
		})
	}
}

const benchRecords = 8 * 500

func benchSet(t testing.TB, codec int16) []byte {
	var batches []testBatch
	for i := range 8 {
		var values []string
		for j := range 500 {
			values = append(values, strings.Repeat(fmt.Sprint(i, j, " "), 80)[:230])
		}
		batches = append(batches, plain(int64(i)*500, values...).with(func(b *testBatch) { b.attributes = codec }))
	}
	return set(t, batches...)
}

func BenchmarkRecordSet(b *testing.B) {
	for codec, name := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		b.Run(name, func(b *testing.B) {
			data := benchSet(b, int16(codec))
			var s kafka.RecordSet
			var r kafka.Record
			b.ReportAllocs()
			b.SetBytes(benchRecords * 240)
			for b.Loop() {
				n := 0
				for s.Reset(data, 0, nil, testLimit); s.Next(&r); n++ {
				}
				if n != benchRecords || s.Err() != nil {
					b.Fatal(n, s.Err())
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRecords, "ns/record")
		})
	}
}

// FuzzRecordSet: any bytes end in records or an error; offsets rise and stay before the position. Half of the inputs
// get valid CRCs, so that the fuzzer reaches what is behind them.
func FuzzRecordSet(f *testing.F) {
	for codec := range int16(5) {
		f.Add(set(f, plain(3, "abc", "defg").with(func(b *testBatch) { b.attributes = codec })), int64(0), true)
	}
	f.Add(set(f, plain(0, "a").with(func(b *testBatch) { b.producer, b.attributes = 1, transactional }), marker(1, 1, 0)), int64(0), true)
	f.Add(set(f, plain(0, "a", "b"), plain(2, "c"))[:100], int64(1), false)
	f.Add(set(f, plain(0, "a").with(func(b *testBatch) { b.records[0].headers = []kmsg.Header{{Key: "k", Value: []byte("v")}} })), int64(0), true)
	f.Fuzz(func(t *testing.T, data []byte, start int64, signed bool) {
		if start < 0 {
			return
		}
		if signed {
			signAll(data)
		}
		const limit = 1 << 16
		var s kafka.RecordSet
		var r kafka.Record
		s.Reset(data, start, []kafka.AbortedTransaction{{Producer: 1, First: 0}}, limit)
		last, total := start-1, 0
		for s.Next(&r) {
			if r.Offset <= last || r.Offset >= s.Position() {
				t.Fatalf("offset %d after %d, position %d", r.Offset, last, s.Position())
			}
			last = r.Offset
			for range r.Headers() {
			}
			if len(r.Key)+len(r.Value) > max(limit, len(data)) {
				t.Fatalf("a record of %d bytes", len(r.Key)+len(r.Value))
			}
			if total++; total > 10*limit+len(data) {
				t.Fatal("more records than bytes")
			}
		}
		if s.Position() < start || s.Err() == nil && len(data) > 0 && s.Position() == start {
			t.Fatalf("no progress at %d, position %d", start, s.Position())
		}
		if s.Next(&r) {
			t.Fatal("a record after the end")
		}
	})
}

// signAll puts the right CRC into every batch that is complete.
func signAll(data []byte) {
	for len(data) > 61 {
		size := 12 + int64(int32(binary.BigEndian.Uint32(data[8:])))
		if size < 61 || size > int64(len(data)) {
			return
		}
		sign(data[:size])
		data = data[size:]
	}
}
