package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	client "github.com/segmentio/kafka-go"
	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/deploy/dev/kafka"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// available says in one line why real Kafka cannot be had; where CI runs that is a failure.
func available(t *testing.T) bool {
	t.Helper()
	ok, why := kafka.Available()
	if !ok && os.Getenv("CI") != "" {
		t.Fatalf("real Kafka is not available: %s", why)
	}
	if !ok {
		fmt.Fprintf(os.Stderr, "%s: not run: real Kafka is not available: %s\n", t.Name(), why)
	}
	return ok
}

func start(t *testing.T, brokers int) *kafka.Cluster {
	t.Helper()
	began := time.Now()
	cluster, err := kafka.Start(t.Context(), kafka.Config{Brokers: brokers, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d brokers started in %v", brokers, time.Since(began).Round(time.Millisecond))
	t.Cleanup(func() { cluster.Stop(context.Background()) })
	return cluster
}

func TestAcknowledgedRecordsSurviveKill(t *testing.T) {
	if !available(t) {
		return
	}
	for _, brokers := range []int{1, 3} {
		t.Run(fmt.Sprintf("%d brokers", brokers), func(t *testing.T) {
			cluster := start(t, brokers)
			kafkaClient := newClient(t, cluster)
			createTopic(t, kafkaClient, "t", brokers)
			produce(t, kafkaClient, "t", "before")
			cluster.Kill(0)
			if brokers > 1 {
				produce(t, kafkaClient, "t", "without broker 0")
			}
			if err := cluster.Restart(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
			produce(t, kafkaClient, "t", "after")
			want := int64(2)
			if brokers > 1 {
				want = 3
			}
			if got := endOffset(t, kafkaClient, "t"); got < want {
				t.Errorf("end offset: got %d, want at least %d", got, want)
			}
		})
	}
}

func TestFallenBrokerIsTold(t *testing.T) {
	if !available(t) {
		return
	}
	cluster := start(t, 1)
	if err := cluster.Fallen(); err != nil {
		t.Fatal(err)
	}
	if err := cluster.KillBehindItsBack(0); err != nil {
		t.Fatal(err)
	}
	if err := cluster.Fallen(); err == nil {
		t.Error("a broker ended by itself, and nobody says so")
	}
	cluster.Kill(0)
	if err := cluster.Fallen(); err != nil {
		t.Errorf("of a broker that was killed: %v", err)
	}
}

func newClient(t *testing.T, cluster *kafka.Cluster) *client.Client {
	transport := &client.Transport{MetadataTTL: 500 * time.Millisecond}
	t.Cleanup(transport.CloseIdleConnections)
	return &client.Client{Addr: client.TCP(cluster.Addrs()...), Transport: transport}
}

func createTopic(t *testing.T, c *client.Client, topic string, replicas int) {
	t.Helper()
	eventually(t, func(ctx context.Context) error {
		response, err := c.CreateTopics(ctx, &client.CreateTopicsRequest{
			Topics: []client.TopicConfig{{Topic: topic, NumPartitions: 1, ReplicationFactor: replicas}},
		})
		if err == nil && !errors.Is(response.Errors[topic], client.TopicAlreadyExists) {
			err = response.Errors[topic]
		}
		return err
	})
}

// produce repeats a record until it is acknowledged, at least once.
func produce(t *testing.T, c *client.Client, topic, value string) {
	t.Helper()
	eventually(t, func(ctx context.Context) error {
		response, err := c.Produce(ctx, &client.ProduceRequest{
			Topic: topic, RequiredAcks: client.RequireAll,
			Records: client.NewRecordReader(client.Record{Value: client.NewBytes([]byte(value))}),
		})
		if err != nil {
			return err
		}
		return response.Error
	})
}

func endOffset(t *testing.T, c *client.Client, topic string) (end int64) {
	t.Helper()
	eventually(t, func(ctx context.Context) error {
		response, err := c.ListOffsets(ctx, &client.ListOffsetsRequest{
			Topics: map[string][]client.OffsetRequest{topic: {client.LastOffsetOf(0)}},
		})
		if err != nil {
			return err
		}
		got := response.Topics[topic][0]
		end = got.LastOffset
		return got.Error
	})
	return end
}

func eventually(t *testing.T, try func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		attempt, end := context.WithTimeout(ctx, 3*time.Second)
		err := try(attempt)
		end()
		if err == nil {
			return
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal(err)
		}
	}
}
