package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// bind makes a Fetcher keep to the topic that there is now.
func bind(t *testing.T, f *kafka.Fetcher) *kafka.Fetcher {
	t.Helper()
	if id := retry(t, f.TopicID); id == "" {
		t.Fatal("the topic has no id")
	}
	return f
}

// onKafkas runs a test on every kind of broker, and on the embedded one as it would be before topic ids could be fetched
// by (Kafka 3.0).
func onKafkas(t *testing.T, test func(t *testing.T, brokers []string)) {
	t.Helper()
	onClusters(t, test)
	t.Run("before 3.1", func(t *testing.T) { test(t, fakeCluster(t, kfake.MaxVersions(kversion.V3_0_0())).ListenAddrs()) })
}

func TestTopicIDIsThatOfFranz(t *testing.T) {
	onKafkas(t, func(t *testing.T, brokers []string) {
		topic := createTopic(t, brokers, 3, nil)
		client := newClient(t, config(brokers, topic))
		for id := range 3 {
			got := retry(t, func(ctx context.Context) (string, error) {
				return client.TopicID(ctx, kafka.Partition{Topic: topic, ID: id})
			})
			if want := franzID(t, brokers, topic); got != want {
				t.Errorf("partition %d: got %q, want %q", id, got, want)
			}
		}
		if _, err := client.TopicID(t.Context(), kafka.Partition{Topic: topic + "_missing"}); !errors.Is(err, kafka.ErrUnknownTopic) {
			t.Errorf("missing topic: %v, want ErrUnknownTopic", err)
		}
	})
}

func franzID(t *testing.T, brokers []string, topic string) string {
	t.Helper()
	topics, err := kadm.NewClient(franz(t, brokers)).ListTopics(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return idText(topics[topic].ID)
}

// TestFetchKeepsToItsTopic recreates a topic, so that the new one is longer than what was read.
func TestFetchKeepsToItsTopic(t *testing.T) {
	onKafkas(t, func(t *testing.T, brokers []string) {
		topic := createTopic(t, brokers, 1, nil)
		compressed(kgo.NoCompression())(t, brokers, topic)
		client := newClient(t, config(brokers, topic))
		p := kafka.Partition{Topic: topic}
		bound, free := bind(t, client.Fetcher(p)), client.Fetcher(p)
		before := retry(t, func(ctx context.Context) (string, error) { return client.TopicID(ctx, p) })
		if got, _ := readOurs(t, bound, 0); len(got) != 200 {
			t.Fatalf("%d records, want 200", len(got))
		}
		embeddedtest.RecreateTopic(t, brokers, topic, 1, "CreateTime")
		compressed(kgo.NoCompression())(t, brokers, topic)
		if got, _ := readOurs(t, free, 100); len(got) != 100 {
			t.Fatalf("%d records of the new topic, want 100", len(got))
		}
		for range 3 {
			got, err := bound.Fetch(t.Context(), 100)
			if !errors.Is(err, kafka.ErrUnknownTopic) {
				t.Fatalf("fetch of the old topic: %v, %v, want ErrUnknownTopic", got, err)
			}
		}
		after := retry(t, bound.TopicID)
		if after == before || after == "" {
			t.Errorf("id %q, before the topic was recreated %q", after, before)
		}
		if got, _ := readOurs(t, bound, 100); len(got) != 100 {
			t.Errorf("%d records by the new id, want 100", len(got))
		}
	})
}

// TestNoTopicIDBefore28 has a broker without topic ids: fetching goes on by the name.
func TestNoTopicIDBefore28(t *testing.T) {
	brokers := fakeCluster(t, kfake.MaxVersions(kversion.V2_7_0())).ListenAddrs()
	topic := createTopic(t, brokers, 1, nil)
	compressed(kgo.NoCompression())(t, brokers, topic)
	fetcher := newClient(t, config(brokers, topic)).Fetcher(kafka.Partition{Topic: topic})
	if id := retry(t, fetcher.TopicID); id != "" {
		t.Errorf("id %q, want none", id)
	}
	if got, _ := readOurs(t, fetcher, 0); len(got) != 200 {
		t.Errorf("%d records, want 200", len(got))
	}
}

// TestFetchByIDFollowsLeader moves the leader to brokers whose versions are not known yet.
func TestFetchByIDFollowsLeader(t *testing.T) {
	cluster := fakeCluster(t, kfake.NumBrokers(3))
	brokers := cluster.ListenAddrs()
	topic := createTopic(t, brokers, 1, nil)
	compressed(kgo.NoCompression())(t, brokers, topic)
	fetcher := bind(t, newClient(t, config(brokers, topic)).Fetcher(kafka.Partition{Topic: topic}))
	for range 4 {
		if err := cluster.MoveTopicPartition(topic, 0, (cluster.LeaderFor(topic, 0)+1)%3); err != nil {
			t.Fatal(err)
		}
		if got, _ := readOurs(t, fetcher, 0); len(got) != 200 {
			t.Fatalf("%d records after the leader moved, want 200", len(got))
		}
	}
}

// TestTopicIDSurvivesRestart restarts the embedded broker on its folder, in order and by a kill: the id must stay, or
// every restart would look like a topic that was recreated.
func TestTopicIDSurvivesRestart(t *testing.T) {
	cfg := embedded.BrokerConfig{Dir: t.TempDir()}
	var ids []string
	for _, end := range []string{"stop", "kill", "kill", "at last"} {
		broker := embeddedtest.BrokerProcess(t, cfg)
		brokers := []string{broker.Addr()}
		if len(ids) == 0 {
			createNamed(t, brokers, "events", 1, nil)
		}
		ids = append(ids, franzID(t, brokers, "events"))
		switch end {
		case "stop":
			if err := broker.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
		default:
			broker.Kill()
		}
	}
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Fatalf("ids %v, want one", ids)
		}
	}
}

// TestDowngradeIsNoticed puts an older broker in the place of a newer one, under the same number and port: what the newer
// one could do must not be held against it.
func TestDowngradeIsNoticed(t *testing.T) {
	cluster := fakeCluster(t)
	brokers := cluster.ListenAddrs()
	createNamed(t, brokers, "events", 1, nil)
	client := newClient(t, config(brokers, "events"))
	p := kafka.Partition{Topic: "events"}
	bound := bind(t, client.Fetcher(p))
	readOurs(t, bound, 0)
	var port int
	if _, err := fmt.Sscanf(brokers[0], "127.0.0.1:%d", &port); err != nil {
		t.Fatal(err)
	}
	cluster.Close()
	fakeCluster(t, kfake.Ports(port), kfake.MaxVersions(kversion.V2_7_0()))
	createNamed(t, brokers, "events", 1, nil)
	compressed(kgo.NoCompression())(t, brokers, "events")
	if id := retry(t, bound.TopicID); id != "" {
		t.Errorf("id %q, want none", id)
	}
	if got, _ := readOurs(t, bound, 0); len(got) != 200 {
		t.Errorf("%d records, want 200", len(got))
	}
}
