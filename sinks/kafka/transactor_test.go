package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/sinks/kafka"
)

// onBrokers runs a test with each kind of broker there is on this machine, and a topic of two partitions.
func onBrokers(t *testing.T, test func(t *testing.T, addr, topic string)) {
	t.Helper()
	brokers := map[string]string{"embedded": embeddedtest.Broker(t)}
	if addr, ok := embeddedtest.RealKafka(t); ok {
		brokers["apache"] = addr
	}
	for name, addr := range brokers {
		t.Run(name, func(t *testing.T) {
			topic := embeddedtest.Name(t)
			transport := &kafkago.Transport{MetadataTTL: 500 * time.Millisecond}
			defer transport.CloseIdleConnections()
			client := &kafkago.Client{Addr: kafkago.TCP(addr), Transport: transport}
			if err := embedded.EnsureTopics(t.Context(), client, embedded.Topic{Name: topic, Partitions: 2}); err != nil {
				t.Fatal(err)
			}
			test(t, addr, topic)
		})
	}
}

func transactorConfig(addr, id string) kafka.TransactorConfig {
	return kafka.TransactorConfig{Brokers: []string{addr}, ClientID: "deskpulse", DialTimeout: 5 * time.Second, ID: id, Timeout: 20 * time.Second}
}

func openTransactor(t *testing.T, addr, id string) *kafka.Transactor {
	t.Helper()
	out, err := kafka.OpenTransactor(t.Context(), transactorConfig(addr, id))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(out.Close)
	return out
}

func placed(partition int32, values ...string) (out []kafka.Placed) {
	for _, v := range values {
		out = append(out, kafka.Placed{Partition: partition, Message: kafka.Message{Key: []byte("k"), Value: []byte(v),
			Headers: []kafka.Header{{Name: "h", Value: []byte("of " + v)}}}})
	}
	return out
}

// committed returns what a reader of committed records finds up to the first value "end", by partition.
func committed(t *testing.T, addr, topic string) map[int32][]string {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out := map[int32][]string{}
	for ends := 0; ends < 2; {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if string(r.Value) == "end" {
				ends++
				return
			}
			out[r.Partition] = append(out[r.Partition], fmt.Sprintf("%s %s %s", r.Key, r.Value, r.Headers[0].Value))
		})
	}
	return out
}

func TestTransactions(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr, topic string) {
		first := openTransactor(t, addr, topic)
		for _, m := range [][]kafka.Placed{append(placed(0, "a", "b"), placed(1, "c")...), nil, placed(1, "d")} {
			if err := first.Commit(t.Context(), topic, m); err != nil {
				t.Fatal(err)
			}
		}
		second := openTransactor(t, addr, topic)
		if err := first.Commit(t.Context(), topic, placed(0, "of one who was replaced")); !errors.Is(err, kafka.ErrFenced) {
			t.Errorf("got %v, want ErrFenced", err)
		}
		if err := second.Commit(t.Context(), topic, append(placed(0, "end"), placed(1, "end")...)); err != nil {
			t.Fatal(err)
		}
		want := map[int32][]string{0: {"k a of a", "k b of b"}, 1: {"k c of c", "k d of d"}}
		if diff := cmp.Diff(committed(t, addr, topic), want); diff != "" {
			t.Errorf("committed (-got, +want):\n%s", diff)
		}
		ends, err := second.Ends(t.Context(), topic)
		if err != nil {
			t.Fatal(err)
		}
		for id, e := range ends { // three transactions in each, with a marker each; the empty one has none
			if e.Start != 0 || e.End < 5 {
				t.Errorf("partition %d: got %+v, want at least 5 offsets", id, e)
			}
		}
		if len(ends) != 2 {
			t.Errorf("got ends %v, want two", ends)
		}
	})
}

// TestOpenAbortsWhatWasLeft leaves a transaction open, as a process does that is killed.
func TestOpenAbortsWhatWasLeft(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr, topic string) {
		killed, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.TransactionalID(topic), kgo.RecordPartitioner(kgo.ManualPartitioner()),
			kgo.TransactionTimeout(10*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		defer killed.Close()
		if err := killed.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := killed.ProduceSync(t.Context(), &kgo.Record{Topic: topic, Value: []byte("left open")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
		next := openTransactor(t, addr, topic)
		if err := killed.EndTransaction(t.Context(), kgo.TryCommit); err == nil {
			t.Error("a producer that was replaced committed")
		}
		if err := next.Commit(t.Context(), topic, append(placed(0, "end"), placed(1, "end")...)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(committed(t, addr, topic), map[int32][]string{}); diff != "" {
			t.Errorf("committed (-got, +want):\n%s", diff)
		}
	})
}

func TestCommitErrors(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr, topic string) {
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := openTransactor(t, addr, topic).Commit(cancelled, topic, placed(0, "a")); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: got %v", err)
		}
		noise := make([]byte, 2_000_000) // does not compress
		_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
		large := placed(0, string(noise))
		var e *kafka.Error
		if err := openTransactor(t, addr, topic).Commit(t.Context(), topic, large); !errors.As(err, &e) || !e.Permanent() || errors.Is(err, kafka.ErrFenced) {
			t.Errorf("too large: got %v, want a permanent error", err)
		}
	})
	cfg := transactorConfig("127.0.0.1:1", "nobody")
	cfg.Timeout = time.Second
	if _, err := kafka.OpenTransactor(t.Context(), cfg); err == nil {
		t.Error("opened without a broker")
	}
}
