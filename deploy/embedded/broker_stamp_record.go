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
	for range count {
		record := recordReader{rest: in.take(in.number())}
		body = record.appendTo(body[:0], stamped)
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

// appendTo appends a record: a byte of attributes, the distance of its time from the batch's, that of its offset, key, value,
// and headers, which have a key and a value too.
func (r *recordReader) appendTo(to []byte, stamped bool) []byte {
	to = append(to, r.take(1)...)
	time := r.time()
	if stamped {
		time = 0
	}
	to = binary.AppendVarint(to, time)
	to = binary.AppendVarint(to, r.number())
	to = r.bytes(r.bytes(to))
	headers := r.number()
	to = binary.AppendVarint(to, headers)
	for i := int64(0); i < headers && !r.bad; i++ {
		to = r.bytes(r.bytes(to))
	}
	r.bad = r.bad || headers < 0
	return to
}

// bytes appends a length and as many bytes. A length of -1 is nothing, which is not the same as no bytes.
func (r *recordReader) bytes(to []byte) []byte {
	n := r.number()
	to = binary.AppendVarint(to, n)
	if n == -1 {
		return to
	}
	return append(to, r.take(n)...)
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

// number reads a number of 32 bits.
func (r *recordReader) number() int64 {
	n := r.time()
	if n < math.MinInt32 || n > math.MaxInt32 {
		r.bad = true
	}
	return n
}

// time reads a number of 64 bits.
func (r *recordReader) time() int64 {
	n, width := binary.Varint(r.rest)
	if r.bad = r.bad || width <= 0; r.bad {
		return 0
	}
	r.rest = r.rest[width:]
	return n
}
