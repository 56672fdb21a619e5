package kafka_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/kafka"
)

// cluster is the shared broker with a topic of its own, and a producer for it.
func cluster(t *testing.T, maxBytes int) (client *kafkago.Client, topic string, producer *kafka.Producer) {
	t.Helper()
	addr := embeddedtest.Broker(t)
	transport := &kafkago.Transport{MetadataTTL: 500 * time.Millisecond}
	t.Cleanup(transport.CloseIdleConnections)
	client, topic = &kafkago.Client{Addr: kafkago.TCP(addr), Transport: transport}, embeddedtest.Name(t)
	if err := embedded.EnsureTopics(t.Context(), client, embedded.Topic{Name: topic, Partitions: 1}); err != nil {
		t.Fatal(err)
	}
	cfg := kafka.DefaultConfig()
	cfg.Brokers, cfg.BatchBytes, cfg.Attempts = []string{addr}, maxBytes, 2
	producer, err := kafka.New(cfg, transport)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := producer.Close(); err != nil {
			t.Error(err)
		}
	})
	return client, topic, producer
}

// letter is a record as read back.
type letter struct {
	Key, Value string
	Headers    map[string]string
}

// read returns the first n records of the topic.
func read(t *testing.T, client *kafkago.Client, topic string, n int) (out []letter) {
	t.Helper()
	for len(out) < n {
		res, err := client.Fetch(t.Context(), &kafkago.FetchRequest{
			Topic: topic, Offset: int64(len(out)), MinBytes: 1, MaxBytes: 10 << 20, MaxWait: 100 * time.Millisecond,
		})
		if err != nil || res.Error != nil {
			t.Fatal(err, res)
		}
		for len(out) < n {
			r, err := res.Records.ReadRecord()
			if err != nil {
				break
			}
			key, _ := kafkago.ReadAll(r.Key)
			value, _ := kafkago.ReadAll(r.Value)
			l := letter{string(key), string(value), map[string]string{}}
			for _, h := range r.Headers {
				l.Headers[h.Key] = string(h.Value)
			}
			out = append(out, l)
		}
	}
	return out
}

func TestCopyKeepsTheRecord(t *testing.T) {
	client, topic, producer := cluster(t, 1<<20)
	b := &event.Batch{Partition: event.Partition{Stream: "main", Epoch: 2, ID: 3}, Range: event.Range{First: 7, Last: 8}, Rejected: []event.Rejected{
		{Offset: 7, AppendTime: 1772000000123, Reason: event.InvalidJSON, Detail: "not one JSON object", Key: []byte("c1"), Value: []byte("\x00{\xff")},
		{Offset: 8, AppendTime: 1772000000124, Reason: event.WrongKey, Detail: strings.Repeat("x", 1999) + "é"},
	}}
	if err := kafka.NewDeadLetters(producer, topic).Copy(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	want := []letter{
		{"c1", "\x00{\xff", map[string]string{
			kafka.HeaderReason: "invalid_json", kafka.HeaderDetail: "not one JSON object", kafka.HeaderStream: "main", kafka.HeaderEpoch: "2",
			kafka.HeaderPartition: "3", kafka.HeaderOffset: "7", kafka.HeaderAppendTime: "1772000000123",
		}},
		{"", "", map[string]string{
			kafka.HeaderReason: "wrong_key", kafka.HeaderDetail: strings.Repeat("x", 1999), kafka.HeaderStream: "main", kafka.HeaderEpoch: "2",
			kafka.HeaderPartition: "3", kafka.HeaderOffset: "8", kafka.HeaderAppendTime: "1772000000124",
		}},
	}
	if diff := cmp.Diff(read(t, client, topic, 2), want); diff != "" {
		t.Errorf("letters (-got, +want):\n%s", diff)
	}
}

func TestCopyCutsWhatDoesNotFit(t *testing.T) {
	client, topic, producer := cluster(t, 100_000)
	b := &event.Batch{Rejected: []event.Rejected{
		{Reason: event.TooLarge, Key: []byte("c1"), Value: bytes.Repeat([]byte("v"), 300_000)},
		{Reason: event.TooLarge, Key: bytes.Repeat([]byte("k"), 200_000), Value: bytes.Repeat([]byte("v"), 200_000)},
	}}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := kafka.NewDeadLetters(producer, topic).Copy(ctx, b); err != nil {
		t.Fatal(err)
	}
	got := read(t, client, topic, 2)
	for i, want := range []struct {
		key, value int
		header     string
	}{{2, 95_998, "2/300000"}, {48_000, 48_000, "200000/200000"}} {
		if len(got[i].Key) != want.key || len(got[i].Value) != want.value || got[i].Headers[kafka.HeaderTruncated] != want.header {
			t.Errorf("letter %d: got key %d, value %d, header %q, want %+v", i, len(got[i].Key), len(got[i].Value), got[i].Headers[kafka.HeaderTruncated], want)
		}
	}
}

// TestCopyToATopicThatTakesLess has a producer that was told more than the topic takes.
func TestCopyToATopicThatTakesLess(t *testing.T) {
	client, topic, producer := cluster(t, 8<<20)
	b := &event.Batch{}
	for range 3 {
		b.Rejected = append(b.Rejected, event.Rejected{Reason: event.TooLarge, Value: bytes.Repeat([]byte("v"), 2<<20)})
	}
	if err := kafka.NewDeadLetters(producer, topic).Copy(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for i, l := range read(t, client, topic, 3) {
		if len(l.Value) != 896_000 || l.Headers[kafka.HeaderTruncated] != "0/2097152" {
			t.Errorf("letter %d: got %d bytes, header %q", i, len(l.Value), l.Headers[kafka.HeaderTruncated])
		}
	}
}

func TestProduceErrors(t *testing.T) {
	_, topic, producer := cluster(t, 20_000)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name                   string
		ctx                    context.Context
		topic                  string
		value                  int
		permanent, unexplained bool
	}{
		{"too large", t.Context(), topic, 30_000, true, false},
		{"no such topic", t.Context(), topic + "_absent", 10, false, true},
		{"cancelled", cancelled, topic, 10, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := producer.Produce(c.ctx, c.topic, []kafka.Message{{Key: []byte("k"), Value: make([]byte, c.value)}})
			var e *kafka.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if e.Permanent() != c.permanent || e.Unexplained() != c.unexplained {
				t.Errorf("%v: got permanent %t, unexplained %t", err, e.Permanent(), e.Unexplained())
			}
		})
	}
}
