package embedded

import (
	"encoding/binary"
	"math"
)

// rewrite writes every number of the records in as few bytes as it takes, and sets the distances of their times from the
// batch's to zero if they are stamped. The broker encodes a record anew when it compacts a log, and keeps the length that it
// said: behind one that was written longer than it need be, its neighbour would not be found again. The records are
// overwritten; what is returned is no longer than they were, and the same if it is as long and they are not stamped.
func rewrite(records []byte, count int32, stamped bool) ([]byte, error) {
	if count < 1 {
		return nil, errRecordCount
	}
	in, out := recordReader{rest: records}, records[:0]
	var body []byte
	for i := range int64(count) {
		record := recordReader{rest: in.take(in.number())}
		body = record.appendTo(body[:0], i, stamped)
		if in.bad || record.bad || len(record.rest) > 0 {
			return nil, errRecord
		}
		out = append(binary.AppendVarint(out, int64(len(body))), body...)
	}
	if len(in.rest) > 0 {
		return nil, errTrailer
	}
	return out, nil
}

// recordReader reads what a record consists of. Once it is bad it reads nothing more.
type recordReader struct {
	rest []byte
	bad  bool
}

// appendTo appends the record of an index in its batch: a byte of attributes, the distance of its time from the batch's, that of
// its offset, which is the index, key, value, and headers, which have a key and a value too.
func (r *recordReader) appendTo(to []byte, index int64, stamped bool) []byte {
	to = append(to, r.take(1)...)
	distance := r.long()
	if stamped {
		distance = 0
	}
	to = binary.AppendVarint(to, distance)
	offset := r.number()
	to = binary.AppendVarint(to, offset)
	to = r.nullable(r.nullable(to))
	headers := r.number()
	to = binary.AppendVarint(to, headers)
	for i := int64(0); i < headers && !r.bad; i++ {
		to = r.nullable(r.bytes(to, r.number()))
	}
	r.bad = r.bad || offset != index || headers < 0
	return to
}

// nullable appends a length and as many bytes. A length of -1 is nothing, which is not the same as no bytes.
func (r *recordReader) nullable(to []byte) []byte {
	n := r.number()
	if n == -1 {
		return binary.AppendVarint(to, n)
	}
	return r.bytes(to, n)
}

// bytes appends a length and as many bytes.
func (r *recordReader) bytes(to []byte, n int64) []byte {
	return append(binary.AppendVarint(to, n), r.take(n)...)
}

// take returns the next n bytes.
func (r *recordReader) take(n int64) []byte {
	if r.bad = r.bad || n < 0 || n > int64(len(r.rest)); r.bad {
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// number reads a number of 32 bits, which take five bytes at most.
func (r *recordReader) number() int64 {
	before := len(r.rest)
	n := r.long()
	if n < math.MinInt32 || n > math.MaxInt32 || before-len(r.rest) > binary.MaxVarintLen32 {
		r.bad = true
	}
	return n
}

// long reads a number of 64 bits.
func (r *recordReader) long() int64 {
	n, width := binary.Varint(r.rest)
	if r.bad = r.bad || width <= 0; r.bad {
		return 0
	}
	r.rest = r.rest[width:]
	return n
}
