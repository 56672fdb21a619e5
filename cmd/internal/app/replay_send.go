package app

import (
	"cmp"
	"context"
	"errors"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/schemas/event"
	sinkkafka "github.com/deskpulse/deskpulse/sinks/kafka"
)

// What one transaction carries. Its bytes fit into one request to a topic with Kafka's own max.message.bytes; a record
// that is larger by itself has a transaction of its own. Readers of the topic wait while it is open.
const (
	replayRecords  = 2_000
	replayBytes    = 900_000
	replayOverhead = 250 // of a record: the header with its origin, and framing
)

// send sends what is to be done, a transaction at a time.
func (t *replayStream) send(ctx context.Context, tx *sinkkafka.Transactor) error {
	return t.each(ctx, func(records []candidate) error {
		messages, chosen, err := t.prepare(ctx, records)
		if err != nil {
			return err
		}
		if err := tx.Commit(ctx, t.stream.Topic, messages); err != nil {
			return err
		}
		t.done(chosen...)
		return nil
	})
}

// check finds out what would be sent.
func (t *replayStream) check(ctx context.Context) error {
	return t.each(ctx, func(records []candidate) error {
		_, _, err := t.prepare(ctx, records)
		return err
	})
}

// each hands over what is to be done in pieces of one partition, of the size of a transaction. A piece stays to be done if
// there was an error.
func (t *replayStream) each(ctx context.Context, do func([]candidate) error) error {
	for len(t.todo) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.progress("replay", int64(t.found-len(t.todo)), int64(t.found))
		n := piece(t.todo, cmp.Or(t.cfg.Piece, replayRecords))
		if err := do(t.todo[:n]); err != nil {
			return err
		}
		t.todo = t.todo[n:]
	}
	t.progress("replay", int64(t.found), int64(t.found))
	return nil
}

// piece returns how many records make the next piece: at least one, and at most so many.
func piece(todo []candidate, most int) int {
	var bytes int64
	for n, c := range todo {
		bytes += c.Bytes + replayOverhead
		if n > 0 && (n == most || bytes > replayBytes || c.Position.Partition != todo[0].Position.Partition) {
			return n
		}
	}
	return len(todo)
}

// prepare reads the bytes of records of one partition, counts what ingest would do with them, and returns those to send.
func (t *replayStream) prepare(ctx context.Context, records []candidate) (messages []sinkkafka.Placed, chosen []candidate, err error) {
	offsets := make([]int64, len(records))
	for i, c := range records {
		offsets[i] = c.Position.Offset
	}
	found, err := t.store.RejectedBytes(ctx, records[0].Position.Partition, offsets)
	if err != nil {
		return nil, nil, err
	}
	content := map[int64]event.Rejected{}
	for _, r := range found {
		content[r.Offset] = r
	}
	for i := range records {
		c := &records[i]
		if r := content[c.Position.Offset]; t.judge(c, r) {
			messages = append(messages, t.message(c, r))
			chosen = append(chosen, *c)
		}
	}
	return messages, chosen, nil
}

// judge reports whether to send a record, and counts it when it is looked at for the first time. Ingest will decide by the
// time at which the record is appended again, which is now.
func (t *replayStream) judge(c *candidate, r event.Rejected) bool {
	count := !c.judged
	c.judged = true
	if len(r.Key) == 0 && len(r.Value) == 0 {
		if count {
			t.out.Expired++
		}
		return false
	}
	var row event.Row
	err := t.decoder.Decode(r.Key, r.Value, time.Now(), &row)
	if invalid := new(event.Invalid); count && errors.As(err, &invalid) {
		t.out.Invalid[invalid.Reason]++
	}
	return err == nil || t.cfg.All
}

// message returns the record as it was sent first, to where it stood: sources choose partitions in their own ways. A topic
// that was made again may have fewer.
func (t *replayStream) message(c *candidate, r event.Rejected) sinkkafka.Placed {
	out := sinkkafka.Placed{Partition: c.Position.ID, Message: sinkkafka.Message{
		Key: r.Key, Value: r.Value, Headers: []sinkkafka.Header{{Name: event.HeaderOrigin, Value: []byte(c.Origin)}},
	}}
	if n := len(t.ends); int(out.Partition) >= n && n > 0 {
		partitions := make([]int, n)
		for i := range partitions {
			partitions[i] = i
		}
		out.Partition = int32(kafkago.Murmur2Balancer{}.Balance(kafkago.Message{Key: r.Key}, partitions...))
	}
	return out
}
