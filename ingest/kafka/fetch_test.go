package kafka_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// seen is a record as both readers see it.
type seen struct {
	Offset     int64
	Time       int64
	Key, Value string
	Tombstone  bool
	Headers    string
}

// produce cases: what each puts into partition 0 of its topic.
var produceCases = []struct {
	name    string
	configs map[string]*string
	produce func(t *testing.T, brokers []string, topic string)
}{
	{name: "none", produce: compressed(kgo.NoCompression())},
	{name: "gzip", produce: compressed(kgo.GzipCompression())},
	{name: "snappy", produce: compressed(kgo.SnappyCompression())},
	{name: "lz4", produce: compressed(kgo.Lz4Compression())},
	{name: "zstd", produce: compressed(kgo.ZstdCompression())},
	{
		name: "log append time", configs: map[string]*string{"message.timestamp.type": ptr("LogAppendTime")},
		produce: compressed(kgo.SnappyCompression()),
	},
	{name: "many small batches", produce: func(t *testing.T, brokers []string, topic string) {
		client := franz(t, brokers)
		for i := range 100 {
			produce(t, client, record(topic, i, 10))
		}
	}},
	{
		name: "big records", configs: map[string]*string{"max.message.bytes": ptr("8000000")},
		produce: func(t *testing.T, brokers []string, topic string) {
			client := franz(t, brokers, kgo.ProducerBatchMaxBytes(6<<20), kgo.ProducerBatchCompression(kgo.NoCompression()))
			for i := range 4 {
				produce(t, client, record(topic, i, 3<<20), record(topic, 100+i, 5))
			}
		},
	},
	{name: "transactions", produce: transactions},
	{name: "open transaction", produce: func(t *testing.T, brokers []string, topic string) {
		transactions(t, brokers, topic)
		open := franz(t, brokers, kgo.TransactionalID(embeddedtest.Name(t)), kgo.TransactionTimeout(10*time.Minute))
		if err := open.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		produce(t, open, record(topic, 9000, 20))
		produce(t, franz(t, brokers), record(topic, 9001, 20)) // not to be seen: it is after the open one
	}},
	{name: "only aborted", produce: func(t *testing.T, brokers []string, topic string) {
		transaction(t, franz(t, brokers, kgo.TransactionalID(embeddedtest.Name(t))), kgo.TryAbort, record(topic, 1, 10))
	}},
	{name: "empty", produce: func(*testing.T, []string, string) {}},
	{name: "deleted front", produce: func(t *testing.T, brokers []string, topic string) {
		compressed(kgo.NoCompression())(t, brokers, topic)
		admin := kadm.NewClient(franz(t, brokers))
		offsets := kadm.Offsets{}
		offsets.Add(kadm.Offset{Topic: topic, Partition: 0, At: 17}) // in the middle of a batch
		if _, err := admin.DeleteRecords(t.Context(), offsets); err != nil {
			t.Fatal(err)
		}
	}},
}

func compressed(codec kgo.CompressionCodec) func(t *testing.T, brokers []string, topic string) {
	return func(t *testing.T, brokers []string, topic string) {
		client := franz(t, brokers, kgo.ProducerBatchCompression(codec), kgo.ProducerLinger(20*time.Millisecond))
		for batch := range 5 {
			var records []*kgo.Record
			for i := range 40 {
				records = append(records, record(topic, 100*batch+i, 50+i))
			}
			produce(t, client, records...)
		}
	}
}

