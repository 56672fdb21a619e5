package kafka_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// someID is the id of a topic, and its text.
var someID = [16]byte{0x0b, 0x1f, 0x8e, 0x0a, 0x6a, 0x3e, 0x4a, 0x4c, 0x9a, 0x55, 0x3f, 0x1d, 0x8c, 0x0f, 0x7a, 0x01}

const someIDText = "0b1f8e0a-6a3e-4a4c-9a55-3f1d8c0f7a01"

// answered is an answer as kmsg encodes it, with the response header of its version.
func answered(r kmsg.Response) []byte {
	head := binary.BigEndian.AppendUint32(nil, kafka.FetchCorrelation)
	if r.IsFlexible() {
		head = append(head, 0)
	}
	return r.AppendTo(head)
}

// requested is a request as kmsg encodes it.
func requested(r kmsg.Request) []byte {
	return kmsg.NewRequestFormatter(kmsg.FormatterClientID("desk")).AppendRequest(nil, r, kafka.FetchCorrelation)
}

func TestRequestsAreThoseOfFranz(t *testing.T) {
	t.Parallel()
	metadata := kmsg.NewPtrMetadataRequest()
	metadata.Version = 10
	topic := kmsg.NewMetadataRequestTopic()
	topic.Topic = kmsg.StringPtr("events")
	metadata.Topics = append(metadata.Topics, topic)

	fetch := kmsg.NewPtrFetchRequest()
	fetch.Version, fetch.ReplicaID, fetch.MaxWaitMillis, fetch.MinBytes, fetch.MaxBytes = 13, -1, 100, 1, math.MaxInt32
	fetch.IsolationLevel, fetch.SessionEpoch = 1, -1
	partition := kmsg.NewFetchRequestTopicPartition()
	partition.Partition, partition.FetchOffset, partition.PartitionMaxBytes = 3, 77, 4<<20
	partition.CurrentLeaderEpoch, partition.LastFetchedEpoch, partition.LogStartOffset = -1, -1, -1
	fetch.Topics = []kmsg.FetchRequestTopic{{TopicID: someID, Partitions: []kmsg.FetchRequestTopicPartition{partition}}}

	for _, c := range []struct {
		name      string
		got, want []byte
	}{
		{"metadata", kafka.EncodeMetadata("events", "desk"), requested(metadata)},
		{"fetch", kafka.EncodeFetchByID(someID, kafka.Partition{Topic: "events", ID: 3}, 77, "desk"), requested(fetch)},
	} {
		if diff := cmp.Diff(c.got, c.want); diff != "" {
			t.Errorf("%s (-got, +want):\n%s", c.name, diff)
		}
	}
}

// metadataAnswer has two brokers and a topic of two partitions.
func metadataAnswer(change func(*kmsg.MetadataResponse)) []byte {
	r := kmsg.NewPtrMetadataResponse()
	r.Version, r.ThrottleMillis, r.ClusterID, r.ControllerID = 10, 20, kmsg.StringPtr("cluster"), 1
	for id := range int32(2) {
		b := kmsg.NewMetadataResponseBroker()
		b.NodeID, b.Host, b.Port = id, "host", 9092
		b.UnknownTags.Set(9, []byte("later"))
		r.Brokers = append(r.Brokers, b)
	}
	topic := kmsg.NewMetadataResponseTopic()
	topic.Topic, topic.TopicID = kmsg.StringPtr("events"), someID
	for id := range int32(2) {
		p := kmsg.NewMetadataResponseTopicPartition()
		p.Partition, p.Leader, p.Replicas, p.ISR = id, 1, []int32{0, 1}, []int32{1}
		topic.Partitions = append(topic.Partitions, p)
	}
	topic.UnknownTags.Set(3, []byte("tag"))
	r.Topics = append(r.Topics, topic)
	if change != nil {
		change(r)
	}
	return answered(r)
}

