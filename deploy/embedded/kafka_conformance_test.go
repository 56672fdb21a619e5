package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// conformance is what deskpulse needs of Kafka, as kafka-go asks for it.
var conformance = []struct {
	name string
	test func(t *testing.T, k kafkaUnderTest)
}{
	{"produce, fetch, list offsets", testProduceFetch},
	{"append time", testAppendTime},
	{"topics", testTopics},
	{"offsets carry metadata and outlive members", testOffsets},
	{"a member of an old generation is fenced", testFencing},
	{"members share and inherit partitions", testRebalance},
}

// TestBrokerDoesAsKafka runs the same tests on the embedded broker and on Apache Kafka.
func TestBrokerDoesAsKafka(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		runConformance(t, embeddedtest.Broker(t), true)
	})
	t.Run("apache", func(t *testing.T) {
		if addr, ok := embeddedtest.RealKafka(t); ok {
			runConformance(t, addr, false)
		}
	})
}

func runConformance(t *testing.T, addr string, isEmbedded bool) {
	for _, row := range conformance {
		t.Run(row.name, func(t *testing.T) {
			k := newKafka(t, addr)
			k.isEmbedded = isEmbedded
			row.test(t, k)
		})
	}
}

// kafkaUnderTest is a client, and names nobody else uses.
type kafkaUnderTest struct {
	*kafka.Client
	addr, topic, group string
	// isEmbedded admits the known differences, each of which is named where it is looked at.
	isEmbedded bool
}

func newKafka(t *testing.T, addr string) kafkaUnderTest {
	transport := &kafka.Transport{MetadataTTL: 500 * time.Millisecond}
	t.Cleanup(transport.CloseIdleConnections)
	name := embeddedtest.Name(t)
	return kafkaUnderTest{
		Client: &kafka.Client{Addr: kafka.TCP(addr), Transport: transport, Timeout: 10 * time.Second},
		addr:   addr, topic: name, group: name,
	}
}

func (k kafkaUnderTest) ensure(t *testing.T, topic embedded.Topic) {
	t.Helper()
	topic.Name = k.topic
	if err := embedded.EnsureTopics(t.Context(), k.Client, topic); err != nil {
		t.Fatal(err)
	}
}

func (k kafkaUnderTest) produce(t *testing.T, partition int, values ...string) {
	t.Helper()
	retry(t, func(ctx context.Context) error {
		var records []kafka.Record
		for _, value := range values {
			records = append(records, kafka.Record{Key: kafka.NewBytes([]byte("k")), Value: kafka.NewBytes([]byte(value))})
		}
		response, err := k.Produce(ctx, &kafka.ProduceRequest{
			Topic: k.topic, Partition: partition, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(records...),
		})
		if err != nil {
			return err
		}
		return response.Error // e.g. a broker that does not know yet that it leads the partition
	})
}

func (k kafkaUnderTest) fetch(t *testing.T, partition int, offset int64) (values []string, times []time.Time, high int64) {
	t.Helper()
	response, err := k.Fetch(t.Context(), &kafka.FetchRequest{
		Topic: k.topic, Partition: partition, Offset: offset, MinBytes: 1, MaxBytes: 1 << 20, MaxWait: time.Second,
	})
	if err == nil {
		err = response.Error
	}
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	for {
		record, err := response.Records.ReadRecord()
		if errors.Is(err, io.EOF) {
			return values, times, response.HighWatermark
		}
		if err != nil {
			t.Fatalf("read record: %v", err)
		}
		value, err := kafka.ReadAll(record.Value)
		if err != nil {
			t.Fatal(err)
		}
		values, times = append(values, string(value)), append(times, record.Time)
	}
}

