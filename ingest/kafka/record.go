package kafka

import (
	"encoding/binary"
	"errors"
	"iter"
)

// Record is one record of a partition. Its slices point into the buffers of the
// RecordSet it came from: they are valid until the next call of Next.
type Record struct {
	// Offset is the record's place in the partition.
	Offset int64
	// AppendTime is the instant at which the broker appended the record, in
	// milliseconds since 1970 UTC, if LogAppend is set. Otherwise the topic has
	// message.timestamp.type=CreateTime and this is what the producer claims.
	AppendTime int64
	// LogAppend says that AppendTime is the broker's.
	LogAppend bool
	// Key is the record's key; nil if it has none.
	Key []byte
	// Value is the record's value; nil if it has none (a tombstone).
	Value []byte

	headers     []byte // the headers as they stand in the batch, already checked
	headerCount int
}

// Headers yields the record's headers in order, names repeated as they are. A
// header without a value has a nil one.
func (r *Record) Headers() iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		p := 0
		for range r.headerCount {
			var key, value []byte
			if key, value, p = nextHeader(r.headers, p); !yield(key, value) {
				return // there is no fault: decode has been through them
			}
		}
	}
}

// Header returns the value of the last header of that name, which is the one
// that counts where names repeat.
func (r *Record) Header(name string) (value []byte, ok bool) {
	for k, v := range r.Headers() {
		if string(k) == name {
			value, ok = v, true
		}
	}
	return value, ok
}

// What can be wrong with a record.
var (
	errVarint  = errors.New("a length or delta is not a valid varint")
	errLength  = errors.New("a length is negative or beyond the end")
	errDelta   = errors.New("an offset is not within its batch, after the one before")
	errTrailer = errors.New("bytes remain after the last header")
)

// decodeRecord reads one record from the front of b:
//
//	length varint, attributes int8, timestampDelta varint, offsetDelta varint,
//	key (length varint, -1 null), value (the same), headers (count varint)
//
// It leaves Offset and AppendTime as deltas of the batch.
func decodeRecord(b []byte, r *Record) (rest []byte, err error) {
	body, p := piece(b, 0)
	if p < 0 {
		return nil, faults[-p]
	}
	if rest = b[p:]; len(body) == 0 {
		return nil, errLength
	}
	p = 1 // attributes: unused in every version so far
	r.AppendTime, p = number(body, p)
	r.Offset, p = number(body, p)
	r.Key, p = piece(body, p)
	if r.Value, p = piece(body, p); p < 0 {
		return nil, faults[-p]
	}
	if p == len(body)-1 && body[p] == 0 { // no headers, as almost always
		r.headers, r.headerCount = nil, 0
		return rest, nil
	}
	return rest, decodeHeaders(body, p, r)
}

// decodeHeaders checks the headers now, so that reading them later cannot fail.
func decodeHeaders(body []byte, p int, r *Record) error {
	count, p := number(body, p)
	if p < 0 {
		return faults[-p]
	}
	if count < 0 || count > int64(len(body)-p) {
		return errLength
	}
	r.headers, r.headerCount = body[p:], int(count)
	for range count {
		if _, _, p = nextHeader(body, p); p < 0 {
			return faults[-p]
		}
	}
	if p != len(body) {
		return errTrailer
	}
	return nil
}

func nextHeader(b []byte, p int) (key, value []byte, end int) {
	key, p = piece(b, p)
	value, p = piece(b, p)
	return key, value, p
}

// The ends that are none. They are handed on, so that it is enough to look at the last end.
const (
	badVarint = -1
	badLength = -2
)

// faults are what those mean, by their number without its sign.
var faults = [...]error{-badVarint: errVarint, -badLength: errLength}

// piece takes a varint length and that many bytes at p; length -1 is nil. The
// piece cannot grow into the bytes after it.
func piece(b []byte, p int) (piece []byte, end int) {
	n, p := number(b, p)
	if n == -1 || p < 0 {
		return nil, p
	}
	if n < 0 || n > int64(len(b)-p) {
		return nil, badLength
	}
	end = p + int(n)
	return b[p:end:end], end
}

// number takes a zig-zag varint at p. Most have one byte, lengths two.
func number(b []byte, p int) (v int64, end int) {
	if uint(p) < uint(len(b)) && b[p] < 0x80 {
		return int64(b[p]>>1) ^ -int64(b[p]&1), p + 1
	}
	return longNumber(b, p)
}

func longNumber(b []byte, p int) (v int64, end int) {
	if p < 0 {
		return 0, p
	}
	if p+1 < len(b) && b[p+1] < 0x80 {
		u := int64(b[p]&0x7f) | int64(b[p+1])<<7
		return u>>1 ^ -(u & 1), p + 2
	}
	v, n := binary.Varint(b[p:])
	if n <= 0 {
		return 0, badVarint
	}
	return v, p + n
}