func TestDecodeMetadata(t *testing.T) {
	t.Parallel()
	good := metadataAnswer(nil)
	for _, c := range []struct {
		name   string
		change func(*kmsg.MetadataResponse)
		want   string
	}{
		{"as it is", nil, someIDText},
		{"no racks, no cluster id", func(r *kmsg.MetadataResponse) { r.ClusterID = nil }, someIDText},
		{"tags at the end", func(r *kmsg.MetadataResponse) { r.UnknownTags.Set(1, make([]byte, 300)) }, someIDText},
		{"no id", func(r *kmsg.MetadataResponse) { r.Topics[0].TopicID = [16]byte{} }, ""},
		{"many partitions", func(r *kmsg.MetadataResponse) {
			r.Topics[0].Partitions = slices.Repeat(r.Topics[0].Partitions, 5000)
		}, someIDText},
	} {
		got, err := kafka.DecodeMetadata(metadataAnswer(c.change), "events")
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.want)
		}
	}
	for n := range good {
		if _, err := kafka.DecodeMetadata(good[:n], "events"); err == nil {
			t.Errorf("%d of %d bytes were accepted", n, len(good))
		}
	}
	if _, err := kafka.DecodeMetadata(append(slices.Clone(good), 0), "events"); err == nil {
		t.Error("a byte too many was accepted")
	}
	for _, c := range []struct {
		name   string
		change func(*kmsg.MetadataResponse)
		want   error
	}{
		{"another topic", func(r *kmsg.MetadataResponse) { r.Topics[0].Topic = kmsg.StringPtr("other") }, nil},
		{"no topic", func(r *kmsg.MetadataResponse) { r.Topics = nil }, nil},
		{"two topics", func(r *kmsg.MetadataResponse) { r.Topics = append(r.Topics, r.Topics[0]) }, nil},
		{"unknown topic", func(r *kmsg.MetadataResponse) { r.Topics[0].ErrorCode = 3 }, kafka.ErrUnknownTopic},
		{"not permitted", func(r *kmsg.MetadataResponse) { r.Topics[0].ErrorCode = 29 }, kafka.ErrPermission},
	} {
		if id, err := kafka.DecodeMetadata(metadataAnswer(c.change), "events"); err == nil || c.want != nil && !errors.Is(err, c.want) || id != "" {
			t.Errorf("%s: got %q, %v, want %v", c.name, id, err, c.want)
		}
	}
}

func TestDecodeVersions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                string
		keys                []kmsg.ApiVersionsResponseApiKey
		topicIDs, fetchByID bool
	}{
		{"Kafka 4.3", []kmsg.ApiVersionsResponseApiKey{{ApiKey: 1, MinVersion: 4, MaxVersion: 18}, {ApiKey: 3, MaxVersion: 13}}, true, true},
		{"Kafka 2.8", []kmsg.ApiVersionsResponseApiKey{{ApiKey: 1, MaxVersion: 12}, {ApiKey: 3, MaxVersion: 11}}, true, false},
		{"Kafka 2.7", []kmsg.ApiVersionsResponseApiKey{{ApiKey: 1, MaxVersion: 12}, {ApiKey: 3, MaxVersion: 9}}, false, false},
		{"far later", []kmsg.ApiVersionsResponseApiKey{{ApiKey: 1, MinVersion: 14, MaxVersion: 30}, {ApiKey: 3, MinVersion: 11, MaxVersion: 20}}, false, false},
		{"nothing", nil, false, false},
	} {
		r := kmsg.NewPtrApiVersionsResponse()
		r.ApiKeys = c.keys
		body := answered(r)
		topicIDs, fetchByID, err := kafka.DecodeVersions(body)
		if err != nil || topicIDs != c.topicIDs || fetchByID != c.fetchByID {
			t.Errorf("%s: got %v, %v, %v, want %v, %v", c.name, topicIDs, fetchByID, err, c.topicIDs, c.fetchByID)
		}
		for n := range body {
			if _, _, err := kafka.DecodeVersions(body[:n]); err == nil {
				t.Errorf("%s: %d of %d bytes were accepted", c.name, n, len(body))
			}
		}
	}
}

// fetchByIDAnswer is the answer of TestDecodeFetch in version 13, with the tags that brokers put into it.
func fetchByIDAnswer(change func(*kmsg.FetchResponse)) []byte {
	r := kmsg.NewPtrFetchResponse()
	r.Version, r.ThrottleMillis = 13, 20
	p := kmsg.NewFetchResponseTopicPartition()
	p.Partition, p.HighWatermark, p.LastStableOffset, p.LogStartOffset = 3, 90, 80, 10
	p.CurrentLeader = kmsg.FetchResponseTopicPartitionCurrentLeader{LeaderID: 1, LeaderEpoch: 4}
	p.AbortedTransactions = []kmsg.FetchResponseTopicPartitionAbortedTransaction{{ProducerID: 5, FirstOffset: 40}, {ProducerID: 6, FirstOffset: 41}}
	p.RecordBatches = []byte("records")
	r.Topics = []kmsg.FetchResponseTopic{{TopicID: someID, Partitions: []kmsg.FetchResponseTopicPartition{p}}}
	if change != nil {
		change(r)
	}
	return answered(r)
}

