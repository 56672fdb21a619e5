package kafka

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// errAnswer: the answer is not one to the request.
var errAnswer = errors.New("malformed answer")

// correlation is the id that every request of ours carries. A connection carries one exchange at a time, so it needs
// only to differ from no answer at all.
const correlation = 0x64657370

// exchange writes a request and reads the body of its answer, of limit bytes at most, into body if it is large enough.
func exchange(rw io.ReadWriter, request []byte, limit int, body []byte) ([]byte, error) {
	if _, err := rw.Write(request); err != nil {
		return nil, err
	}
	var head [4]byte
	if _, err := io.ReadFull(rw, head[:]); err != nil {
		return nil, err
	}
	size := int64(int32(binary.BigEndian.Uint32(head[:])))
	if size < 0 || size > int64(limit) {
		return nil, fmt.Errorf("%w: it claims %d bytes of at most %d", errAnswer, size, limit)
	}
	if int64(cap(body)) < size {
		body = make([]byte, size, size+size/4)
	}
	body = body[:size]
	_, err := io.ReadFull(rw, body)
	return body, err
}

// appendHeader begins a request; sealed fills in its length. Requests in the flexible encoding have tags after it.
func appendHeader(b []byte, key, version int16, clientID string) []byte {
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(key))
	b = binary.BigEndian.AppendUint16(b, uint16(version))
	b = appendInt32(b, correlation)
	return appendString(b, clientID)
}

func sealed(b []byte) []byte {
	binary.BigEndian.PutUint32(b, uint32(len(b)-4))
	return b
}

func appendInt32(b []byte, v int32) []byte { return binary.BigEndian.AppendUint32(b, uint32(v)) }

func appendString(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}

// In the flexible encoding lengths are varints of one more than the length, 0 being null, and every structure ends with
// tagged fields. We send none.
const (
	noTags       = 0
	compactEmpty = 1
	compactOne   = 2
)

func appendCompact(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))+1), s...)
}

// decoder takes fields from the front of rest. After its first error it gives
// zeros.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) take(n int) []byte {
	if d.err == nil && (n < 0 || n > len(d.rest)) {
		d.err = fmt.Errorf("%w: it ends within a field", errAnswer)
	}
	if d.err != nil {
		return nil
	}
	piece := d.rest[:n:n]
	d.rest = d.rest[n:]
	return piece
}

// id takes the correlation id.
func (d *decoder) id() {
	if id := d.int32(); d.err == nil && id != correlation {
		d.err = fmt.Errorf("%w: correlation id %#x", errAnswer, uint32(id))
	}
}

// end wants nothing more.
func (d *decoder) end() {
	if d.err == nil && len(d.rest) != 0 {
		d.err = fmt.Errorf("%w: %d bytes remain", errAnswer, len(d.rest))
	}
}

func (d *decoder) int16() int16 {
	if b := d.take(2); b != nil {
		return int16(binary.BigEndian.Uint16(b))
	}
	return 0
}

func (d *decoder) int32() int32 {
	if b := d.take(4); b != nil {
		return int32(binary.BigEndian.Uint32(b))
	}
	return 0
}

func (d *decoder) int64() int64 {
	if b := d.take(8); b != nil {
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

func (d *decoder) string() string { return string(d.take(int(d.int16()))) }

// bytes takes an int32 length and that many bytes; length -1 is nil.
func (d *decoder) bytes() []byte {
	n := int(d.int32())
	if n == -1 {
		return nil
	}
	return d.take(n)
}

func (d *decoder) uvarint() uint64 {
	if d.err != nil {
		return 0
	}
	v, n := binary.Uvarint(d.rest)
	if n <= 0 || v > math.MaxInt32 {
		d.err = fmt.Errorf("%w: a length is out of range", errAnswer)
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// compact takes a compact length; null is -1.
func (d *decoder) compact() int { return int(d.uvarint()) - 1 }

// compactBytes takes a compact length and that many bytes; null is nil.
func (d *decoder) compactBytes() []byte {
	if n := d.compact(); n >= 0 {
		return d.take(n)
	}
	return nil
}

// array takes a compact array, element by element.
func (d *decoder) array(element func()) (n int) {
	n = max(d.compact(), 0)
	if n > len(d.rest) { // an element has a byte at least
		d.take(n)
	}
	for i := 0; i < n && d.err == nil; i++ {
		element()
	}
	return n
}

// tags passes over tagged fields.
func (d *decoder) tags() {
	for n := d.uvarint(); n > 0 && d.err == nil; n-- {
		d.uvarint()
		d.take(int(d.uvarint()))
	}
}

// topicID takes the id of a topic.
func (d *decoder) topicID() (id topicID) {
	copy(id[:], d.take(len(id)))
	return id
}
