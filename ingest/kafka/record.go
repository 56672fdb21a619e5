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
		rest := r.headers
		for range r.headerCount {
			var key, value []byte
			var err error
			if key, value, rest, err = nextHeader(rest); err != nil || !yield(key, value) {
				return // there is no error: decode has been through them
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
	body, rest, err := cut(b)
	if err != nil {
		return nil, err
	}
	if len(body) < 1 {
		return nil, errLength
	}
	body = body[1:] // attributes: unused in every version so far
	if r.AppendTime, body, err = varint(body); err != nil {
		return nil, err
	}
	if r.Offset, body, err = varint(body); err != nil {
		return nil, err
	}
	if r.Key, body, err = cut(body); err != nil {
		return nil, err
	}
	if r.Value, body, err = cut(body); err != nil {
		return nil, err
	}
	if len(body) == 1 && body[0] == 0 { // no headers, as almost always
		r.headers, r.headerCount = nil, 0
		return rest, nil
	}
	return rest, decodeHeaders(body, r)
}

// decodeHeaders checks the headers now, so that reading them later cannot fail.
func decodeHeaders(body []byte, r *Record) error {
	count, body, err := varint(body)
	if err != nil {
		return err
	}
	if count < 0 || count > int64(len(body)) {
		return errLength
	}
	r.headers, r.headerCount = body, int(count)
	for range count {
		if _, _, body, err = nextHeader(body); err != nil {
			return err
		}
	}
	if len(body) != 0 {
		return errTrailer
	}
	return nil
}

func nextHeader(b []byte) (key, value, rest []byte, err error) {
	if key, b, err = cut(b); err != nil {
		return nil, nil, nil, err
	}
	if value, b, err = cut(b); err != nil {
		return nil, nil, nil, err
	}
	return key, value, b, nil
}

// cut takes a varint length and that many bytes from the front of b; length -1 is
// nil. The piece cannot grow into the bytes after it.
func cut(b []byte) (piece, rest []byte, err error) {
	n, b, err := varint(b)
	if err != nil {
		return nil, nil, err
	}
	if n == -1 {
		return nil, b, nil
	}
	if n < 0 || n > int64(len(b)) {
		return nil, nil, errLength
	}
	return b[:n:n], b[n:], nil
}

// varint takes a zig-zag varint from the front of b. Most have one byte.
func varint(b []byte) (int64, []byte, error) {
	if len(b) > 0 && b[0] < 0x80 {
		u := int64(b[0])
		return u>>1 ^ -(u & 1), b[1:], nil
	}
	v, n := binary.Varint(b)
	if n <= 0 {
		return 0, nil, errVarint
	}
	return v, b[n:], nil
}