func TestDecodeFetchByID(t *testing.T) {
	t.Parallel()
	p := kafka.Partition{Topic: "events", ID: 3}
	good := fetchByIDAnswer(nil)
	a, err := kafka.DecodeFetchByID(good, someID, p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Aborted(), []kafka.AbortedTransaction{{Producer: 5, First: 40}, {Producer: 6, First: 41}}); diff != "" {
		t.Errorf("aborted (-got, +want):\n%s", diff)
	}
	old, err := kafka.DecodeFetch(answer(nil), p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, old, cmp.AllowUnexported(kafka.FetchAnswer{})); diff != "" {
		t.Errorf("version 13 beside version 11 (-13, +11):\n%s", diff)
	}
	for n := range good {
		if _, err := kafka.DecodeFetchByID(good[:n], someID, p); err == nil {
			t.Errorf("%d of %d bytes were accepted", n, len(good))
		}
	}
	for _, c := range []struct {
		name   string
		change func(*kmsg.FetchResponse)
	}{
		{"another topic", func(r *kmsg.FetchResponse) { r.Topics[0].TopicID[0]++ }},
		{"another partition", func(r *kmsg.FetchResponse) { r.Topics[0].Partitions[0].Partition = 4 }},
		{"two partitions", func(r *kmsg.FetchResponse) {
			r.Topics[0].Partitions = append(r.Topics[0].Partitions, r.Topics[0].Partitions[0])
		}},
		{"no topic", func(r *kmsg.FetchResponse) { r.Topics = nil }},
		{"two topics", func(r *kmsg.FetchResponse) { r.Topics = append(r.Topics, r.Topics[0]) }},
	} {
		if _, err := kafka.DecodeFetchByID(fetchByIDAnswer(c.change), someID, p); err == nil {
			t.Errorf("%s was accepted", c.name)
		}
	}
}

// The fuzz tests hold our decoders against those of franz-go: what ours accept means the same there. Franz-go's take
// bytes behind the end of an answer, so that nothing follows from what they accept.

func FuzzDecodeMetadata(f *testing.F) {
	f.Add(metadataAnswer(nil))
	f.Add(metadataAnswer(func(r *kmsg.MetadataResponse) { r.Topics[0].ErrorCode = 3 }))
	f.Fuzz(func(t *testing.T, body []byte) {
		id, err := kafka.DecodeMetadata(body, "events")
		if err != nil || tagged(body) {
			return
		}
		r := kmsg.NewPtrMetadataResponse()
		r.Version = 10
		if err := readAnswer(r, body); err != nil {
			t.Fatalf("accepted, but franz-go says %v", err)
		}
		if want := idText(r.Topics[0].TopicID); len(r.Topics) != 1 || *r.Topics[0].Topic != "events" || id != want {
			t.Fatalf("got %q, franz-go %+v", id, r.Topics)
		}
	})
}

func FuzzDecodeFetchByID(f *testing.F) {
	f.Add(fetchByIDAnswer(nil))
	f.Add(fetchByIDAnswer(func(r *kmsg.FetchResponse) { r.ErrorCode = 70; r.Topics = nil }))
	f.Add(fetchByIDAnswer(func(r *kmsg.FetchResponse) { r.Topics[0].Partitions[0].AbortedTransactions = nil }))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := kafka.DecodeFetchByID(body, someID, kafka.Partition{Topic: "events", ID: 3})
		if err != nil {
			return
		}
		if len(a.Records())+17*len(a.Aborted()) > len(body) {
			t.Fatalf("%d bytes of records and %d transactions from %d bytes", len(a.Records()), len(a.Aborted()), len(body))
		}
		if tagged(body) {
			return
		}
		r := kmsg.NewPtrFetchResponse()
		r.Version = 13
		if err := readAnswer(r, body); err != nil || r.ErrorCode != 0 {
			return // it looks into the tags; and of an error of the whole request we do not read what follows
		}
		p := r.Topics[0].Partitions[0]
		if string(p.RecordBatches) != string(a.Records()) || len(p.AbortedTransactions) != len(a.Aborted()) {
			t.Fatalf("got %+v, franz-go %+v", a, p)
		}
	})
}

func FuzzDecodeVersions(f *testing.F) {
	r := kmsg.NewPtrApiVersionsResponse()
	r.ApiKeys = []kmsg.ApiVersionsResponseApiKey{{ApiKey: 1, MinVersion: 4, MaxVersion: 18}, {ApiKey: 3, MaxVersion: 13}}
	f.Add(answered(r))
	f.Fuzz(func(t *testing.T, body []byte) {
		topicIDs, fetchByID, err := kafka.DecodeVersions(body)
		if err != nil {
			return
		}
		r := kmsg.NewPtrApiVersionsResponse()
		if err := readAnswer(r, body); err != nil {
			t.Fatalf("accepted, but franz-go says %v", err)
		}
		takes := func(key, version int16) (yes bool) {
			for _, k := range r.ApiKeys {
				if k.ApiKey == key {
					yes = k.MinVersion <= version && version <= k.MaxVersion // the last one counts
				}
			}
			return yes
		}
		if topicIDs != takes(3, 10) || fetchByID != takes(1, 13) {
			t.Fatalf("got %v, %v of %+v", topicIDs, fetchByID, r.ApiKeys)
		}
	})
}

// readAnswer has franz-go read an answer whose header has no tags.
func readAnswer(r kmsg.Response, body []byte) error {
	body = body[4:]
	if r.IsFlexible() {
		body = body[1:]
	}
	return r.ReadFrom(body)
}

// tagged reports whether the header of a flexible answer has tags, which franz-go's decoders leave to the caller.
func tagged(body []byte) bool { return len(body) < 5 || body[4] != 0 }

func idText(id [16]byte) string {
	if id == ([16]byte{}) {
		return ""
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
