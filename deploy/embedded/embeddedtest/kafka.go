package embeddedtest

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/dev/kafka"
)

// RealKafka returns the address of an Apache Kafka broker that this test process shares, after starting it if the test
// is the first to ask. Where it cannot be had the test says so in one line and gets false, so that it can return; where
// the environment variable CI is set that fails the test instead.
func RealKafka(t testing.TB) (addr string, ok bool) {
	t.Helper()
	if !available(t) {
		return "", false
	}
	dir := shared.dir(t, "real-kafka")
	shared.kafkaOnce.Do(func() { shared.kafka, shared.kafkaErr = startKafka(kafka.Config{Dir: dir}) })
	if shared.kafkaErr != nil {
		t.Fatal(shared.kafkaErr)
	}
	tellFallen(t, shared.kafka)
	return shared.kafka.Addrs()[0], true
}

// RealKafkaCluster returns three Apache Kafka brokers that this test process shares, of which two must have a record
// before it is acknowledged. Topics need a replication factor of 3. Where it cannot be had it does as [RealKafka] does.
func RealKafkaCluster(t testing.TB) (cluster *kafka.Cluster, ok bool) {
	t.Helper()
	if !available(t) {
		return nil, false
	}
	dir := shared.dir(t, "real-kafka-3")
	shared.clusterOnce.Do(func() {
		shared.cluster, shared.clusterErr = startKafka(kafka.Config{Dir: dir, Brokers: 3})
	})
	if shared.clusterErr != nil {
		t.Fatal(shared.clusterErr)
	}
	tellFallen(t, shared.cluster)
	return shared.cluster, true
}

// tellFallen lets a test that fails say which brokers were not there any more.
func tellFallen(t testing.TB, c *kafka.Cluster) {
	t.Helper()
	t.Cleanup(func() {
		if err := c.Fallen(); err != nil && t.Failed() {
			t.Log(err)
		}
	})
}

// startKafka starts brokers that nobody kills: one that a busy machine stops for some seconds must not be taken for dead.
func startKafka(cfg kafka.Config) (*kafka.Cluster, error) {
	cfg.Properties = map[string]string{"broker.session.timeout.ms": "60000", "controller.quorum.fetch.timeout.ms": "20000"}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	return kafka.Start(ctx, cfg)
}

func available(t testing.TB) bool {
	t.Helper()
	ok, why := kafka.Available()
	if ok {
		return true
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("real Kafka is not available: %s", why)
	}
	fmt.Fprintf(os.Stderr, "%s: not run: real Kafka is not available: %s\n", t.Name(), why)
	return false
}
