package embedded_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// put sends one record, once, and says whether it was acknowledged.
func (k kafkaUnderTest) put(t *testing.T, value string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	response, err := k.Produce(ctx, &kafka.ProduceRequest{
		Topic: k.topic, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(kafka.Record{Value: kafka.NewBytes([]byte(value))}),
	})
	if err != nil {
		return err
	}
	return response.Error
}

// all reads the whole of a partition, with another client: that of this test does not read answers this large.
func (k kafkaUnderTest) all(t *testing.T) (values []string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(k.addr),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{k.topic: {0: kgo.NewOffset().AtStart()}}))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ends, err := kadm.NewClient(client).ListEndOffsets(ctx, k.topic)
	if err != nil {
		t.Fatal(err)
	}
	end, _ := ends.Lookup(k.topic, 0)
	for int64(len(values)) < end.Offset {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		fetches.EachRecord(func(r *kgo.Record) { values = append(values, string(r.Value)) })
	}
	return values
}

// numbered is a value that takes space, and begins with its number.
func numbered(n int) string { return strconv.Itoa(n) + " " + strings.Repeat("x", 40_000) }

// wantNumbered wants exactly those values, in order.
func wantNumbered(t *testing.T, values []string, want int) {
	t.Helper()
	for n, value := range values {
		if value != numbered(n) {
			t.Fatalf("offset %d holds %.20q", n, value)
		}
	}
	if len(values) != want {
		t.Errorf("%d records are there, want the %d that were acknowledged", len(values), want)
	}
}

// TestBrokerOnAFullDisk fills the disk with records: the broker refuses what does not fit, with an error upon which
// clients try again, goes on with commits, and takes records again once there is room. None that it acknowledged is
// missing after a kill, and none that it refused is there.
func TestBrokerOnAFullDisk(t *testing.T) {
	embeddedtest.TinyDisk(t, 16<<20, func(t *testing.T, dir string) {
		cfg := embedded.BrokerConfig{Dir: filepath.Join(dir, "kafka"), KeepFree: 4 << 20}
		process := embeddedtest.BrokerProcess(t, cfg)
		cfg.Port = embeddedtest.Port(t, process.Addr())
		k := newKafka(t, process.Addr())
		k.isEmbedded = true
		k.ensure(t, embedded.Topic{Partitions: 1})
		acknowledged := 0
		fill := func() {
			t.Helper()
			for {
				err := k.put(t, numbered(acknowledged))
				if errors.Is(err, kafka.KafkaStorageError) {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				acknowledged++
			}
		}
		ballast := embeddedtest.Fill(t, dir, 8<<20)
		fill()
		if acknowledged < 50 {
			t.Errorf("only %d records fitted into 4 MiB", acknowledged)
		}
		retry(t, func(context.Context) error { return k.commit(t, -1, "", int64(acknowledged), "full") })
		embeddedtest.Fill(t, dir, 64<<10)
		if err := k.commit(t, -1, "", 1, "fuller"); !errors.Is(err, kafka.KafkaStorageError) {
			t.Errorf("a commit on the last bytes: got %v, want %v", err, kafka.KafkaStorageError)
		}
		wantNumbered(t, k.all(t), acknowledged)
		process.Kill()

		refused := embedded.NewBrokerProcess(cfg)
		if err := refused.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "is full") || !strings.Contains(err.Error(), cfg.Dir) {
			t.Errorf("start on a full disk: got %v, want an error that names the folder", err)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		process = embeddedtest.BrokerProcess(t, cfg)
		wantNumbered(t, k.all(t), acknowledged)
		if offset, metadata := k.committed(t); offset != int64(acknowledged) || metadata != "full" {
			t.Errorf("committed: got %d %q, want %d", offset, metadata, acknowledged)
		}
		fill() // the room that was made is used
		process.Kill()
		embeddedtest.BrokerProcess(t, cfg)
		wantNumbered(t, k.all(t), acknowledged)
	})
}

// TestBrokerThatCannotWrite has no reserve: the broker meets the end of the disk in the middle of a batch. It must not
// go on after that, and what it acknowledged must be there when it is started again. The producer numbers its batches,
// so that a repeated one that the broker had failed to write would be taken for a duplicate.
func TestBrokerThatCannotWrite(t *testing.T) {
	embeddedtest.TinyDisk(t, 8<<20, func(t *testing.T, dir string) {
		cfg := embedded.BrokerConfig{Dir: filepath.Join(dir, "kafka"), KeepFree: -1}
		process := embeddedtest.BrokerProcess(t, cfg)
		cfg.Port = embeddedtest.Port(t, process.Addr())
		k := newKafka(t, process.Addr())
		k.isEmbedded = true
		k.ensure(t, embedded.Topic{Partitions: 1})
		client, err := kgo.NewClient(kgo.SeedBrokers(process.Addr()), kgo.DefaultProduceTopic(k.topic),
			kgo.MaxProduceRequestsInflightPerBroker(1), kgo.RecordDeliveryTimeout(time.Minute), kgo.ProducerBatchCompression(kgo.NoCompression()))
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		ballast := embeddedtest.Fill(t, dir, 1<<20)
		acknowledged := 0
		produce := func() <-chan error {
			answer := make(chan error, 1)
			client.Produce(t.Context(), kgo.StringRecord(numbered(acknowledged)), func(_ *kgo.Record, err error) { answer <- err })
			return answer
		}
		var unanswered <-chan error // what the broker owes when it ends, if it said nothing
		for going := true; going; {
			answer := produce()
			select {
			case err := <-answer:
				if going = err == nil; going {
					acknowledged++
				}
			case <-process.Done():
				unanswered, going = answer, false
			}
		}
		<-process.Done()
		if err := process.Err(); err == nil || !strings.Contains(err.Error(), "cannot write its log") || !strings.Contains(err.Error(), "disk is full") {
			t.Errorf("the broker ended with %v, want words about the disk", err)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		embeddedtest.BrokerProcess(t, cfg)
		if unanswered != nil { // the producer sends it again, by the same number, unless the refusal was still on its way
			if err := <-unanswered; err == nil {
				acknowledged++
			} else if !errors.Is(err, kerr.UnknownServerError) {
				t.Fatal(err)
			}
		}
		wantNumbered(t, k.all(t), acknowledged)
		if err := <-produce(); err != nil {
			t.Fatal(err)
		}
		wantNumbered(t, k.all(t), acknowledged+1)
	})
}
