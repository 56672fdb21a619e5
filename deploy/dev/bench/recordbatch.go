package main

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// recordBatch is a record batch of Kafka that is being written. Its memory is used again for the next one.
type recordBatch struct {
	encoded []byte // room for the header, and the records
	events  int
	head    []byte
	packed  bytes.Buffer
	sealed  []byte // if it is compressed
}

// Of the header: how long it is, how much of it its own length leaves out, and where the checksum and what it covers begin.
const (
	headBytes   = 61
	afterLength = 12
	checksumAt  = 17
	checkedFrom = 21
)

// fullBatch is how large the batches of a busy producer become.
const fullBatch = 256 << 10

func (b *recordBatch) full() bool { return len(b.encoded) >= fullBatch }

// add appends an event with its number. Times of records are left at that of the batch: the broker sets its own.
func (b *recordBatch) add(p *pooled, number int) {
	if b.events == 0 {
		b.encoded = append(b.encoded[:0], make([]byte, headBytes)...)
	}
	var front, middle [2 * binary.MaxVarintLen64]byte
	before := append(front[:0], 0, 0) // attributes, and milliseconds since the batch
	before = binary.AppendVarint(before, int64(b.events))
	before = binary.AppendVarint(before, int64(len(p.key)))
	value := len(p.head) + numberDigits + len(p.tail)
	between := binary.AppendVarint(middle[:0], int64(value))
	dst := binary.AppendVarint(b.encoded, int64(len(before)+len(p.key)+len(between)+value+1))
	dst = append(append(dst, before...), p.key...)
	dst = append(append(dst, between...), p.head...)
	dst = append(appendNumber(dst, number), p.tail...)
	b.encoded = append(dst, 0) // no headers
	b.events++
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal returns the batch as it is sent, and empties it. The bytes are valid until the next event is added.
func (b *recordBatch) seal(at time.Time, compressor kgo.Compressor) []byte {
	set, codec := b.encoded, kgo.CodecNone
	if compressor != nil {
		b.packed.Reset()
		var packed []byte
		packed, codec = compressor.Compress(&b.packed, b.encoded[headBytes:])
		b.sealed = append(append(b.sealed[:0], b.encoded[:headBytes]...), packed...)
		set = b.sealed
	}
	head := kmsg.RecordBatch{
		Length: int32(len(set) - afterLength), PartitionLeaderEpoch: -1, Magic: 2, Attributes: int16(codec), LastOffsetDelta: int32(b.events - 1),
		FirstTimestamp: at.UnixMilli(), MaxTimestamp: at.UnixMilli(), ProducerID: -1, ProducerEpoch: -1, FirstSequence: -1,
		NumRecords: int32(b.events),
	}
	b.head = head.AppendTo(b.head[:0])
	copy(set, b.head)
	binary.BigEndian.PutUint32(set[checksumAt:], crc32.Checksum(set[checkedFrom:], castagnoli))
	b.events = 0
	return set
}
