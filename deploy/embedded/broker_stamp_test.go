package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// appendTime is a topic whose times are the broker's.
var appendTime = embedded.Topic{Partitions: 1, Configs: map[string]string{"message.timestamp.type": "LogAppendTime"}}

// claims are what producers with a wrong clock call now: one record after the other, some of them in one batch.
var claims = []time.Time{
	time.UnixMilli(1), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), time.UnixMilli(0), time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
	time.UnixMilli(-1), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), time.UnixMilli(2),
}

// codecs are kafka-go's and franz-go's names of the same.
var codecs = []struct {
	name  string
	kafka kafka.Compression
	franz kgo.CompressionCodec
}{
	{"none", 0, kgo.NoCompression()},
	{"gzip", kafka.Gzip, kgo.GzipCompression()},
	{"snappy", kafka.Snappy, kgo.SnappyCompression()},
	{"lz4", kafka.Lz4, kgo.Lz4Compression()},
	{"zstd", kafka.Zstd, kgo.ZstdCompression()},
}

func franz(t testing.TB, addr string, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(addr)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// stored is a record as a consumer sees it.
type stored struct {
	value string
	at    time.Time
}

// readAll returns the committed records of partition 0 up to the last one, which it recognizes by its value.
func readAll(t *testing.T, addr, topic, last string) (out []stored) {
	t.Helper()
	client := franz(t, addr, kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.FetchMaxWait(100*time.Millisecond),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().At(0)}}))
	defer client.Close() // takes long when the broker is gone
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for len(out) == 0 || out[len(out)-1].value != last {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatalf("after %d records: %v", len(out), err)
		}
		fetches.EachRecord(func(r *kgo.Record) { out = append(out, stored{string(r.Value), r.Timestamp}) })
	}
	return out
}

// produceClaims sends one record for each of claims with kafka-go and with franz-go, in every codec, and returns their
// values in order.
func produceClaims(t *testing.T, k kafkaUnderTest) (values []string) {
	t.Helper()
	filler := strings.Repeat("so that it compresses ", 20)
	for _, codec := range codecs {
		var own []kafka.Record
		var others []*kgo.Record
		var names []string
		for i, claim := range claims {
			value := fmt.Sprintf("%s %d %s", codec.name, i, filler)
			own = append(own, kafka.Record{Time: claim, Value: kafka.NewBytes([]byte("kafka-go " + value)), Headers: []kafka.Header{{Key: "h"}}})
			others = append(others, &kgo.Record{Topic: k.topic, Timestamp: claim, Key: []byte("k"), Value: []byte("franz-go " + value)})
			names = append(names, value)
		}
		response, err := k.Produce(t.Context(), &kafka.ProduceRequest{
			Topic: k.topic, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(own...), Compression: codec.kafka,
		})
		if err := errors.Join(err, response.Error); err != nil {
			t.Fatalf("kafka-go, %s: %v", codec.name, err)
		}
		client := franz(t, k.addr, kgo.ProducerBatchCompression(codec.franz), kgo.ProducerLinger(50*time.Millisecond))
		if err := client.ProduceSync(t.Context(), others...).FirstErr(); err != nil {
			t.Fatalf("franz-go, %s: %v", codec.name, err)
		}
		client.Close() // takes long when the broker is gone
		for _, producer := range []string{"kafka-go ", "franz-go "} {
			for _, name := range names {
				values = append(values, producer+name)
			}
		}
	}
	return values
}

func checkAppendTimes(t *testing.T, got []stored, values []string, from, to time.Time) {
	t.Helper()
	var gotValues []string
	last := from.Truncate(time.Millisecond)
	for i, r := range got {
		gotValues = append(gotValues, r.value)
		if r.at.Before(last) || r.at.After(to) {
			t.Errorf("record %d %.20q: time %v, want one from %v to %v", i, r.value, r.at, last, to)
		}
		last = r.at
	}
	if diff := cmp.Diff(gotValues, values); diff != "" {
		t.Errorf("values (-got, +want):\n%s", diff)
	}
}

// TestAppendTimesAreTheBrokers lets every producer lie about the time, and reads before and after a restart.
func TestAppendTimesAreTheBrokers(t *testing.T) {
	cfg := embedded.BrokerConfig{Dir: t.TempDir()}
	broker := embedded.NewBroker(cfg)
	if err := broker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	k := newKafka(t, broker.Addr())
	k.ensure(t, appendTime)
	from := time.Now()
	values := produceClaims(t, k)
	to := time.Now()
	before := readAll(t, broker.Addr(), k.topic, values[len(values)-1])
	checkAppendTimes(t, before, values, from, to)

	if err := broker.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	broker = embedded.NewBroker(cfg)
	if err := broker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := broker.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	after := readAll(t, broker.Addr(), k.topic, values[len(values)-1])
	if diff := cmp.Diff(after, before, cmp.AllowUnexported(stored{})); diff != "" {
		t.Errorf("after a restart (-got, +want):\n%s", diff)
	}
}

