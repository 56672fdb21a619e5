package app

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// The number of partitions of a topic that we create: enough for the two cores and the second process of a small desk. A
// topic that exists keeps what it has.
const (
	streamPartitions     = 4
	deadLetterPartitions = 1 // they are few, and are read in the order in which they came
	decisionPartitions   = 1 // their order is what decides
)

// A record that is too large for its stream must still get in, or nobody would learn that it was sent. Its dead letter is
// cut to what every cluster takes.
const (
	streamRecordBytes = 8 << 20
	deadLetterBytes   = 1_000_000
	decisionBytes     = 8 << 20 // the largest command, and what a batch adds to it
)

// topics returns the topics that `up` creates.
func topics(c config.Config) []embedded.Topic {
	out := []embedded.Topic{
		{Name: c.DeadLetters, Partitions: deadLetterPartitions},
		{Name: c.Decisions, Partitions: decisionPartitions, Configs: decisionSettings()},
	}
	for _, s := range c.Streams {
		out = append(out, embedded.Topic{Name: s.Topic, Partitions: streamPartitions, Configs: map[string]string{
			// The broker's clock judges an event's time, not the producer's: time bounds are around the append time.
			"message.timestamp.type": "LogAppendTime",
			"max.message.bytes":      strconv.Itoa(streamRecordBytes),
		}})
	}
	return out
}

// EnsureTopics creates the topics that are missing. Those of a cluster elsewhere may have another number of partitions.
func EnsureTopics(ctx context.Context, c config.Config, logger *slog.Logger) error {
	client, err := producing(c)
	if err != nil {
		return err
	}
	defer client.Close()
	err = retry(ctx, logger, "make the topics of kafka", passingTopics, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, ensureAttempt)
		defer cancel()
		return embedded.EnsureTopics(ctx, client.API(), topics(c)...)
	})
	if errors.Is(err, embedded.ErrTopicDiffers) {
		logger.Info("topics stay as they are", "reason", err)
		return nil
	}
	return err
}

// ensureAttempt bounds one attempt, after which the operator is told.
const ensureAttempt = 3 * time.Second

// passingTopics reports whether trying again can help: an attempt that failed for good does not use up its time.
func passingTopics(err error) bool { return errors.Is(err, context.DeadlineExceeded) }

// producing returns a client that knows the topics we write to; one that reads is told the streams' topics alone, because
// those are what its group subscribes to.
func producing(c config.Config) (*kafka.Client, error) {
	k := c.KafkaClient()
	k.Topics = append(k.Topics, c.DeadLetters, c.Decisions)
	return kafka.New(k)
}
