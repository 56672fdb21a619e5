package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	sinkkafka "github.com/deskpulse/deskpulse/sinks/kafka"
)

// Decisions is the log of decisions: commands are appended to it, and whoever folds it knows which of them count. Any
// number of processes may do both at once; none of them holds a lock, because the order of the log decides. Its methods
// may be called from several goroutines, but the state that [Decisions.Refresh] returns is one for all of them.
type Decisions struct {
	log      *decisionLog
	producer *sinkkafka.Producer
	store    *clickhouse.Store
	copier   copier
	logger   *slog.Logger

	turn chan struct{} // holds one token; who has it may use fold and copier. A channel, as who waits may give up
	fold folding
}

// OpenDecisions returns the log of decisions once its topic is seen to be as it must be: one partition in which nothing is
// ever removed, with the broker's times. The error says what is wrong and how to mend it. A broker that is away is waited
// for; ClickHouse is not asked yet.
func OpenDecisions(ctx context.Context, c config.Config, logger *slog.Logger) (*Decisions, error) {
	log, err := newDecisionLog(c, logger)
	if err != nil {
		return nil, err
	}
	d := &Decisions{log: log, logger: logger, turn: make(chan struct{}, 1), fold: newFolding()}
	d.turn <- struct{}{}
	if err := d.open(ctx, c); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Decisions) open(ctx context.Context, c config.Config) (err error) {
	if err := d.log.check(ctx); err != nil {
		return err
	}
	cfg := sinkkafka.DefaultConfig()
	cfg.Brokers, cfg.BatchBytes = c.Kafka.Brokers, decisionBytes
	// One attempt, as send has to know of each whether it may have succeeded; and no command may be refused because of
	// the size of another that it shares a batch with.
	cfg.Attempts, cfg.BatchMessages = 1, 1
	if d.producer, err = sinkkafka.New(cfg, d.log.client.API().Transport); err != nil {
		return err
	}
	if d.store, err = clickhouse.Open(c.ClickHouse); err != nil {
		return err
	}
	d.copier = copier{log: d.log, store: d.store, logger: d.logger}
	return nil
}

// Close waits for what is being sent and drops the connections.
func (d *Decisions) Close() error {
	var errs []error
	if d.producer != nil {
		errs = append(errs, d.producer.Close())
	}
	d.log.client.Close()
	if d.store != nil {
		errs = append(errs, d.store.Close())
	}
	return errors.Join(errs...)
}

// Refresh folds what was appended before the call and returns the state, which changes with the next call of Refresh or
// Append: a caller that shares d must not keep it. What was accepted is copied to ClickHouse; if that is away a warning
// says so, and the next Refresh of any process makes up for it. A broker that is away is waited for until ctx ends. A log
// that lost records is [ErrDecisionsLost].
func (d *Decisions) Refresh(ctx context.Context) (*workflow.State, error) {
	if err := d.take(ctx); err != nil {
		return nil, err
	}
	defer d.release()
	if err := d.refresh(ctx); err != nil {
		return nil, err
	}
	return d.fold.state, nil
}

func (d *Decisions) refresh(ctx context.Context) error {
	if err := d.log.extend(ctx, &d.fold); err != nil {
		return err
	}
	return d.copier.copy(ctx, &d.fold)
}

func (d *Decisions) take(ctx context.Context) error {
	select {
	case <-d.turn:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("read the decisions: %w", context.Cause(ctx))
	}
}

func (d *Decisions) release() { d.turn <- struct{}{} }

// At returns the state as it was after the accepted command of that sequence, folded anew from the log's beginning. The
// state before all is that of sequence 0.
func (d *Decisions) At(ctx context.Context, sequence int64) (*workflow.State, error) {
	f := newFolding()
	f.until = sequence
	if sequence > 0 {
		if err := d.log.extend(ctx, &f); err != nil {
			return nil, err
		}
	}
	if got := f.state.Head().Sequence; got != sequence {
		return nil, fmt.Errorf("fold the decisions up to %d: the log has %d", sequence, got)
	}
	return f.state, nil
}

