package embeddedtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// RecreateTopic deletes a topic and makes it again as fast as the brokers do that, with so many partitions and this
// message.timestamp.type. It returns when every broker knows the new topic: a producer that is told of the old one first
// refuses the new one for good. The test fails if that takes two minutes.
func RecreateTopic(t testing.TB, brokers []string, topic string, partitions int, times string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	if res, err := admin.DeleteTopics(ctx, topic); err != nil || res.Error() != nil {
		t.Fatal(err, res.Error())
	}
	var id kadm.TopicID
	until(ctx, t, func() error { // it exists while it is being deleted
		res, err := admin.CreateTopic(ctx, int32(partitions), -1, map[string]*string{"message.timestamp.type": &times}, topic)
		id = res.ID
		return err
	})
	until(ctx, t, func() error {
		all, err := admin.ListBrokers(ctx)
		if err != nil {
			return err
		}
		for _, b := range all {
			if err := knows(ctx, client.Broker(int(b.NodeID)), topic, id, partitions); err != nil {
				return fmt.Errorf("broker %d: %w", b.NodeID, err)
			}
		}
		return nil
	})
}

// knows returns an error unless the broker says that the topic has this id and that each of its partitions has a leader.
func knows(ctx context.Context, broker *kgo.Broker, topic string, id kadm.TopicID, partitions int) error {
	asked := kmsg.NewMetadataRequestTopic()
	asked.Topic = &topic
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = append(req.Topics, asked)
	res, err := req.RequestWith(ctx, broker)
	if err != nil {
		return err
	}
	found := res.Topics[0]
	if err := kerr.ErrorForCode(found.ErrorCode); err != nil {
		return err
	}
	if found.TopicID != id || len(found.Partitions) != partitions {
		return fmt.Errorf("%d partitions of topic %s, want %d of %s", len(found.Partitions), kadm.TopicID(found.TopicID), partitions, id)
	}
	for _, p := range found.Partitions {
		if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
			return fmt.Errorf("partition %d: %w", p.Partition, err)
		}
	}
	return nil
}

// until tries until it succeeds; when the time is over the test fails with the last error.
func until(ctx context.Context, t testing.TB, try func() error) {
	t.Helper()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