// transactions interleaves two transactional producers and a plain one.
func transactions(t *testing.T, brokers []string, topic string) {
	a := franz(t, brokers, kgo.TransactionalID(embeddedtest.Name(t)))
	b := franz(t, brokers, kgo.TransactionalID(embeddedtest.Name(t)), kgo.ProducerBatchCompression(kgo.Lz4Compression()))
	plain := franz(t, brokers)
	ends := []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort}
	for round := range 6 {
		if err := a.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := b.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		for i := range 4 {
			produce(t, a, record(topic, 1000*round+i, 20), record(topic, 1000*round+10+i, 20))
			produce(t, b, record(topic, 1000*round+100+i, 20))
			if i%2 == 0 {
				produce(t, plain, record(topic, 1000*round+200+i, 20))
			}
		}
		end(t, a, ends[round%2])
		produce(t, b, record(topic, 1000*round+300, 20))
		end(t, b, ends[(round/2)%2])
	}
}

func transaction(t *testing.T, client *kgo.Client, how kgo.TransactionEndTry, records ...*kgo.Record) {
	t.Helper()
	if err := client.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	produce(t, client, records...)
	end(t, client, how)
}

func end(t *testing.T, client *kgo.Client, how kgo.TransactionEndTry) {
	t.Helper()
	if err := client.EndTransaction(t.Context(), how); err != nil {
		t.Fatal(err)
	}
}

func produce(t testing.TB, client *kgo.Client, records ...*kgo.Record) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// written is when the records were: not in this minute, and not so long ago that Apache Kafka removes them.
var written = time.Now().Add(-time.Hour).Truncate(time.Millisecond)

// record varies what can vary: null keys and values, headers, repeated headers.
func record(topic string, i, size int) *kgo.Record {
	rng := rand.New(rand.NewPCG(uint64(i), 1))
	value := make([]byte, size)
	for j := range value {
		value[j] = "abcdefgh"[rng.IntN(8)]
	}
	r := &kgo.Record{
		Topic: topic, Key: fmt.Appendf(nil, "key-%d", i), Value: value,
		Timestamp: written.Add(time.Duration(i) * time.Millisecond),
	}
	switch i % 5 {
	case 1:
		r.Key = nil
	case 2:
		r.Value = nil
	case 3:
		r.Headers = []kgo.RecordHeader{{Key: "origin", Value: []byte("mail")}, {Key: "origin", Value: []byte("phone")}, {Key: "none"}}
	}
	return r
}

// readFranz reads partition 0 from offset to end with franz-go.
func readFranz(t *testing.T, brokers []string, topic string, from, end int64) []seen {
	t.Helper()
	client := franz(t, brokers,
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().At(from)}}),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.KeepControlRecords(), kgo.FetchMaxWait(100*time.Millisecond))
	var out []seen
	for from < end {
		fetches := client.PollFetches(t.Context())
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		for _, r := range fetches.Records() {
			from = r.Offset + 1 // control records too: with them the last offset is always seen
			if r.Attrs.IsControl() {
				continue
			}
			s := seen{Offset: r.Offset, Time: r.Timestamp.UnixMilli(), Key: string(r.Key), Value: string(r.Value), Tombstone: r.Value == nil}
			for _, h := range r.Headers {
				s.Headers += fmt.Sprintf("%s=%q;", h.Key, h.Value)
			}
			out = append(out, s)
		}
	}
	return out
}

// readOurs reads p from offset until the position is the end.
func readOurs(t *testing.T, fetcher *kafka.Fetcher, from int64) (out []seen, end int64) {
	t.Helper()
	for {
		f := retry(t, func(ctx context.Context) (*kafka.Fetched, error) { return fetcher.Fetch(ctx, from) })
		var r kafka.Record
		for f.Next(&r) {
			s := seen{Offset: r.Offset, Time: r.AppendTime, Key: string(r.Key), Value: string(r.Value), Tombstone: r.Value == nil}
			for k, v := range r.Headers() {
				s.Headers += fmt.Sprintf("%s=%q;", k, v)
			}
			out = append(out, s)
		}
		if err := f.Err(); err != nil {
			t.Fatal(err)
		}
		if f.Position() == f.End {
			return out, f.End
		}
		if f.Position() <= from && f.Bytes > 0 {
			t.Fatalf("no progress at %d of %d", from, f.End)
		}
		from = f.Position()
		f.Release()
	}
}

