package kafka_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/segmentio/kafka-go/compress"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Attributes of a batch.
const (
	logAppend     = 0x08
	transactional = 0x10
	control       = 0x20
)

// testBatch is a record batch to encode; zero fields get valid values.
type testBatch struct {
	base       int64
	lastDelta  int32 // -1: that of the last record
	attributes int16 // with the codec
	producer   int64
	baseTime   int64
	maxTime    int64
	records    []testRecord
	count      int32  // -1: that of the records
	payload    []byte // instead of the records
}

type testRecord struct {
	delta      int32
	time       int64
	key, value string
	headers    []kmsg.Header
}

func plain(base int64, values ...string) testBatch {
	b := testBatch{base: base, lastDelta: -1, count: -1, producer: -1}
	for i, v := range values {
		b.records = append(b.records, testRecord{delta: int32(i), time: int64(i), key: "k", value: v})
	}
	return b
}

// with changes a copy.
func (b testBatch) with(change func(*testBatch)) testBatch {
	change(&b)
	return b
}

// marker is the control batch that ends a transaction: 0 abort, 1 commit.
func marker(base, producer int64, kind int16) testBatch {
	b := testBatch{base: base, lastDelta: -1, count: -1, producer: producer, attributes: control | transactional}
	b.records = []testRecord{{key: string(binary.BigEndian.AppendUint16([]byte{0, 0}, uint16(kind))), value: "\x00\x00\x00\x00\x00\x00"}}
	return b
}

func (r testRecord) append(b []byte) []byte {
	record := kmsg.Record{OffsetDelta: r.delta, TimestampDelta64: r.time, Key: []byte(r.key), Value: []byte(r.value), Headers: r.headers}
	body := record.AppendTo(nil)[1:] // without its own length, one byte for 0
	return append(binary.AppendVarint(b, int64(len(body))), body...)
}

func (b testBatch) encode(t testing.TB) []byte {
	t.Helper()
	payload := b.payload
	if payload == nil {
		for _, r := range b.records {
			payload = r.append(payload)
		}
		payload = pack(t, b.attributes&7, payload)
	}
	if n := len(b.records); b.lastDelta < 0 && n > 0 {
		b.lastDelta = b.records[n-1].delta
	}
	if b.count < 0 {
		b.count = int32(len(b.records))
	}
	batch := kmsg.RecordBatch{
		FirstOffset: b.base, Length: int32(49 + len(payload)), Magic: 2, Attributes: b.attributes,
		LastOffsetDelta: b.lastDelta, FirstTimestamp: b.baseTime, MaxTimestamp: b.maxTime,
		ProducerID: b.producer, ProducerEpoch: 0, FirstSequence: -1, NumRecords: b.count, Records: payload,
	}
	return sign(batch.AppendTo(nil))
}

// sign puts the right CRC into an encoded batch.
func sign(raw []byte) []byte {
	binary.BigEndian.PutUint32(raw[17:], crc32.Checksum(raw[21:], crc32.MakeTable(crc32.Castagnoli)))
	return raw
}

func pack(t testing.TB, codec int16, payload []byte) []byte {
	t.Helper()
	if codec == 0 || int(codec) >= len(compress.Codecs) {
		return payload
	}
	var out bytes.Buffer
	w := compress.Codecs[codec].NewWriter(&out)
	if _, err := w.Write(payload); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func set(t testing.TB, batches ...testBatch) (out []byte) {
	t.Helper()
	for _, b := range batches {
		out = append(out, b.encode(t)...)
	}
	return out
}
