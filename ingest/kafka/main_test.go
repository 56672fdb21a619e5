package kafka_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

func TestMain(m *testing.M) {
	embeddedtest.Main(m, func() error { return goleak.Find() })
}

// onClusters runs a test on the embedded broker and, where it can be had, on Apache Kafka.
func onClusters(t *testing.T, test func(t *testing.T, brokers []string)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { test(t, fakeCluster(t).ListenAddrs()) })
	if addr, ok := embeddedtest.RealKafka(t); ok {
		t.Run("apache", func(t *testing.T) { test(t, []string{addr}) })
	}
}

// fakeCluster is the broker of the embedded default, with its controls in reach.
func fakeCluster(t testing.TB, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1), kfake.GroupMinSessionTimeout(time.Second)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// franz is a franz-go client, closed when the test ends.
func franz(t testing.TB, brokers []string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(brokers...), kgo.UnknownTopicRetries(-1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// createTopic makes a topic with a name of its own.
func createTopic(t testing.TB, brokers []string, partitions int32, configs map[string]*string) string {
	t.Helper()
	name := embeddedtest.Name(t)
	createNamed(t, brokers, name, partitions, configs)
	return name
}

func createNamed(t testing.TB, brokers []string, name string, partitions int32, configs map[string]*string) {
	t.Helper()
	if _, err := kadm.NewClient(franz(t, brokers)).CreateTopic(t.Context(), partitions, 1, configs, name); err != nil {
		t.Fatal(err)
	}
}

// config is the default with short times.
func config(brokers []string, topics ...string) kafka.Config {
	cfg := kafka.DefaultConfig()
	cfg.Brokers, cfg.Topics = brokers, topics
	cfg.MetadataTTL = 200 * time.Millisecond
	cfg.FetchMaxWait = 100 * time.Millisecond
	return cfg
}

func newClient(t testing.TB, cfg kafka.Config) *kafka.Client {
	t.Helper()
	client, err := kafka.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// eventually polls until ok returns true.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("timed out waiting until %s", what)
		}
		<-tick.C
	}
}

// retry calls f until it succeeds, as a worker does, while its error is of a class that time heals.
func retry[T any](t testing.TB, f func(ctx context.Context) (T, error)) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var backoff kafka.Backoff
	for {
		v, err := f(ctx)
		if err == nil {
			return v
		}
		if c := kafka.ClassOf(err); c != kafka.ClassRetry && c != kafka.ClassUnknownTopic {
			t.Fatalf("%v: %v", c, err)
		}
		if backoff.Wait(ctx) != nil {
			t.Fatalf("no success in time: %v", err)
		}
	}
}

func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func ptr[T any](v T) *T { return &v }