func TestFetchAgreesWithFranz(t *testing.T) {
	onClusters(t, func(t *testing.T, brokers []string) {
		for _, c := range produceCases {
			t.Run(c.name, func(t *testing.T) {
				topic := createTopic(t, brokers, 1, c.configs)
				c.produce(t, brokers, topic)
				for _, maxBytes := range []int{1, 3000, 4 << 20} {
					cfg := config(brokers, topic)
					cfg.FetchMaxBytes = maxBytes
					client := newClient(t, cfg)
					p := kafka.Partition{Topic: topic}
					first := retry(t, func(ctx context.Context) (int64, error) {
						first, _, err := client.Bounds(ctx, p)
						return first, err
					})
					got, end := readOurs(t, client.Fetcher(p), first)
					want := readFranz(t, brokers, topic, first, end)
					if diff := cmp.Diff(got, want); diff != "" {
						t.Fatalf("records with at most %d bytes a fetch (-got, +want):\n%s", maxBytes, diff)
					}
					checkSuffixes(t, client.Fetcher(p), first, end, want)
					bound := bind(t, client.Fetcher(p))
					if got, _ := readOurs(t, bound, first); !cmp.Equal(got, want) {
						t.Fatalf("by the topic's id, with at most %d bytes a fetch (-got, +want):\n%s", maxBytes, cmp.Diff(got, want))
					}
					checkSuffixes(t, bound, first, end, want)
				}
			})
		}
	})
}

// checkSuffixes reads from offsets in the middle of batches and transactions.
func checkSuffixes(t *testing.T, fetcher *kafka.Fetcher, first, end int64, all []seen) {
	t.Helper()
	for from := first; from < end; from += 1 + (end-first)/7 {
		var want []seen
		for _, s := range all {
			if s.Offset >= from {
				want = append(want, s)
			}
		}
		got, _ := readOurs(t, fetcher, from)
		if diff := cmp.Diff(got, want); diff != "" {
			t.Fatalf("records from %d (-got, +want):\n%s", from, diff)
		}
	}
}

func TestFetchMarksLogAppendTime(t *testing.T) {
	onClusters(t, func(t *testing.T, brokers []string) {
		for _, c := range []struct {
			name, setting string
			want          bool
		}{
			{"broker", "LogAppendTime", true},
			{"producer", "CreateTime", false},
		} {
			if c.want && strings.Contains(t.Name(), "embedded") {
				continue // kfake stores the producer's time whatever the setting
			}
			t.Run(c.name, func(t *testing.T) {
				topic := createTopic(t, brokers, 1, map[string]*string{"message.timestamp.type": ptr(c.setting)})
				produce(t, franz(t, brokers), record(topic, 3, 10))
				client := newClient(t, config(brokers, topic))
				f := retry(t, func(ctx context.Context) (*kafka.Fetched, error) {
					return client.Fetcher(kafka.Partition{Topic: topic}).Fetch(ctx, 0)
				})
				var r kafka.Record
				if !f.Next(&r) || r.LogAppend != c.want {
					t.Fatalf("record %+v, err %v, want LogAppend %v", r, f.Err(), c.want)
				}
				if recent := time.Since(time.UnixMilli(r.AppendTime)) < time.Minute; recent != c.want {
					t.Errorf("append time %d, want a recent one: %v", r.AppendTime, c.want)
				}
				if v, ok := r.Header("origin"); !ok || string(v) != "phone" {
					t.Errorf("header origin = %q, %v, want the last one", v, ok)
				}
			})
		}
	})
}

