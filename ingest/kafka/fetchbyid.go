package kafka

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/segmentio/kafka-go/protocol"
)

// fetchByIDVersion is the first Fetch that names its topic by the id, since Kafka
// 3.1. The leader compares it with the id in the log, so that no record of
// another topic with the same name can be in the answer.
const fetchByIDVersion = 13

func (r *fetchRequest) encodeByID() []byte {
	b := make([]byte, 0, 128+len(r.clientID))
	b = appendHeader(b, int16(protocol.Fetch), fetchByIDVersion, r.clientID)
	b = append(b, noTags)
	b = r.appendTerms(b)
	b = append(b, compactOne) // topics
	b = append(b, r.topic[:]...)
	b = append(b, compactOne) // partitions
	b = appendInt32(b, int32(r.partition.ID))
	b = appendInt32(b, -1) // leader epoch: not checked
	b = binary.BigEndian.AppendUint64(b, uint64(r.offset))
	b = appendInt32(b, -1)                               // epoch of the last record: not checked
	b = binary.BigEndian.AppendUint64(b, math.MaxUint64) // log start: only for followers
	b = appendInt32(b, r.maxBytes)
	b = append(b, noTags, noTags) // of the partition, of the topic
	b = append(b, compactEmpty)   // topics forgotten by the session
	b = append(b, compactEmpty)   // rack
	return sealed(append(b, noTags))
}

// decodeFetchByID reads the body of a Fetch v13 answer for a partition of the
// topic with that id. The list of aborted transactions is appended to aborted.
func decodeFetchByID(body []byte, want topicID, p Partition, aborted []AbortedTransaction) (a fetchAnswer, err error) {
	d := decoder{rest: body}
	d.id()
	d.tags()
	a.throttle = d.int32()
	a.code = d.int16()
	d.int32() // session
	if d.err == nil && a.code != 0 {
		return a, nil // of the whole request: nothing follows
	}
	var id topicID
	var partition, partitions int
	topics := d.array(func() {
		id = d.topicID()
		partitions += d.array(func() { partition, a = d.partition(a, aborted) })
		d.tags()
	})
	d.tags()
	d.end()
	if d.err == nil && (topics != 1 || partitions != 1 || id != want || partition != p.ID) {
		return a, fmt.Errorf("%w: it is not about %v of topic %v", errAnswer, p, want)
	}
	return a, d.err
}

// partition takes what a Fetch v13 answer says of one partition.
func (d *decoder) partition(a fetchAnswer, aborted []AbortedTransaction) (int, fetchAnswer) {
	partition := d.int32()
	a.code = d.int16()
	a.highWatermark, a.lastStable, a.logStart = d.int64(), d.int64(), d.int64()
	a.aborted = aborted
	d.array(func() {
		a.aborted = append(a.aborted, AbortedTransaction{Producer: d.int64(), First: d.int64()})
		d.tags()
	})
	d.int32() // preferred replica: only for consumers that name a rack
	a.records = d.compactBytes()
	d.tags()
	return int(partition), a
}
