package embedded_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// plainRecord is a record with a time and an offset in its batch.
func plainRecord(timeDelta, offsetDelta int64, value string) []byte {
	body := []byte{0}
	body = binary.AppendVarint(body, timeDelta)
	body = binary.AppendVarint(body, offsetDelta)
	body = append(body, 1) // no key
	body = append(binary.AppendVarint(body, int64(len(value))), value...)
	body = append(body, 0) // no headers
	return append(binary.AppendVarint(nil, int64(len(body))), body...)
}

// longRecord is a record whose numbers take more bytes than they need: a key, no value, and a header without one.
var longRecord = []byte{30, 0, 0x80, 0, 0x80, 0, 0x82, 0, 'k', 0x81, 0, 0x82, 0, 2, 'h', 1}

// Records that Kafka would not read: a length in more bytes than a number of 32 bits may take, and a header whose key is nothing.
var (
	sixBytes    = []byte{0x8c, 0x80, 0x80, 0x80, 0x80, 0, 0, 0, 0, 1, 1, 0}
	noHeaderKey = []byte{16, 0, 0, 0, 1, 1, 2, 1, 1}
)

// batchOf is a batch around records that is right in itself, whatever they are.
func batchOf(attributes int16, count int32, records []byte) []byte {
	batch := kmsg.RecordBatch{
		Length: int32(49 + len(records)), Magic: 2, Attributes: attributes, LastOffsetDelta: count - 1,
		FirstTimestamp: 7, MaxTimestamp: 8, ProducerID: -1, ProducerEpoch: -1, FirstSequence: -1,
		NumRecords: count, Records: records,
	}
	data := batch.AppendTo(nil)
	binary.BigEndian.PutUint32(data[17:], crc32.Checksum(data[21:], crc32.MakeTable(crc32.Castagnoli)))
	return data
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(data)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestMalformedBatchesAreRefused sends what a client library never would, to topics with the broker's times and without.
func TestMalformedBatchesAreRefused(t *testing.T) {
	for _, topic := range []embedded.Topic{appendTime, {Partitions: 1}} {
		t.Run(fmt.Sprint(topic.Configs), func(t *testing.T) { malformed(t, topic) })
	}
}

func malformed(t *testing.T, topic embedded.Topic) {
	good := plainRecord(math.MaxInt64, 0, "good")
	badCRC := batchOf(0, 1, good)
	badCRC[17] ^= 1
	longTime := append([]byte{14, 0}, bytes.Repeat([]byte{0xff}, 6)...)
	k := newKafka(t, embeddedtest.Broker(t))
	k.ensure(t, topic)
	for _, row := range []struct {
		name  string
		batch []byte
		want  error
	}{
		{"good", batchOf(0, 1, good), nil},
		{"good, says that its times are the broker's", batchOf(8, 1, good), nil},
		{"good, longer than it need be", batchOf(0, 1, longRecord), nil},
		{"good, gzip", batchOf(1, 1, gzipped(t, good)), nil},
		{"nothing", nil, kerr.CorruptMessage},
		{"header only", badCRC[:61], kerr.CorruptMessage},
		{"wrong checksum", badCRC, kerr.CorruptMessage},
		{"two batches", append(batchOf(0, 1, good), batchOf(0, 1, good)...), kerr.CorruptMessage},
		{"control", batchOf(0x20, 1, good), kerr.InvalidRecord},
		{"codec 7", batchOf(7, 1, good), kerr.CorruptMessage},
		{"no records", batchOf(0, 0, nil), kerr.InvalidRecord},
		{"fewer than no records", batchOf(0, -5, nil), kerr.InvalidRecord},
		{"fewer records than announced", batchOf(0, 1000, good), kerr.InvalidRecord},
		{"more records than announced", batchOf(0, 1, append(good[:len(good):len(good)], good...)), kerr.InvalidRecord},
		{"cut short", batchOf(0, 1, good[:len(good)-1]), kerr.InvalidRecord},
		{"time without end", batchOf(0, 1, longTime), kerr.InvalidRecord},
		{"value is longer than its record", batchOf(0, 1, []byte{12, 0, 0, 0, 1, 100, 0}), kerr.InvalidRecord},
		{"record is longer than what is in it", batchOf(0, 1, []byte{14, 0, 0, 0, 1, 1, 0, 0}), kerr.InvalidRecord},
		{"fewer than no headers", batchOf(0, 1, []byte{12, 0, 0, 0, 1, 1, 1}), kerr.InvalidRecord},
		{"offset beyond 32 bits", batchOf(0, 1, []byte{20, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x20, 1, 1, 0}), kerr.InvalidRecord},
		{"length of six bytes", batchOf(0, 1, sixBytes), kerr.InvalidRecord},
		{"header without a key", batchOf(0, 1, noHeaderKey), kerr.InvalidRecord},
		{"the same offset twice", batchOf(0, 2, append(plainRecord(0, 0, "a"), plainRecord(0, 0, "b")...)), kerr.InvalidRecord},
		{"offset far ahead", batchOf(0, 1, plainRecord(0, math.MaxInt32, "a")), kerr.InvalidRecord},
		{"empty record", batchOf(0, 1, []byte{0}), kerr.InvalidRecord},
		{"not gzip", batchOf(1, 1, good), kerr.InvalidRecord},
		{"not snappy", batchOf(2, 1, good), kerr.InvalidRecord},
		{"not lz4", batchOf(3, 1, good), kerr.InvalidRecord},
		{"not zstd", batchOf(4, 1, good), kerr.InvalidRecord},
		{"unpacks to too much", batchOf(1, 1, gzipped(t, make([]byte, embedded.MaxOpenBatch+1))), kerr.InvalidRecord},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := produceRaw(t, k, row.batch); !errors.Is(got, row.want) {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
	from := time.Now().Add(-time.Minute)
	k.produce(t, 0, "last")
	got, to := readAll(t, k.addr, k.topic, "last"), time.Now()
	if len(topic.Configs) == 0 { // their times are their producers'
		for i := range got {
			got[i].at = to
		}
	}
	checkAppendTimes(t, got, []string{"good", "good", "", "good", "last"}, from, to)
}

// produceRaw sends bytes as a batch and returns the broker's verdict.
func produceRaw(t *testing.T, k kafkaUnderTest, batch []byte) error {
	t.Helper()
	request := kmsg.NewPtrProduceRequest()
	request.Version, request.Acks, request.TimeoutMillis = 9, -1, 1000
	request.Topics = []kmsg.ProduceRequestTopic{{
		Topic: k.topic, Partitions: []kmsg.ProduceRequestTopicPartition{{Partition: 0, Records: batch}},
	}}
	client := franz(t, k.addr)
	response, err := client.Broker(0).RetriableRequest(t.Context(), pinned{request})
	if err != nil {
		t.Fatal(err)
	}
	return kerr.ErrorForCode(response.(*kmsg.ProduceResponse).Topics[0].Partitions[0].ErrorCode)
}

// pinned keeps the version of a produce request: since 13 it names topics by an id.
type pinned struct{ *kmsg.ProduceRequest }

// MaxVersion implements kmsg.Request.
func (p pinned) MaxVersion() int16 { return p.Version }

// FuzzStamp stamps anything a producer may send. It never panics; what it accepts has new times and nothing else new.
func FuzzStamp(f *testing.F) {
	two := append(plainRecord(-5, 0, "a"), plainRecord(math.MinInt64, 1, "b")...)
	f.Add(longRecord, int32(1), int16(0))
	f.Add(sixBytes, int32(1), int16(0))
	f.Add(noHeaderKey, int32(1), int16(0))
	f.Add(two, int32(2), int16(0))
	f.Add(gzipped(f, two), int32(2), int16(1))
	f.Add(two, int32(2), int16(2))
	f.Add([]byte{0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9}, int32(1), int16(2))
	f.Add([]byte{0x04, 0x22, 0x4d, 0x18, 0x44, 0x50, 0x5d}, int32(1), int16(3))
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x00}, int32(1), int16(4))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, int32(math.MaxInt32), int16(8))
	stamp, err := embedded.Stamp()
	if err != nil {
		f.Fatal(err)
	}
	now := time.UnixMilli(1_700_000_000_123)
	f.Fuzz(func(t *testing.T, records []byte, count int32, attributes int16) {
		_, _ = stamp(bytes.Clone(records), now) // as a whole batch
		for _, now := range []time.Time{now, {}} {
			checkStamp(t, stamp, batchOf(attributes, count, records), now)
		}
	})
}

