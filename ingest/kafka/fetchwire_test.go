package kafka_test

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// answer is a Fetch v11 answer as kmsg encodes it, with the response header.
func answer(change func(*kmsg.FetchResponse)) []byte {
	r := kmsg.NewFetchResponse()
	r.Version, r.ThrottleMillis = 11, 20
	topic := kmsg.NewFetchResponseTopic()
	topic.Topic = "events"
	p := kmsg.NewFetchResponseTopicPartition()
	p.Partition, p.HighWatermark, p.LastStableOffset, p.LogStartOffset = 3, 90, 80, 10
	p.AbortedTransactions = []kmsg.FetchResponseTopicPartitionAbortedTransaction{{ProducerID: 5, FirstOffset: 40}, {ProducerID: 6, FirstOffset: 41}}
	p.RecordBatches = []byte("records")
	topic.Partitions = append(topic.Partitions, p)
	r.Topics = append(r.Topics, topic)
	if change != nil {
		change(&r)
	}
	head := binary.BigEndian.AppendUint32(nil, kafka.FetchCorrelation)
	return r.AppendTo(head)
}

func TestDecodeFetch(t *testing.T) {
	t.Parallel()
	p := kafka.Partition{Topic: "events", ID: 3}
	good := answer(nil)
	a, err := kafka.DecodeFetch(good, p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Aborted(), []kafka.AbortedTransaction{{Producer: 5, First: 40}, {Producer: 6, First: 41}}); diff != "" {
		t.Errorf("aborted (-got, +want):\n%s", diff)
	}
	if string(a.Records()) != "records" {
		t.Errorf("records %q", a.Records())
	}
	for n := range good {
		if _, err := kafka.DecodeFetch(good[:n], p); err == nil {
			t.Errorf("%d of %d bytes were accepted", n, len(good))
		}
	}
	for _, c := range []struct {
		name   string
		change func(*kmsg.FetchResponse)
	}{
		{"another topic", func(r *kmsg.FetchResponse) { r.Topics[0].Topic = "other" }},
		{"another partition", func(r *kmsg.FetchResponse) { r.Topics[0].Partitions[0].Partition = 4 }},
		{"no topic", func(r *kmsg.FetchResponse) { r.Topics = nil }},
		{"two topics", func(r *kmsg.FetchResponse) { r.Topics = append(r.Topics, r.Topics[0]) }},
	} {
		if _, err := kafka.DecodeFetch(answer(c.change), p); err == nil {
			t.Errorf("%s was accepted", c.name)
		}
	}
}

func FuzzDecodeFetch(f *testing.F) {
	f.Add(answer(nil))
	f.Add(answer(func(r *kmsg.FetchResponse) { r.ErrorCode = 70; r.Topics = nil }))
	f.Add(answer(func(r *kmsg.FetchResponse) { r.Topics[0].Partitions[0].AbortedTransactions = nil }))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := kafka.DecodeFetch(body, kafka.Partition{Topic: "events", ID: 3})
		if err == nil && len(a.Records())+16*len(a.Aborted()) > len(body) {
			t.Fatalf("%d bytes of records and %d transactions from %d bytes", len(a.Records()), len(a.Aborted()), len(body))
		}
	})
}
