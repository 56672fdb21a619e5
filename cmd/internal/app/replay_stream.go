package app

import (
	"context"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	sinkkafka "github.com/deskpulse/deskpulse/sinks/kafka"
)

// replayStream is a replay of one stream.
type replayStream struct {
	*replay
	stream  config.Stream
	decoder *event.Decoder
	planned bool
	found   int              // records that the filter matched
	todo    []candidate      // not done with, in order of their positions
	sent    []candidate      // committed
	ends    []clickhouse.End // of the topic, behind everything that was sent
}

// candidate is a record to be sent again.
type candidate struct {
	clickhouse.Outstanding
	judged bool // it is counted whether it would be accepted
}

// replayTries is how many sessions may fail before anything is known: a server that is not there at all is to be heard of.
const replayTries = 5

// run sends the records that the filter matches, in sessions. A session
//
//  1. opens transactions under the one id that replays of the topic have: from here on no other replay can commit, and what
//     one had begun is decided;
//  2. waits until ingest has applied all of the topic, which must be the one it has read, and so whatever any replay has
//     committed;
//  3. asks the tables which records are no events: none of those is on its way;
//  4. sends them, in transactions that ingest sees whole or not at all.
//
// An error may leave open whether a transaction was committed. The next session finds out, in the same way; a server that is
// away then is waited for as long as ingest is.
func (t *replayStream) run(ctx context.Context, filter clickhouse.OutstandingFilter) error {
	moved := time.Now()
	for tries, pause := 1, retryFirst; ; tries, pause = tries+1, min(2*pause, retryMost) {
		sent := len(t.sent)
		err := t.session(ctx, filter)
		if len(t.sent) > sent {
			moved, pause = time.Now(), retryFirst
		}
		if err == nil || ctx.Err() != nil || !passingReplay(err) || time.Since(moved) > t.cfg.Wait {
			return err
		}
		if !t.planned && tries >= replayTries {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

func (t *replayStream) session(ctx context.Context, filter clickhouse.OutstandingFilter) error {
	cfg, err := transactor(t.config, t.stream.Topic)
	if err != nil {
		return err
	}
	tx, err := sinkkafka.OpenTransactor(ctx, cfg)
	if err != nil {
		return err
	}
	defer tx.Close()
	if err := t.caughtUp(ctx, tx); err != nil {
		return err
	}
	if err := t.plan(ctx, filter); err != nil {
		return err
	}
	if err := t.send(ctx, tx); err != nil {
		return err
	}
	return t.findEnds(ctx, tx)
}

// findEnds asks for the ends of the topic. They are not the last stable offsets: while somebody else's transaction is open
// those lie before what replays have committed.
func (t *replayStream) findEnds(ctx context.Context, tx *sinkkafka.Transactor) error {
	ends, err := tx.Ends(ctx, t.stream.Topic)
	if err != nil {
		return err
	}
	t.ends = t.ends[:0]
	for id, e := range ends {
		p := event.Partition{Stream: t.stream.Name, Epoch: t.stream.Epoch, ID: int32(id)}
		t.ends = append(t.ends, clickhouse.End{Partition: p, Start: e.Start, Offset: e.End})
	}
	return nil
}

// caughtUp waits until ingest has applied everything that is in the topic. A topic that is not the one that was applied is
// an [OtherLogError].
func (t *replayStream) caughtUp(ctx context.Context, tx *sinkkafka.Transactor) error {
	if err := t.findEnds(ctx, tx); err != nil {
		return err
	}
	if err := t.sameLogs(ctx); err != nil {
		return err
	}
	behind, err := t.await(ctx)
	if err == nil && behind > 0 {
		err = fmt.Errorf("ingest has %d offsets of topic %q still to apply after %v: is it running? Nothing can be sent before, "+
			"because nobody can know what is there already", behind, t.stream.Topic, t.cfg.Wait)
	}
	return err
}

// await waits until everything before the ends is applied, but no longer than it may, and returns what is missing then.
func (t *replayStream) await(ctx context.Context) (behind int64, err error) {
	state, err := awaitApplied(ctx, t.store, t.ends, t.cfg.Wait, func(done, total int64) { t.progress("ingest", done, total) })
	for _, p := range state {
		behind += p.Behind()
	}
	return behind, err
}

// plan finds out what is to be sent: the first time all that the filter matches, later what is left of it. A record that
// was sent, by an earlier session of this call or by another replay, is an event or was rejected once more since.
func (t *replayStream) plan(ctx context.Context, filter clickhouse.OutstandingFilter) error {
	if !t.planned {
		todo, err := t.store.Outstanding(ctx, filter)
		if err == nil {
			t.take(todo)
		}
		return err
	}
	outcomes, err := t.store.Outcomes(ctx, origins(t.todo))
	if err != nil {
		return err
	}
	var left []candidate
	for _, c := range t.todo {
		if o := outcomes[c.Origin]; o.Accepted > 0 || o.Rejected > c.Attempts {
			t.done(c)
		} else {
			left = append(left, c)
		}
	}
	t.todo = left
	return nil
}

func (t *replayStream) take(todo []clickhouse.Outstanding) {
	t.planned, t.found = true, len(todo)
	t.out.Records += int64(len(todo))
	for _, o := range todo {
		t.todo = append(t.todo, candidate{Outstanding: o})
	}
}

// done notes that records are in Kafka for good.
func (t *replayStream) done(records ...candidate) {
	t.sent = append(t.sent, records...)
	t.out.Sent += int64(len(records))
}

// settle waits for ingest and counts what became of the records.
func (t *replayStream) settle(ctx context.Context) error {
	if len(t.sent) == 0 {
		return nil
	}
	if _, err := t.await(ctx); err != nil {
		return err
	}
	outcomes, err := t.store.Outcomes(ctx, origins(t.sent))
	if err != nil {
		return err
	}
	for _, c := range t.sent {
		switch o := outcomes[c.Origin]; {
		case o.Accepted > 0:
			t.out.Accepted++
		case o.Rejected > c.Attempts:
			t.out.Again++
		default:
			t.out.Waiting++
		}
	}
	return nil
}

func origins(records []candidate) []string {
	out := make([]string, len(records))
	for i, c := range records {
		out[i] = c.Origin
	}
	return out
}
