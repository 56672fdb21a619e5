package kafka

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/segmentio/kafka-go/protocol"
	_ "github.com/segmentio/kafka-go/protocol/metadata" // makes connections negotiate Metadata
)

// topicID is the id that Kafka 2.8 and later gives a topic when it is created.
// A topic that is deleted and made again has another one; ids never come back.
// Zero stands for none.
type topicID [16]byte

// String returns the id in the form of a UUID, "" for none.
func (id topicID) String() string {
	if id == (topicID{}) {
		return ""
	}
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// TopicID returns the id of the partition's topic as a UUID, as the partition's
// leader knows it now; "" if the broker has no topic ids (before Kafka 2.8). The
// topic must be one of Config.Topics.
func (c *Client) TopicID(ctx context.Context, p Partition) (string, error) {
	id, err := c.topicID(ctx, p)
	return id.String(), err
}

func (c *Client) topicID(ctx context.Context, p Partition) (topicID, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.RequestTimeout)
	defer cancel()
	r := &topicIDRequest{partition: p, clientID: c.cfg.ClientID, speaks: &c.speaks}
	if _, err := c.transport.RoundTrip(ctx, c.addr, r); err != nil {
		return topicID{}, fmt.Errorf("read topic id of %v: %w", p, convert(err)) // and r is lost: it may still be written
	}
	return r.id, nil
}

// TopicID returns the id of the partition's topic, see Client.TopicID, and binds
// the Fetcher to it: from then on Fetch delivers records of that very topic, and
// ErrUnknownTopic when another one has taken its name. Without an id it delivers
// what is there, as before the first call. It is not to be called during a Fetch.
func (f *Fetcher) TopicID(ctx context.Context) (string, error) {
	id, err := f.client.topicID(ctx, f.partition)
	if err == nil {
		f.topic = id
	}
	return id.String(), err
}

// stillBound asks whether what a broker sent without comparing ids, as before
// Kafka 3.1, is of the topic that is wanted: it had the id before, and has it
// after, and ids never come back.
func (f *Fetcher) stillBound(ctx context.Context) error {
	id, err := f.client.topicID(ctx, f.partition)
	if err == nil && id != f.topic {
		return fmt.Errorf("%w: wanted topic %v, it is %v now", ErrUnknownTopic, f.topic, id)
	}
	return err
}

// topicIDRequest is a Metadata request for one topic, sent as a raw exchange:
// the versions that kafka-go speaks carry no topic ids.
type topicIDRequest struct {
	partition Partition
	clientID  string
	speaks    *versions
	broker    int32 // the leader
	id        topicID
	ask       bool   // for the rights too
	rights    Rights // unknownRights if the broker does not tell
}

// ApiKey implements protocol.Message.
//
//nolint:revive // the name is that of kafka-go's interface
func (r *topicIDRequest) ApiKey() protocol.ApiKey { return protocol.Metadata }

// Broker implements protocol.BrokerMessage: the partition's leader, because the
// others may hear of a new topic later than its first records can be fetched.
func (r *topicIDRequest) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	leader, err := leaderOf(cluster, r.partition)
	r.broker = leader.ID
	return leader, err
}

// Required implements protocol.RawExchanger.
func (r *topicIDRequest) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange implements protocol.RawExchanger.
func (r *topicIDRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	can, err := r.speaks.of(rw, r.broker, r.clientID)
	if err != nil || !can.topicIDs {
		return r, err
	}
	body, err := exchange(rw, encodeMetadata(r.partition.Topic, r.clientID, r.ask), metadataLimit, nil)
	if err != nil {
		r.speaks.forget(r.broker)
		return nil, err
	}
	if r.id, r.rights, err = decodeMetadata(body, r.partition.Topic); err != nil {
		return nil, err
	}
	return r, nil
}
