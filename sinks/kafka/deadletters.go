package kafka

import (
	"context"
	"errors"
	"strconv"
	"unicode/utf8"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// The headers of a dead letter, beside its original key and value.
const (
	HeaderReason     = "deskpulse-reason"      // why it was rejected, an event.Reason
	HeaderDetail     = "deskpulse-detail"      // what exactly, for a person
	HeaderStream     = "deskpulse-stream"      // where it stood
	HeaderEpoch      = "deskpulse-epoch"       //
	HeaderPartition  = "deskpulse-partition"   //
	HeaderOffset     = "deskpulse-offset"      //
	HeaderAppendTime = "deskpulse-append-time" // broker append time, Unix milliseconds
	// HeaderTruncated is present if key and value did not fit and were cut: their original lengths, "key/value" in bytes.
	HeaderTruncated = "deskpulse-truncated"
)

// DeadLetters copies rejected records to a topic, at least once each: a batch that is repeated is copied again.
type DeadLetters struct {
	producer *Producer
	topic    string
}

// NewDeadLetters returns a copier of rejected records to the topic.
func NewDeadLetters(p *Producer, topic string) *DeadLetters { return &DeadLetters{p, topic} }

// Copy writes the batch's rejected records and returns when all of them are acknowledged. A record too large for the
// topic is cut rather than refused: it must never stop a partition, and its bytes are in the table `rejected`.
func (d *DeadLetters) Copy(ctx context.Context, b *event.Batch) error {
	err := d.copy(ctx, b, d.producer.cfg.BatchBytes)
	if errors.Is(err, kafkago.MessageSizeTooLarge) || errors.Is(err, kafkago.RecordListTooLarge) {
		return d.copy(ctx, b, safeBytes) // the topic takes less than the producer was told
	}
	return err
}

// safeBytes is what a topic takes that was made without a thought about sizes: Kafka's default is 1 MiB.
const safeBytes = 900_000

// copy writes the letters in requests of at most so many bytes.
func (d *DeadLetters) copy(ctx context.Context, b *event.Batch, maxBytes int) error {
	var (
		messages []Message
		bytes    int
	)
	for i := range b.Rejected {
		m, size := letter(b.Partition, &b.Rejected[i], maxBytes)
		if bytes+size > maxBytes {
			if err := d.producer.Produce(ctx, d.topic, messages); err != nil {
				return err
			}
			messages, bytes = messages[:0], 0
		}
		messages, bytes = append(messages, m), bytes+size
	}
	return d.producer.Produce(ctx, d.topic, messages)
}

// The parts of a letter that are not key and value: headers and framing, and in the headers the detail, which quotes
// what was found.
const (
	maxDetail = 2_000
	overhead  = 4_000
)

// letter returns the copy of a record, and what it takes of a request at most.
func letter(p event.Partition, r *event.Rejected, maxBytes int) (m Message, size int) {
	m = Message{
		Key:   r.Key,
		Value: r.Value,
		Headers: []Header{
			{HeaderReason, []byte(r.Reason)},
			{HeaderDetail, []byte(shorten(r.Detail))},
			{HeaderStream, []byte(p.Stream)},
			{HeaderEpoch, strconv.AppendUint(nil, uint64(p.Epoch), 10)},
			{HeaderPartition, strconv.AppendInt(nil, int64(p.ID), 10)},
			{HeaderOffset, strconv.AppendInt(nil, r.Offset, 10)},
			{HeaderAppendTime, strconv.AppendInt(nil, r.AppendTime, 10)},
		},
	}
	room := maxBytes - overhead
	if len(m.Key)+len(m.Value) > room {
		m.Key = m.Key[:min(len(m.Key), room/2)]
		m.Value = m.Value[:min(len(m.Value), room-len(m.Key))]
		lengths := strconv.Itoa(len(r.Key)) + "/" + strconv.Itoa(len(r.Value))
		m.Headers = append(m.Headers, Header{HeaderTruncated, []byte(lengths)})
	}
	return m, len(m.Key) + len(m.Value) + overhead
}

// shorten cuts a detail at a whole character.
func shorten(detail string) string {
	if len(detail) <= maxDetail {
		return detail
	}
	n := maxDetail
	for n > 0 && !utf8.RuneStart(detail[n]) {
		n--
	}
	return detail[:n]
}
