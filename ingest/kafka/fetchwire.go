package kafka

import (
	"encoding/binary"
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

	topic  topicID // the only one whose records are wanted, zero if any
	speaks *versions
	broker int32 // the leader
	byID   bool  // the request named the topic by its id: the broker has checked it
}

// ApiKey implements protocol.Message.
//
//nolint:revive // the name is that of kafka-go's interface
func (r *fetchRequest) ApiKey() protocol.ApiKey { return protocol.Fetch }

// Broker implements protocol.BrokerMessage: the partition's leader.
func (r *fetchRequest) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	leader, err := leaderOf(cluster, r.partition)
	r.broker = leader.ID
	return leader, err
}

// leaderOf returns the broker that leads a partition. An empty cluster means that
// no metadata has been read yet, not that the topic is gone.
func leaderOf(cluster protocol.Cluster, p Partition) (protocol.Broker, error) {
	none := protocol.Broker{ID: -1}
	if len(cluster.Brokers) == 0 {
		return none, fmt.Errorf("%w: no metadata yet", ErrUnavailable)
	}
	topic, ok := cluster.Topics[p.Topic]
	if !ok {
		return none, ErrUnknownTopic
	}
	if err := fromCode(topic.Error); err != nil {
		return none, err
	}
	partition, ok := topic.Partitions[int32(p.ID)]
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
// the answer into body.
func (r *fetchRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	if r.negotiated < fetchVersion {
		return nil, ErrOldBroker
	}
	var err error
	if r.topic != (topicID{}) {
		if r.byID, err = r.speaks.fetchByID(rw, r.broker, r.clientID); err != nil {
			return nil, err
		}
	}
	encode := r.encode
	if r.byID {
		encode = r.encodeByID
	}
	if r.body, err = exchange(rw, encode(), r.limit, r.body); err != nil {
		r.speaks.forget(r.broker)
		return nil, err
	}
	return r, nil
}

func (r *fetchRequest) encode() []byte {
	b := make([]byte, 0, 128+len(r.clientID)+len(r.partition.Topic))
	b = appendHeader(b, int16(protocol.Fetch), fetchVersion, r.clientID)
	b = r.appendTerms(b)
	b = appendInt32(b, 1) // topics
	b = appendString(b, r.partition.Topic)
	b = appendInt32(b, 1) // partitions
	b = appendInt32(b, int32(r.partition.ID))
	b = appendInt32(b, -1) // leader epoch: not checked
	b = binary.BigEndian.AppendUint64(b, uint64(r.offset))
	b = binary.BigEndian.AppendUint64(b, math.MaxUint64) // log start: only for followers
	b = appendInt32(b, r.maxBytes)
	b = appendInt32(b, 0)   // topics forgotten by the session
	b = appendString(b, "") // rack
	return sealed(b)
}

// appendTerms appends what a request begins with in every version.
func (r *fetchRequest) appendTerms(b []byte) []byte {
	b = appendInt32(b, -1) // replica: a consumer
	b = appendInt32(b, r.maxWait)
	b = appendInt32(b, r.minBytes)
	// The partition's limit is the one that binds. Where this one does, kfake
	// leaves out the list of aborted transactions.
	b = appendInt32(b, math.MaxInt32)
	b = append(b, readCommitted)
	b = appendInt32(b, 0)     // session: none, each fetch stands alone
	return appendInt32(b, -1) // its epoch
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
	d.id()
	a.throttle = d.int32()
	a.code = d.int16()
	d.int32() // session
	topics := d.int32()
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
	d.end()
	if d.err == nil && (topics != 1 || partitions != 1 || topic != p.Topic || int(partition) != p.ID) {
		return a, fmt.Errorf("%w: it is not about %v", errAnswer, p)
	}
	return a, d.err
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
