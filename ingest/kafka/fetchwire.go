package kafka

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/segmentio/kafka-go/protocol"
	_ "github.com/segmentio/kafka-go/protocol/fetch" // makes connections negotiate Fetch
)

const (
	fetchVersion  = 11 // the last one before flexible encoding; brokers 2.3 to 4.x have it
	readCommitted = 1
	// responseSlack is what an answer may hold beside its records: the list of
	// aborted transactions, 16 bytes each.
	responseSlack = 1 << 20
)

// fetchRequest is a Fetch of one partition, sent through kafka-go's Transport as
// a raw exchange, so that the records arrive as bytes in a buffer of ours.
//
// After a cancelled round trip the Transport's goroutine may still be reading
// into body. Only a round trip that succeeded gives the buffer back.
type fetchRequest struct {
	partition  Partition
	offset     int64
	maxWait    int32 // milliseconds
	minBytes   int32
	maxBytes   int32 // the answer is larger only if its first batch is
	clientID   string
	limit      int // of the answer's size, bytes
	body       []byte
	negotiated int16
}

// errAnswer: the answer is not one to a Fetch of one partition.
var errAnswer = errors.New("malformed fetch answer")

// ApiKey implements protocol.Message.
//
//nolint:revive // the name is that of kafka-go's interface
func (r *fetchRequest) ApiKey() protocol.ApiKey { return protocol.Fetch }

// Broker implements protocol.BrokerMessage: the partition's leader. An empty
// cluster means that no metadata has been read yet, not that the topic is gone.
func (r *fetchRequest) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	none := protocol.Broker{ID: -1}
	if len(cluster.Brokers) == 0 {
		return none, fmt.Errorf("%w: no metadata yet", ErrUnavailable)
	}
	topic, ok := cluster.Topics[r.partition.Topic]
	if !ok {
		return none, ErrUnknownTopic
	}
	if err := fromCode(topic.Error); err != nil {
		return none, err
	}
	partition, ok := topic.Partitions[int32(r.partition.ID)]
	if !ok {
		return none, ErrUnknownTopic
	}
	leader, ok := cluster.Brokers[partition.Leader]
	if !ok {
		return none, ErrUnavailable
	}
	return leader, nil
}

// Required implements protocol.RawExchanger.
func (r *fetchRequest) Required(versions map[protocol.ApiKey]int16) bool {
	r.negotiated = versions[protocol.Fetch]
	return true
}

// RawExchange implements protocol.RawExchanger: it writes the request and reads
// the answer into body. A connection carries one exchange at a time, so the
// correlation id needs only to differ from no answer at all.
func (r *fetchRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	if r.negotiated < fetchVersion {
		return nil, ErrOldBroker
	}
	if _, err := rw.Write(r.encode()); err != nil {
		return nil, err
	}
	var head [4]byte
	if _, err := io.ReadFull(rw, head[:]); err != nil {
		return nil, err
	}
	size := int64(int32(binary.BigEndian.Uint32(head[:])))
	if size < 0 || size > int64(r.limit) {
		return nil, fmt.Errorf("%w: it claims %d bytes of at most %d", errAnswer, size, r.limit)
	}
	if int64(cap(r.body)) < size {
		r.body = make([]byte, size, size+size/4)
	}
	r.body = r.body[:size]
	if _, err := io.ReadFull(rw, r.body); err != nil {
		return nil, err
	}
	return r, nil
}

const correlation = 0x64657370

func (r *fetchRequest) encode() []byte {
	b := make([]byte, 4, 128+len(r.clientID)+len(r.partition.Topic))
	b = binary.BigEndian.AppendUint16(b, uint16(protocol.Fetch))
	b = binary.BigEndian.AppendUint16(b, fetchVersion)
	b = binary.BigEndian.AppendUint32(b, correlation)
	b = appendString(b, r.clientID)

	b = appendInt32(b, -1) // replica: a consumer
	b = appendInt32(b, r.maxWait)
	b = appendInt32(b, r.minBytes)
	// The partition's limit below is the one that binds. Where this one does,
	// kfake leaves out the list of aborted transactions.
	b = appendInt32(b, math.MaxInt32)
	b = append(b, readCommitted)
	b = appendInt32(b, 0)  // session: none, each fetch stands alone
	b = appendInt32(b, -1) // its epoch
	b = appendInt32(b, 1)  // topics
	b = appendString(b, r.partition.Topic)
	b = appendInt32(b, 1) // partitions
	b = appendInt32(b, int32(r.partition.ID))
	b = appendInt32(b, -1) // leader epoch: not checked
	b = binary.BigEndian.AppendUint64(b, uint64(r.offset))
	b = binary.BigEndian.AppendUint64(b, math.MaxUint64) // log start: only for followers
	b = appendInt32(b, r.maxBytes)
	b = appendInt32(b, 0)   // topics forgotten by the session
	b = appendString(b, "") // rack
	binary.BigEndian.PutUint32(b, uint32(len(b)-4))
	return b
}

func appendInt32(b []byte, v int32) []byte { return binary.BigEndian.AppendUint32(b, uint32(v)) }

func appendString(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}

// fetchAnswer is what a Fetch of one partition brings.
type fetchAnswer struct {
	throttle      int32 // milliseconds
	code          int16 // the broker's error code
	highWatermark int64
	lastStable    int64
	logStart      int64
	aborted       []AbortedTransaction
	records       []byte // within the body that was decoded
}

// decodeFetch reads the body of a Fetch v11 answer for partition p. The list of
// aborted transactions is appended to aborted.
func decodeFetch(body []byte, p Partition, aborted []AbortedTransaction) (a fetchAnswer, err error) {
	d := decoder{rest: body}
	id := d.int32()
	a.throttle = d.int32()
	a.code = d.int16()
	d.int32() // session
	topics := d.int32()
	if d.err == nil && id != correlation {
		return a, fmt.Errorf("%w: correlation id %#x", errAnswer, uint32(id))
	}
	if d.err == nil && a.code != 0 {
		return a, nil // of the whole request: nothing follows
	}
	topic, partitions := d.string(), d.int32()
	partition := d.int32()
	a.code = d.int16()
	a.highWatermark, a.lastStable, a.logStart = d.int64(), d.int64(), d.int64()
	a.aborted = d.transactions(aborted)
	d.int32() // preferred replica: only for consumers that name a rack
	a.records = d.bytes()
	switch {
	case d.err != nil:
		return a, d.err
	case topics != 1 || partitions != 1 || topic != p.Topic || int(partition) != p.ID:
		return a, fmt.Errorf("%w: it is not about %v", errAnswer, p)
	case len(d.rest) != 0:
		return a, fmt.Errorf("%w: %d bytes remain", errAnswer, len(d.rest))
	}
	return a, nil
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

// transactions takes a nullable array of (producer, first offset).
func (d *decoder) transactions(out []AbortedTransaction) []AbortedTransaction {
	n := int(d.int32())
	if n <= 0 {
		return out
	}
	list := decoder{rest: d.take(16 * n)}
	for range len(list.rest) / 16 {
		out = append(out, AbortedTransaction{Producer: list.int64(), First: list.int64()})
	}
	return out
}