// TestOtherTopicsKeepTheProducersTime is Kafka's default, CreateTime.
func TestOtherTopicsKeepTheProducersTime(t *testing.T) {
	k := newKafka(t, embeddedtest.Broker(t))
	k.ensure(t, embedded.Topic{Partitions: 1})
	var want []stored
	for round, codec := range codecs {
		client := franz(t, k.addr, kgo.ProducerBatchCompression(codec.franz), kgo.ProducerLinger(50*time.Millisecond))
		batch := hoursApart(k.topic, round, 5)
		if err := client.ProduceSync(t.Context(), batch...).FirstErr(); err != nil {
			t.Fatalf("%s: %v", codec.name, err)
		}
		for _, r := range batch {
			want = append(want, stored{string(r.Value), r.Timestamp})
		}
	}
	if diff := cmp.Diff(readAll(t, k.addr, k.topic, want[len(want)-1].value), want, cmp.AllowUnexported(stored{})); diff != "" {
		t.Errorf("records (-got, +want):\n%s", diff)
	}
}

// TestAppendTimesInTransactions commits, aborts and commits with a producer of the wrong century.
func TestAppendTimesInTransactions(t *testing.T) {
	k := newKafka(t, embeddedtest.Broker(t))
	k.ensure(t, appendTime)
	client := franz(t, k.addr, kgo.TransactionalID(k.topic), kgo.ProducerBatchCompression(kgo.ZstdCompression()))
	from := time.Now()
	for _, round := range []struct {
		value string
		end   kgo.TransactionEndTry
	}{{"first", kgo.TryCommit}, {"dropped", kgo.TryAbort}, {"second", kgo.TryCommit}, {"last", kgo.TryCommit}} {
		if err := client.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		record := &kgo.Record{Topic: k.topic, Timestamp: claims[1], Value: []byte(round.value)}
		if err := client.ProduceSync(t.Context(), record).FirstErr(); err != nil {
			t.Fatalf("%s: %v", round.value, err)
		}
		if err := client.EndTransaction(t.Context(), round.end); err != nil {
			t.Fatalf("%s: %v", round.value, err)
		}
	}
	checkAppendTimes(t, readAll(t, k.addr, k.topic, "last"), []string{"first", "second", "last"}, from, time.Now())
}

// TestBatchesThatCompressWellFit sends more than the size limit of a batch, which holds for what goes over the network.
func TestBatchesThatCompressWellFit(t *testing.T) {
	k := newKafka(t, embeddedtest.Broker(t))
	k.ensure(t, appendTime)
	big := strings.Repeat("0123456789 ", 400_000)
	for _, codec := range codecs[1:] {
		response, err := k.Produce(t.Context(), &kafka.ProduceRequest{
			Topic: k.topic, RequiredAcks: kafka.RequireAll, Compression: codec.kafka,
			Records: kafka.NewRecordReader(kafka.Record{Time: claims[0], Value: kafka.NewBytes([]byte(big + codec.name))}),
		})
		if err := errors.Join(err, response.Error); err != nil {
			t.Fatalf("%s: %v", codec.name, err)
		}
	}
	if got := readAll(t, k.addr, k.topic, big+"zstd"); len(got) != len(codecs)-1 {
		t.Errorf("got %d records, want %d", len(got), len(codecs)-1)
	}
}

// TestStopAmidAppends stops a broker that has its hands full, again and again: what was acknowledged stays, once.
func TestStopAmidAppends(t *testing.T) {
	cfg := embedded.BrokerConfig{Dir: t.TempDir()}
	topic, acknowledged := embeddedtest.Name(t), 0
	for round := range 5 {
		broker := embedded.NewBroker(cfg)
		if err := broker.Start(t.Context()); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		k := newKafka(t, broker.Addr())
		k.topic = topic
		k.ensure(t, appendTime)
		ended := make(chan int)
		busy := make(chan struct{})
		go func() { ended <- appendUntilStopped(t.Context(), k, acknowledged, busy) }()
		<-busy
		if err := broker.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		acknowledged = <-ended
	}
	broker := embedded.NewBroker(cfg)
	if err := broker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = broker.Stop(context.Background()) }()
	// A batch that was stored and whose acknowledgement was lost is sent again in the next round, once at most.
	seen := map[string]int{}
	k := newKafka(t, broker.Addr())
	k.topic = topic
	k.produce(t, 0, "last")
	for _, r := range readAll(t, broker.Addr(), topic, "last") {
		seen[r.value[:min(len(r.value), 6)]]++
	}
	for n := range acknowledged {
		if times := seen[fmt.Sprintf("%06d", n)]; times < 1 || times > 2 {
			t.Errorf("record %d is there %d times", n, times)
		}
	}
	t.Logf("%d records acknowledged", acknowledged)
}

// appendUntilStopped sends one record after the other, from the given number on, and returns the first that was not
// acknowledged. It closes busy after a few.
func appendUntilStopped(ctx context.Context, k kafkaUnderTest, n int, busy chan<- struct{}) int {
	filler := strings.Repeat("0123456789 ", 20_000)
	for first := n; ; n++ {
		if n == first+5 {
			close(busy)
		}
		response, err := k.Produce(ctx, &kafka.ProduceRequest{
			Topic: k.topic, RequiredAcks: kafka.RequireAll, Compression: kafka.Gzip,
			Records: kafka.NewRecordReader(kafka.Record{Value: kafka.NewBytes(fmt.Appendf(nil, "%06d %s", n, filler))}),
		})
		if err != nil || response.Error != nil {
			if n < first+5 {
				close(busy)
			}
			return n
		}
	}
}
