package embedded_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// TestCompactionKeepsRecordsWhole has a batch whose records were hours apart before they got the broker's time. When the log
// is compacted some of them are taken out, and those that stay are encoded anew; the next time they must be found again.
func TestCompactionKeepsRecordsWhole(t *testing.T) {
	broker := embedded.NewBroker(embedded.BrokerConfig{Dir: t.TempDir()})
	if err := broker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := broker.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	for _, codec := range codecs {
		t.Run(codec.name, func(t *testing.T) {
			k := newKafka(t, broker.Addr())
			k.ensure(t, embedded.Topic{Partitions: 1, Configs: map[string]string{
				"cleanup.policy": "compact", "message.timestamp.type": "LogAppendTime",
			}})
			client := franz(t, broker.Addr(), kgo.ProducerLinger(100*time.Millisecond), kgo.ProducerBatchCompression(codec.franz))
			var want []string
			for round, keys := range []int{6, 3, 1} { // each round is one batch, and the last of a log is not compacted
				batch := hoursApart(k.topic, round, keys)
				if err := client.ProduceSync(t.Context(), batch...).FirstErr(); err != nil {
					t.Fatal(err)
				}
				if round == 0 {
					batch = batch[3:] // the first three are superseded
				}
				for _, r := range batch {
					want = append(want, string(r.Value))
				}
			}
			for range 3 {
				broker.Compact()
				values, _, _ := k.fetch(t, 0, 0)
				if diff := cmp.Diff(values, want); diff != "" {
					t.Fatalf("values (-got, +want):\n%s", diff)
				}
			}
		})
	}
}

// hoursApart makes a record for each of so many keys.
func hoursApart(topic string, round, keys int) (out []*kgo.Record) {
	for key := range keys {
		out = append(out, &kgo.Record{
			Topic: topic, Key: []byte{byte(key)}, Value: fmt.Appendf(nil, "%d of round %d", key, round),
			Timestamp: claims[3].Add(time.Duration(key) * time.Hour),
		})
	}
	return out
}