func TestFetchErrors(t *testing.T) {
	onClusters(t, func(t *testing.T, brokers []string) {
		topic := createTopic(t, brokers, 1, nil)
		compressed(kgo.NoCompression())(t, brokers, topic)
		missing := embeddedtest.Name(t)
		client := newClient(t, config(brokers, topic, missing))
		retry(t, func(ctx context.Context) (int, error) { return client.Partitions(ctx, topic) })

		t.Run("beyond the end", func(t *testing.T) {
			_, err := client.Fetcher(kafka.Partition{Topic: topic}).Fetch(t.Context(), 1000)
			var out *kafka.OutOfRangeError
			if !errors.As(err, &out) || kafka.ClassOf(err) != kafka.ClassOutOfRange {
				t.Fatalf("err = %v, want an OutOfRangeError", err)
			}
			if diff := cmp.Diff(out, &kafka.OutOfRangeError{Wanted: 1000, LogStart: 0, LogEnd: 200}); diff != "" {
				t.Errorf("bounds (-got, +want):\n%s", diff)
			}
		})
		for _, c := range []struct {
			name string
			p    kafka.Partition
		}{
			{"unknown topic", kafka.Partition{Topic: missing}},
			{"unknown partition", kafka.Partition{Topic: topic, ID: 7}},
		} {
			t.Run(c.name, func(t *testing.T) {
				if _, err := client.Fetcher(c.p).Fetch(t.Context(), 0); !errors.Is(err, kafka.ErrUnknownTopic) {
					t.Errorf("fetch: %v, want ErrUnknownTopic", err)
				}
			})
		}
		if _, err := client.Partitions(t.Context(), missing); !errors.Is(err, kafka.ErrUnknownTopic) {
			t.Errorf("partitions: %v, want ErrUnknownTopic", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := client.Fetcher(kafka.Partition{Topic: topic}).Fetch(ctx, 0); kafka.ClassOf(err) != kafka.ClassCancelled {
			t.Errorf("fetch after cancel: %v, want ClassCancelled", err)
		}
	})
}

func TestFetchFollowsLeader(t *testing.T) {
	cluster := fakeCluster(t, kfake.NumBrokers(3))
	brokers := cluster.ListenAddrs()
	topic := createTopic(t, brokers, 1, nil)
	compressed(kgo.NoCompression())(t, brokers, topic)
	client := newClient(t, config(brokers, topic))
	fetcher := client.Fetcher(kafka.Partition{Topic: topic})
	for range 4 {
		next := (cluster.LeaderFor(topic, 0) + 1) % 3
		if err := cluster.MoveTopicPartition(topic, 0, next); err != nil {
			t.Fatal(err)
		}
		if got, _ := readOurs(t, fetcher, 0); len(got) != 200 {
			t.Fatalf("%d records after the leader moved, want 200", len(got))
		}
	}
}

func TestFetchWithoutBroker(t *testing.T) {
	client := newClient(t, config([]string{"127.0.0.1:1"}, "events"))
	_, err := client.Fetcher(kafka.Partition{Topic: "events"}).Fetch(t.Context(), 0)
	if kafka.ClassOf(err) != kafka.ClassRetry {
		t.Errorf("err = %v, class %v, want retry: an unreachable cluster is no unknown topic", err, kafka.ClassOf(err))
	}
}

// TestFetchOverlaps keeps one result in use while the next is fetched, as a worker that prefetches does.
func TestFetchOverlaps(t *testing.T) {
	cluster := fakeCluster(t)
	brokers := cluster.ListenAddrs()
	topic := createTopic(t, brokers, 1, nil)
	compressed(kgo.NoCompression())(t, brokers, topic)
	cfg := config(brokers, topic)
	cfg.FetchMaxBytes = 5000
	fetcher := newClient(t, cfg).Fetcher(kafka.Partition{Topic: topic})
	first := retry(t, func(ctx context.Context) (*kafka.Fetched, error) { return fetcher.Fetch(ctx, 0) })
	var r kafka.Record
	if !first.Next(&r) {
		t.Fatal(first.Err())
	}
	value := bytes.Clone(r.Value)
	if _, err := fetcher.Fetch(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(value, r.Value) {
		t.Error("the second fetch overwrote a record of the first")
	}
}