func testProduceFetch(t *testing.T, k kafkaUnderTest) {
	k.ensure(t, embedded.Topic{Partitions: 2})
	k.produce(t, 1, "a", "b")
	k.produce(t, 1, "c")
	values, _, high := k.fetch(t, 1, 0)
	for len(values) < 3 { // a fetch may end after the first batch
		more, _, _ := k.fetch(t, 1, int64(len(values)))
		values = append(values, more...)
	}
	if diff := cmp.Diff(values, []string{"a", "b", "c"}); diff != "" || high != 3 {
		t.Errorf("high watermark %d, values (-got, +want):\n%s", high, diff)
	}
	response, err := k.ListOffsets(t.Context(), &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{
		k.topic: {kafka.FirstOffsetOf(1), kafka.LastOffsetOf(1), kafka.LastOffsetOf(0)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[int][2]int64{}
	for _, p := range response.Topics[k.topic] {
		if p.Error != nil {
			t.Fatal(p.Error)
		}
		got[p.Partition] = [2]int64{p.FirstOffset, p.LastOffset}
	}
	// -1: not asked for
	if diff := cmp.Diff(got, map[int][2]int64{1: {0, 3}, 0: {-1, 0}}); diff != "" {
		t.Errorf("offsets (-got, +want):\n%s", diff)
	}
}

func testAppendTime(t *testing.T, k kafkaUnderTest) {
	k.ensure(t, embedded.Topic{Partitions: 1, Retention: embedded.Forever, Configs: map[string]string{
		"message.timestamp.type": "LogAppendTime",
	}})
	before := time.Now().Add(-time.Second)
	var response *kafka.ProduceResponse
	retry(t, func(ctx context.Context) (err error) {
		records := kafka.NewRecordReader(kafka.Record{Time: time.UnixMilli(1), Value: kafka.NewBytes([]byte("old"))})
		response, err = k.Produce(ctx, &kafka.ProduceRequest{Topic: k.topic, RequiredAcks: kafka.RequireAll, Records: records})
		if err != nil {
			return err
		}
		return response.Error
	})
	// The embedded broker has an append time as Kafka does, but does not tell the producer.
	if got := response.LogAppendTime; k.isEmbedded != got.IsZero() || !k.isEmbedded && got.Before(before) {
		t.Errorf("append time in the answer to the producer: got %v", got)
	}
	// Kafka says in the batch that the records' own times do not count, which kafka-go does not look at; the embedded
	// broker overwrites them.
	if _, times, _ := k.fetch(t, 0, 0); len(times) != 1 || k.isEmbedded && times[0].Before(before) {
		t.Errorf("time of the record: got %v, want one after %v", times, before)
	}
}

func testTopics(t *testing.T, k kafkaUnderTest) {
	k.ensure(t, embedded.Topic{Partitions: 3, Retention: embedded.Forever})
	k.ensure(t, embedded.Topic{Partitions: 3}) // a second time changes nothing
	err := embedded.EnsureTopics(t.Context(), k.Client, embedded.Topic{Name: k.topic, Partitions: 4})
	if !errors.Is(err, embedded.ErrTopicDiffers) {
		t.Errorf("other number of partitions: got %v, want %v", err, embedded.ErrTopicDiffers)
	}
	configs, err := k.DescribeConfigs(t.Context(), &kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: k.topic, ConfigNames: []string{"retention.ms"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := configs.Resources[0].ConfigEntries[0].ConfigValue; got != "-1" {
		t.Errorf("retention.ms: got %q, want -1", got)
	}
	deleted, err := k.DeleteTopics(t.Context(), &kafka.DeleteTopicsRequest{Topics: []string{k.topic}})
	if err != nil || deleted.Errors[k.topic] != nil {
		t.Fatal(err, deleted.Errors)
	}
	k.refusesProduce(t)
}

// refusesProduce waits until the broker takes no more records for a topic that was deleted: Kafka answers before all of
// it has heard. One that made the topic on the way would take them for ever.
func (k kafkaUnderTest) refusesProduce(t *testing.T) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); <-tick.C {
		response, err := k.Produce(t.Context(), &kafka.ProduceRequest{
			Topic: k.topic, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(kafka.Record{}),
		})
		if err != nil || response.Error != nil {
			return
		}
	}
	t.Error("produce to a deleted topic: no error after 15 s; it must not be created on the way")
}

// commit stores an offset with metadata and returns the error of the partition.
func (k kafkaUnderTest) commit(t *testing.T, generation int, member string, offset int64, metadata string) error {
	t.Helper()
	response, err := k.OffsetCommit(t.Context(), &kafka.OffsetCommitRequest{
		GroupID: k.group, GenerationID: generation, MemberID: member,
		Topics: map[string][]kafka.OffsetCommit{k.topic: {{Partition: 0, Offset: offset, Metadata: metadata}}},
	})
	if err != nil {
		return err
	}
	return response.Topics[k.topic][0].Error
}

// committed returns what the group has committed, -1 for nothing.
func (k kafkaUnderTest) committed(t *testing.T) (offset int64, metadata string) {
	t.Helper()
	retry(t, func(ctx context.Context) error {
		response, err := k.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: k.group, Topics: map[string][]int{k.topic: {0}}})
		if err != nil {
			return err
		}
		// Where Kafka answers -1 the embedded broker knows no such group, or leaves the partition out.
		none := errors.Is(response.Error, kafka.GroupIdNotFound) || response.Error == nil && len(response.Topics[k.topic]) == 0
		if k.isEmbedded && none {
			offset, metadata = -1, ""
			return nil
		}
		if response.Error != nil {
			return response.Error
		}
		p := response.Topics[k.topic][0]
		offset, metadata = p.CommittedOffset, p.Metadata
		return p.Error
	})
	return offset, metadata
}

// retry tries until it succeeds: on a fresh Kafka the coordinator of a group takes a moment to know that it is one.
func retry(t *testing.T, try func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		err := try(ctx)
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// deleteOffset deletes what the group has committed. It waits for the coordinator to notice that nobody is left.
func (k kafkaUnderTest) deleteOffset(t *testing.T) {
	t.Helper()
	retry(t, func(ctx context.Context) error {
		deleted, err := k.OffsetDelete(ctx, &kafka.OffsetDeleteRequest{GroupID: k.group, Topics: map[string][]int{k.topic: {0}}})
		if err != nil {
			return err
		}
		if deleted.Error != nil {
			return deleted.Error
		}
		return deleted.Topics[k.topic][0].Error
	})
}

func (k kafkaUnderTest) consume(t *testing.T) *kafka.ConsumerGroup {
	t.Helper()
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: k.group, Brokers: []string{k.addr}, Topics: []string{k.topic}, StartOffset: kafka.FirstOffset,
		SessionTimeout: 30 * time.Second, HeartbeatInterval: 100 * time.Millisecond, RebalanceTimeout: 30 * time.Second,
		JoinGroupBackoff: 100 * time.Millisecond, Dialer: &kafka.Dialer{Timeout: 5 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	return group
}

func next(t *testing.T, group *kafka.ConsumerGroup) *kafka.Generation {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		generation, err := group.Next(ctx)
		if err == nil {
			return generation
		}
		if ctx.Err() != nil || errors.Is(err, kafka.ErrGroupClosed) {
			t.Errorf("next generation: %v", err)
			return nil
		}
		t.Logf("next generation: %v", err) // a rebalance that another one overtakes shows as an error; the group goes on
	}
}

func testOffsets(t *testing.T, k kafkaUnderTest) {
	k.ensure(t, embedded.Topic{Partitions: 1})
	k.produce(t, 0, "a", "b", "c")
	if offset, _ := k.committed(t); offset != -1 {
		t.Errorf("before any commit: got offset %d, want -1", offset)
	}
	group := k.consume(t)
	generation := next(t, group)
	if err := k.commit(t, int(generation.ID), generation.MemberID, 2, "pending 2-3"); err != nil {
		t.Fatal(err)
	}
	if err := group.Close(); err != nil {
		t.Fatal(err)
	}
	offset, metadata := k.committed(t)
	if got, want := fmt.Sprint(offset, " ", metadata), "2 pending 2-3"; got != want {
		t.Errorf("after the member left: got %q, want %q", got, want)
	}
	group = k.consume(t)
	defer group.Close()
	if got := next(t, group).Assignments[k.topic][0].Offset; got != 2 {
		t.Errorf("the next member starts at: got %d, want 2", got)
	}
	if err := group.Close(); err != nil {
		t.Fatal(err)
	}
	k.deleteOffset(t)
	if offset, _ := k.committed(t); offset != -1 {
		t.Errorf("after delete: got offset %d, want -1", offset)
	}
}

func testFencing(t *testing.T, k kafkaUnderTest) {
	k.ensure(t, embedded.Topic{Partitions: 1})
	group := k.consume(t)
	defer group.Close()
	generation := next(t, group)
	if err := k.commit(t, int(generation.ID)-1, generation.MemberID, 1, ""); !errors.Is(err, kafka.IllegalGeneration) {
		t.Errorf("old generation: got %v, want %v", err, kafka.IllegalGeneration)
	}
	if err := k.commit(t, int(generation.ID), "nobody", 1, ""); !errors.Is(err, kafka.UnknownMemberId) {
		t.Errorf("unknown member: got %v, want %v", err, kafka.UnknownMemberId)
	}
	if err := k.commit(t, -1, "", 1, ""); err == nil {
		t.Error("a commit without membership into a group with members: got no error")
	}
	if offset, _ := k.committed(t); offset != -1 {
		t.Errorf("after refused commits: got offset %d, want -1", offset)
	}
}

func testRebalance(t *testing.T, k kafkaUnderTest) {
	k.ensure(t, embedded.Topic{Partitions: 2})
	first := k.consume(t)
	defer first.Close()
	began := time.Now()
	generation := next(t, first)
	t.Logf("first join took %v", time.Since(began).Round(time.Millisecond))
	if got := partitions(generation, k.topic); !slices.Equal(got, []int{0, 1}) {
		t.Fatalf("alone: got partitions %v, want both", got)
	}
	ended := make(chan time.Time, 1)
	generation.Start(func(ctx context.Context) {
		<-ctx.Done()
		ended <- time.Now()
	})
	joined := make(chan *kafka.Generation, 1)
	began = time.Now()
	second := k.consume(t)
	defer second.Close()
	go func() { joined <- next(t, second) }()
	<-ended
	mine, other := next(t, first), <-joined
	t.Logf("second join took %v", time.Since(began).Round(time.Millisecond))
	got := append(partitions(mine, k.topic), partitions(other, k.topic)...)
	slices.Sort(got)
	if len(mine.Assignments[k.topic]) != 1 || !slices.Equal(got, []int{0, 1}) {
		t.Errorf("both: got partitions %v, want one each", got)
	}
	if mine.ID != other.ID {
		t.Errorf("generations differ: %d and %d", mine.ID, other.ID)
	}
	began = time.Now()
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if got := partitions(next(t, first), k.topic); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("after the other left: got partitions %v, want both", got)
	}
	t.Logf("inheriting took %v", time.Since(began).Round(time.Millisecond))
}

func partitions(generation *kafka.Generation, topic string) (out []int) {
	for _, assignment := range generation.Assignments[topic] {
		out = append(out, assignment.ID)
	}
	slices.Sort(out)
	return out
}
