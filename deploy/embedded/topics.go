package embedded

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
)

// Topic is a topic as it should be.
type Topic struct {
	// Name is the topic's name.
	Name string
	// Partitions is their number, at least 1.
	Partitions int
	// Replication is the number of copies; 0 means the cluster's default, which is 1 for an embedded broker.
	Replication int
	// Retention is how long records are kept; 0 means the cluster's default, negative means for ever.
	Retention time.Duration
	// Configs are further settings by Kafka's names, e.g. "message.timestamp.type": "LogAppendTime".
	Configs map[string]string
}

// Forever is a retention without limit, for a topic that is a log of record.
const Forever = time.Duration(-1)

// ErrTopicDiffers is wrapped when a topic exists with another number of partitions. It is not changed: that would move
// keys from one partition to another.
var ErrTopicDiffers = errors.New("topic exists with another number of partitions")

// EnsureTopics creates those topics that do not exist and returns when every partition has a leader. It works on any
// Kafka cluster and waits, as long as ctx allows, for one that is still starting. Settings of existing topics stay.
func EnsureTopics(ctx context.Context, client *kafka.Client, topics ...Topic) error {
	var last error
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		last = ensureOnce(ctx, client, topics)
		if last == nil || !isPassing(last) {
			return last
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", last, ctx.Err())
		}
	}
}

// errNoLeader means that a created topic is not usable yet.
var errNoLeader = errors.New("partition has no leader yet")

// isPassing says whether trying again may help: the network, a coordinator that is still starting, a missing leader.
func isPassing(err error) bool {
	var code kafka.Error
	if errors.As(err, &code) {
		return code.Temporary() || code.Timeout() || code == kafka.UnknownTopicOrPartition || code == kafka.BrokerNotAvailable
	}
	return !errors.Is(err, ErrTopicDiffers) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

func ensureOnce(ctx context.Context, client *kafka.Client, topics []Topic) error {
	request := &kafka.CreateTopicsRequest{}
	for _, topic := range topics {
		request.Topics = append(request.Topics, topic.config())
	}
	created, err := client.CreateTopics(ctx, request)
	if err != nil {
		return fmt.Errorf("create topics: %w", err)
	}
	for name, err := range created.Errors {
		if err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
			return fmt.Errorf("create topic %q: %w", name, err)
		}
	}
	return checkTopics(ctx, client, topics)
}

func checkTopics(ctx context.Context, client *kafka.Client, topics []Topic) error {
	want := make(map[string]int, len(topics))
	request := &kafka.MetadataRequest{}
	for _, topic := range topics {
		want[topic.Name] = topic.Partitions
		request.Topics = append(request.Topics, topic.Name)
	}
	metadata, err := client.Metadata(ctx, request)
	if err != nil {
		return fmt.Errorf("describe topics: %w", err)
	}
	for _, got := range metadata.Topics {
		if got.Error != nil {
			return fmt.Errorf("describe topic %q: %w", got.Name, got.Error)
		}
		if len(got.Partitions) != want[got.Name] {
			return fmt.Errorf("topic %q has %d partitions, not %d: %w",
				got.Name, len(got.Partitions), want[got.Name], ErrTopicDiffers)
		}
		for _, partition := range got.Partitions {
			if partition.Error != nil || partition.Leader.Host == "" {
				return fmt.Errorf("topic %q partition %d: %w", got.Name, partition.ID, errNoLeader)
			}
		}
	}
	return nil
}

func (t Topic) config() kafka.TopicConfig {
	out := kafka.TopicConfig{Topic: t.Name, NumPartitions: t.Partitions, ReplicationFactor: -1}
	if t.Replication > 0 {
		out.ReplicationFactor = t.Replication
	}
	if t.Retention != 0 {
		ms := max(t.Retention.Milliseconds(), -1)
		if t.Retention < 0 {
			ms = -1
		}
		out.ConfigEntries = append(out.ConfigEntries,
			kafka.ConfigEntry{ConfigName: "retention.ms", ConfigValue: strconv.FormatInt(ms, 10)})
	}
	for name, value := range t.Configs {
		out.ConfigEntries = append(out.ConfigEntries, kafka.ConfigEntry{ConfigName: name, ConfigValue: value})
	}
	return out
}
