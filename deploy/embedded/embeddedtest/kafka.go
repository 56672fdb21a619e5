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
	if ok, why := kafka.Available(); !ok {
		if os.Getenv("CI") != "" {
			t.Fatalf("real Kafka is not available: %s", why)
		}
		fmt.Fprintf(os.Stderr, "%s: not run: real Kafka is not available: %s\n", t.Name(), why)
		return "", false
	}
	dir := shared.dir(t, "real-kafka")
	shared.kafkaOnce.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
		defer cancel()
		shared.kafka, shared.kafkaErr = kafka.Start(ctx, kafka.Config{Dir: dir})
	})
	if shared.kafkaErr != nil {
		t.Fatal(shared.kafkaErr)
	}
	return shared.kafka.Addrs()[0], true
}
