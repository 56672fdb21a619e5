// Package kafka is the consuming side of Kafka: group membership, fetching, and
// reading record batches in place.
//
// Connections, TLS, SASL, metadata and the group protocol are kafka-go's. The
// Fetch request and the record batches are ours, because kafka-go's readers
// deliver aborted records and transaction markers, do not check the CRC, and
// cost four times the CPU. Everything is read at isolation read_committed.
package kafka

import (
	"context"
	"fmt"
	"net"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol/listoffsets"
)

// Partition names one partition of one topic.
type Partition struct {
	// Topic is the topic's name.
	Topic string
	// ID is the partition's number, from 0.
	ID int
}

// String returns the partition as topic/number, as logs and query ids write it.
func (p Partition) String() string { return fmt.Sprintf("%s/%d", p.Topic, p.ID) }

// Client holds the connections to one Kafka cluster. It may be used from
// several goroutines at once.
type Client struct {
	cfg       Config
	addr      net.Addr
	dialer    *dialer
	transport *kafkago.Transport
	api       kafkago.Client
	speaks    versions
	buffers   chan *Fetched // that were released
}

// New returns a client of the cluster that cfg describes. It opens no
// connection; the error is that of cfg.Validate or of its key files.
func New(cfg Config) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure kafka: %w", err)
	}
	security, err := cfg.security()
	if err != nil {
		return nil, fmt.Errorf("configure kafka: %w", err)
	}
	c := &Client{cfg: cfg, addr: kafkago.TCP(cfg.Brokers...), dialer: newDialer(cfg.DialTimeout), buffers: make(chan *Fetched, keptBuffers)}
	c.transport = &kafkago.Transport{
		Dial:        c.dialer.dial,
		DialTimeout: cfg.DialTimeout,
		ClientID:    cfg.ClientID,
		TLS:         security.tls,
		SASL:        security.sasl,
		MetadataTTL: cfg.MetadataTTL,
		// Without the list every refresh would carry all topics of the cluster.
		MetadataTopics: cfg.Topics,
	}
	c.api = kafkago.Client{Addr: c.addr, Transport: c.transport, Timeout: cfg.RequestTimeout}
	return c, nil
}

// API returns kafka-go's client of the cluster, with our connections and
// security, for what this package does not do: producing and administration.
func (c *Client) API() *kafkago.Client { return &c.api }

// Close drops all connections. Calls still under way fail.
func (c *Client) Close() {
	c.transport.CloseIdleConnections()
	c.dialer.Close()
}

// Partitions returns the number of partitions of topic, which must be one of
// Config.Topics. The answer may be Config.MetadataTTL old. A topic that does not
// exist is ErrUnknownTopic.
func (c *Client) Partitions(ctx context.Context, topic string) (int, error) {
	counts, err := c.partitionCounts(ctx, []string{topic})
	if err != nil {
		return 0, err
	}
	if counts[topic] == 0 {
		return 0, fmt.Errorf("read partitions of topic %q: %w", topic, ErrUnknownTopic)
	}
	return counts[topic], nil
}

// partitionCounts returns the number of partitions of each topic that exists.
func (c *Client) partitionCounts(ctx context.Context, topics []string) (map[string]int, error) {
	res, err := c.api.Metadata(ctx, &kafkago.MetadataRequest{Topics: topics})
	if err != nil {
		return nil, fmt.Errorf("read metadata: %w", convert(err))
	}
	counts := make(map[string]int, len(topics))
	for _, t := range res.Topics {
		if err := convert(t.Error); err != nil {
			if ClassOf(err) == ClassUnknownTopic {
				continue
			}
			return nil, fmt.Errorf("read metadata of topic %q: %w", t.Name, err)
		}
		counts[t.Name] = len(t.Partitions)
	}
	return counts, nil
}

// Bounds returns the offset of the first record still in the log and the end:
// the last stable offset, before which every transaction is decided.
func (c *Client) Bounds(ctx context.Context, p Partition) (first, end int64, err error) {
	if first, err = c.listOffset(ctx, p, kafkago.FirstOffset); err != nil {
		return 0, 0, err
	}
	if end, err = c.listOffset(ctx, p, kafkago.LastOffset); err != nil {
		return 0, 0, err
	}
	return first, end, nil
}

// listOffset asks for one offset. Not kafka-go's Client.ListOffsets: that one
// reports offset 0 for an answer that is missing.
func (c *Client) listOffset(ctx context.Context, p Partition, which int64) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.RequestTimeout)
	defer cancel()
	msg, err := c.transport.RoundTrip(ctx, c.addr, &listoffsets.Request{
		ReplicaID:      -1,
		IsolationLevel: readCommitted,
		Topics: []listoffsets.RequestTopic{{
			Topic:      p.Topic,
			Partitions: []listoffsets.RequestPartition{{Partition: int32(p.ID), CurrentLeaderEpoch: -1, Timestamp: which}},
		}},
	})
	if err != nil {
		return 0, fmt.Errorf("list offsets of %v: %w", p, convert(err))
	}
	for _, t := range msg.(*listoffsets.Response).Topics {
		for _, r := range t.Partitions {
			if t.Topic != p.Topic || int(r.Partition) != p.ID {
				continue
			}
			if err := fromCode(r.ErrorCode); err != nil {
				return 0, fmt.Errorf("list offsets of %v: %w", p, err)
			}
			return r.Offset, nil
		}
	}
	return 0, fmt.Errorf("list offsets of %v: %w", p, ErrUnavailable)
}
