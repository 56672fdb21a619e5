package kafka

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
)

// Where the fields of a record batch (message format 2) are, in bytes.
const (
	atLength    = 8  // int32: bytes after this field
	atMagic     = 16 // int8: in the same place in formats 0 and 1
	atCRC       = 17 // uint32: CRC-32C of everything after it
	atAttribute = 21 // int16
	atLastDelta = 23 // int32
	atBaseTime  = 27 // int64
	atMaxTime   = 35 // int64
	atProducer  = 43 // int64; then epoch int16, base sequence int32
	atCount     = 57 // int32
	atRecords   = 61
)

// The bits of a batch's attributes.
const (
	bitsCodec        = 0x07
	bitLogAppend     = 0x08
	bitTransactional = 0x10
	bitControl       = 0x20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// What can be wrong with a batch.
var (
	errCRC      = errors.New("the CRC does not match")
	errHeader   = errors.New("a field of the header is out of range")
	errOrder    = errors.New("the batch does not follow the one before")
	errCount    = errors.New("bytes remain after the last record")
	errProgress = errors.New("nothing at or after the offset wanted")
)

// batch is the header of one record batch and its bytes.
type batch struct {
	base, last        int64 // the offsets it spans, both included
	attributes        int16
	baseTime, maxTime int64 // milliseconds
	producer          int64
	count             int
	payload           []byte // the records, perhaps compressed
}

func (b *batch) control() bool       { return b.attributes&bitControl != 0 }
func (b *batch) transactional() bool { return b.attributes&bitTransactional != 0 }
func (b *batch) logAppend() bool     { return b.attributes&bitLogAppend != 0 }
func (b *batch) codec() int          { return int(b.attributes & bitsCodec) }

// splitBatch takes the first batch from data. Without an error, ok is false if
// data ends within the batch: the broker cuts its answers at a byte limit.
func splitBatch(data []byte) (b batch, rest []byte, ok bool, err error) {
	if len(data) <= atMagic {
		return b, nil, false, nil
	}
	base, length := int64(binary.BigEndian.Uint64(data)), int32(binary.BigEndian.Uint32(data[atLength:]))
	switch magic := data[atMagic]; {
	case magic < 2:
		return b, nil, false, &BatchError{Offset: base, Err: ErrOldFormat}
	case magic > 2, length < atRecords-atMagic+4, base < 0:
		return b, nil, false, corrupt(base, errHeader)
	}
	size := atLength + 4 + int64(length)
	if size > int64(len(data)) {
		return b, nil, false, nil
	}
	data, rest = data[:size], data[size:]
	if crc32.Checksum(data[atAttribute:], castagnoli) != binary.BigEndian.Uint32(data[atCRC:]) {
		return b, nil, false, corrupt(base, errCRC)
	}
	lastDelta, count := int32(binary.BigEndian.Uint32(data[atLastDelta:])), int32(binary.BigEndian.Uint32(data[atCount:]))
	if lastDelta < 0 || count < 0 || base > math.MaxInt64-int64(lastDelta)-1 {
		return b, nil, false, corrupt(base, errHeader)
	}
	return batch{
		base:       base,
		last:       base + int64(lastDelta),
		attributes: int16(binary.BigEndian.Uint16(data[atAttribute:])),
		baseTime:   int64(binary.BigEndian.Uint64(data[atBaseTime:])),
		maxTime:    int64(binary.BigEndian.Uint64(data[atMaxTime:])),
		producer:   int64(binary.BigEndian.Uint64(data[atProducer:])),
		count:      int(count),
		payload:    data[atRecords:],
	}, rest, true, nil
}

func corrupt(offset int64, reason error) error {
	return &BatchError{Offset: offset, Err: fmt.Errorf("%w: %w", ErrCorrupt, reason)}
}

// AbortedTransaction is an entry of the broker's list: the data batches of that
// producer, from that offset to its next abort marker, were never committed.
type AbortedTransaction struct {
	// Producer is the producer's id.
	Producer int64
	// First is the offset of the transaction's first record.
	First int64
}

// RecordSet reads the record batches of one fetch in place. Control batches
// (transaction markers), aborted records and records before the wanted offset
// are passed over. The zero value is empty; Reset fills it. It is for one
// goroutine.
type RecordSet struct {
	data     []byte // batches not yet opened
	position int64
	start    int64 // the offset wanted
	previous int64 // last offset of the batch before; -1 at first
	given    bool  // there was data, so there must be progress
	err      error

	current batch
	records []byte // of current, those not yet read
	left    int    // how many those are
	floor   int64  // offset delta of the record before; -1 at first

	pending []AbortedTransaction // not yet reached, by first offset
	aborted []int64              // producers within an aborted transaction

	decompressor decompressor
}

// Reset starts reading data, the record set of a fetch at offset start.
// The buffer and aborted, which is sorted in place, stay in use until the next Reset.
// A batch of more than maxBatch bytes after decompression is ErrTooLarge.
func (s *RecordSet) Reset(data []byte, start int64, aborted []AbortedTransaction, maxBatch int) {
	slices.SortFunc(aborted, func(a, b AbortedTransaction) int {
		return compareOffsets(a.First, b.First)
	})
	d := s.decompressor
	d.limit = maxBatch
	*s = RecordSet{
		data: data, position: start, start: start, previous: -1, given: len(data) > 0,
		pending: aborted, aborted: s.aborted[:0], decompressor: d,
	}
}

func compareOffsets(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Next reads the next record into r. It returns false at the end and on an
// error: see Err.
func (s *RecordSet) Next(r *Record) bool {
	for {
		if s.left == 0 {
			if !s.nextBatch() {
				return false
			}
			continue
		}
		if !s.nextRecord(r) {
			return false
		}
		if r.Offset >= s.position {
			s.position = r.Offset + 1
			return true
		}
	}
}

// Err returns what ended the reading, nil at the regular end. It is a
// *BatchError; everything before Position is still good.
func (s *RecordSet) Err() error { return s.err }

// Position is the offset after everything passed so far, and at the end the
// offset to fetch next. Of the offsets before it, those that Next did not yield
// hold no record for us: they are markers, aborted, or compacted away.
func (s *RecordSet) Position() int64 { return s.position }

// nextRecord decodes the next record of the current batch.
func (s *RecordSet) nextRecord(r *Record) bool {
	rest, err := decodeRecord(s.records, r)
	if err == nil && (r.Offset <= s.floor || r.Offset > s.current.last-s.current.base) {
		err = errDelta
	}
	if err != nil {
		return s.fail(corrupt(s.current.base, err))
	}
	s.records, s.floor = rest, r.Offset
	r.Offset += s.current.base
	r.LogAppend = s.current.logAppend()
	if r.LogAppend {
		r.AppendTime = s.current.maxTime
	} else {
		r.AppendTime += s.current.baseTime
	}
	if s.left--; s.left == 0 && len(rest) > 0 {
		return s.fail(corrupt(s.current.base, errCount))
	}
	return true
}

// nextBatch leaves the current batch and opens the next one. It returns false at
// the end; a batch to pass over is opened with no records left.
func (s *RecordSet) nextBatch() bool {
	if s.err != nil {
		return false
	}
	if s.previous >= 0 {
		s.position = max(s.position, s.previous+1)
	}
	b, rest, ok, err := splitBatch(s.data)
	switch {
	case err != nil:
		return s.fail(err)
	case !ok:
		// The broker answers with whole batches at first, so an answer that ends
		// here and brought nothing would be asked for again for ever.
		if s.data = nil; s.given && s.position <= s.start {
			return s.fail(corrupt(s.start, errProgress))
		}
		return false
	case b.base <= s.previous:
		return s.fail(corrupt(b.base, errOrder))
	}
	s.data, s.current, s.previous, s.left, s.floor = rest, b, b.last, 0, -1
	if s.skip(&b) {
		return true
	}
	if s.records, err = s.decompressor.open(b.codec(), b.payload); err != nil {
		return s.fail(&BatchError{Offset: b.base, Err: err})
	}
	if s.left = b.count; s.left == 0 && len(s.records) > 0 {
		return s.fail(corrupt(b.base, errCount))
	}
	return true
}

func (s *RecordSet) fail(err error) bool {
	s.err, s.left, s.data = err, 0, nil
	return false
}

// skip decides whether a batch holds nothing to deliver. The order matters: a
// transaction that begins within this batch counts for it, and a marker ends
// its producer's transaction for the batches after it.
func (s *RecordSet) skip(b *batch) bool {
	for len(s.pending) > 0 && s.pending[0].First <= b.last {
		s.aborted = append(s.aborted, s.pending[0].Producer)
		s.pending = s.pending[1:]
	}
	if b.control() {
		if abortMarker(b) {
			s.aborted = slices.DeleteFunc(s.aborted, func(p int64) bool { return p == b.producer })
		}
		return true
	}
	return b.last < s.position || b.transactional() && slices.Contains(s.aborted, b.producer)
}

// abortMarker reports whether a control batch ends a transaction by aborting it.
// The marker's key is version int16, type int16: 0 abort, 1 commit.
func abortMarker(b *batch) bool {
	var r Record
	if _, err := decodeRecord(b.payload, &r); err != nil || len(r.Key) < 4 {
		return false
	}
	return binary.BigEndian.Uint16(r.Key[2:]) == 0
}