// checkStamp stamps a batch, or has it keep its times where now is zero.
func checkStamp(t *testing.T, stamp func([]byte, time.Time) ([]byte, error), batch []byte, now time.Time) {
	t.Helper()
	out, err := stamp(bytes.Clone(batch), now)
	attributes := binary.BigEndian.Uint16(batch[21:])
	if err != nil || attributes&0x20 != 0 || attributes&7 > 4 {
		return
	}
	var was, is kmsg.RecordBatch
	if err := errors.Join(was.ReadFrom(batch), is.ReadFrom(out)); err != nil {
		t.Fatal(err)
	}
	first, last := was.FirstTimestamp, was.MaxTimestamp
	if !now.IsZero() {
		first, last = now.UnixMilli(), now.UnixMilli()
	}
	if is.FirstTimestamp != first || is.MaxTimestamp != last || int(is.Length) != len(out)-12 ||
		uint32(is.CRC) != crc32.Checksum(out[21:], crc32.MakeTable(crc32.Castagnoli)) {
		t.Errorf("header: %+v", is)
	}
	open, codec := kgo.DefaultDecompressor(), kgo.CompressionCodecType(attributes&7)
	before, err1 := open.Decompress(was.Records, codec)
	after, err2 := open.Decompress(is.Records, codec)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	checkRecords(t, before, after, was.NumRecords, now.IsZero())
}

// checkRecords walks two sets of records side by side, of which the later have the same times or none. They must be as short
// as they can be, or the broker cannot compact them.
func checkRecords(t *testing.T, before, after []byte, count int32, sameTimes bool) {
	t.Helper()
	for range count {
		var was, is kmsg.Record
		before, _ = nextRecord(t, before, &was)
		var raw []byte
		after, raw = nextRecord(t, after, &is)
		if again := is.AppendTo(nil); !bytes.Equal(again, raw) {
			t.Fatalf("record: got % x, which is % x if it is encoded anew", raw, again)
		}
		was.Length = is.Length
		if !sameTimes {
			was.TimestampDelta, was.TimestampDelta64 = 0, 0
		}
		if diff := cmp.Diff(is, was); diff != "" {
			t.Fatalf("record (-got, +want):\n%s", diff)
		}
	}
	if len(before)+len(after) > 0 {
		t.Fatalf("%d bytes remain, %d bytes of what was produced", len(after), len(before))
	}
}

// nextRecord reads a record, and returns what follows it and what it was read from.
func nextRecord(t *testing.T, records []byte, into *kmsg.Record) (rest, raw []byte) {
	t.Helper()
	size, n := binary.Varint(records)
	raw, rest = records[:n+int(size)], records[n+int(size):]
	if err := into.ReadFrom(raw); err != nil {
		t.Fatal(err)
	}
	return rest, raw
}