// UnknownOutcomeError says that a command was sent, but not whether it counts.
type UnknownOutcomeError struct {
	ID  string // of the command
	Err error
}

// Error says what to do: the same command again, because a new one could count in addition.
func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("whether command %s counts is not known yet; sent again with the same id it counts once: %v", e.ID, e.Err)
}

// Unwrap returns why it is not known.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

// Append sends a command and returns the verdict on it, be it accepted or refused: see [workflow.Verdict.Err]. An attempt
// whose outcome nobody knows is followed by another with the same record until one is acknowledged, as copies of a command
// count once. If ctx ends before the verdict is known the error is an [*UnknownOutcomeError].
func (d *Decisions) Append(ctx context.Context, cmd workflow.Command) (workflow.Verdict, error) {
	if err := cmd.Validate(); err != nil {
		return workflow.Verdict{}, fmt.Errorf("append command %q: %w", cmd.ID, err)
	}
	value, err := cmd.MarshalJSON()
	if err != nil {
		return workflow.Verdict{}, fmt.Errorf("append command %q: %w", cmd.ID, err)
	}
	if len(value) > workflow.MaxBytes {
		return workflow.Verdict{}, fmt.Errorf("append command %q: it has %d bytes, at most %d are read: split it", cmd.ID, len(value), workflow.MaxBytes)
	}
	if err := d.send(ctx, cmd.ID, value); err != nil {
		return workflow.Verdict{}, err
	}
	v, err := d.await(ctx, cmd.ID)
	if err != nil {
		return workflow.Verdict{}, &UnknownOutcomeError{cmd.ID, err}
	}
	return v, nil
}

// unexplainedTries is how often a command is sent whose refusal by the broker nobody understands. A topic that is unknown
// is among those, for brokers that have just started know none.
const unexplainedTries = 6

// send repeats a record until the broker acknowledges it.
func (d *Decisions) send(ctx context.Context, id string, value []byte) error {
	message := []sinkkafka.Message{{Key: []byte(id), Value: value}}
	perhaps, unexplained := false, 0 // whether the record may stand in the log
	passing := func(err error) bool {
		var e *sinkkafka.Error
		if !errors.As(err, &e) || e.Permanent() {
			return false
		}
		perhaps = true
		if e.Unexplained() {
			unexplained++
		}
		return unexplained < unexplainedTries
	}
	err := retry(ctx, d.logger, "append a decision", passing, func(ctx context.Context) error {
		return d.producer.Produce(ctx, d.log.partition.Topic, message)
	})
	if err != nil && (perhaps || ctx.Err() != nil) {
		return &UnknownOutcomeError{id, err}
	}
	return err
}

// await folds until the verdict on an acknowledged command is known. That is at once, unless somebody has a transaction
// open on the topic: what stands behind its first record is not settled before its end.
func (d *Decisions) await(ctx context.Context, id string) (workflow.Verdict, error) {
	pause := kafka.Backoff{Min: 10 * time.Millisecond, Max: time.Second}
	said := false
	for {
		v, ok, err := d.verdict(ctx, id)
		if err != nil || ok {
			return v, err
		}
		if !said {
			said = true
			d.logger.Warn("a decision is appended and cannot be read yet: is a transaction open on the topic?", "topic", d.log.partition.Topic, "id", id)
		}
		if pause.Wait(ctx) != nil {
			return v, context.Cause(ctx)
		}
	}
}

// verdict folds, unless another goroutine has folded as far in the meantime.
func (d *Decisions) verdict(ctx context.Context, id string) (workflow.Verdict, bool, error) {
	if err := d.take(ctx); err != nil {
		return workflow.Verdict{}, false, err
	}
	defer d.release()
	if v, ok := d.fold.state.Verdict(id); ok {
		return v, true, nil
	}
	if err := d.refresh(ctx); err != nil {
		return workflow.Verdict{}, false, err
	}
	v, ok := d.fold.state.Verdict(id)
	return v, ok, nil
}
