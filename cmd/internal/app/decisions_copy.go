package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

const (
	copyTimeout = 5 * time.Second  // of one statement: nobody who decides should wait longer for a copy
	copyAgain   = 10 * time.Second // how long a store that was away is left alone
	copyRows    = 1000             // decisions of one insert; all of them are copied to a new store
	copyBytes   = 4 << 20          // and their bytes
)

// decisionStore keeps a copy of what was accepted, where it can be asked about together with everything else.
type decisionStore interface {
	// CopyDecision may be called again with the same decisions, by another process as well.
	CopyDecision(ctx context.Context, all ...workflow.Accepted) error
	// CopiedDecisions returns the last sequence that was copied, 0 for none.
	CopiedDecisions(ctx context.Context) (int64, error)
}

// copier brings the copy up to the log. What is missing from it is seen by comparing the two, never remembered, so that a
// process that is killed in between leaves nothing undone that another one would not do.
type copier struct {
	log    *decisionLog
	store  decisionStore
	logger *slog.Logger

	asked bool      // whether the copy was seen not to be ahead of the log
	done  int64     // the sequence up to which the copy is complete
	after time.Time // the store is away and left alone until then
}

// copy copies what was accepted and is not copied yet. A store that is away is a warning. A copy that is ahead of the log
// is [ErrDecisionsLost].
func (c *copier) copy(ctx context.Context, f *folding) error {
	if c.asked && c.done == f.state.Head().Sequence || time.Now().Before(c.after) {
		return nil
	}
	copied, err := c.copied(ctx)
	if err == nil {
		if err := c.compare(ctx, f, copied); err != nil {
			return err
		}
		c.asked = true
		if err = c.copyAfter(ctx, f, copied); errors.Is(err, ErrDecisionsLost) {
			return err
		}
	}
	if err != nil && ctx.Err() == nil {
		c.after = time.Now().Add(copyAgain)
		c.logger.Warn("decisions are not copied to clickhouse yet; they count all the same", "err", err)
	}
	return nil
}

func (c *copier) copied(ctx context.Context) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, copyTimeout)
	defer cancel()
	return c.store.CopiedDecisions(ctx)
}

// compare wants the log to be as long as its copy. Another process may have appended and copied since the log was read;
// then it is there when the log is read again.
func (c *copier) compare(ctx context.Context, f *folding, copied int64) error {
	if copied <= f.state.Head().Sequence {
		return nil
	}
	if err := c.log.extend(ctx, f); err != nil {
		return err
	}
	if head := f.state.Head().Sequence; copied > head {
		return fmt.Errorf("topic %q has %d decisions, but the copy in ClickHouse %d: the topic was cut short or made anew, unless "+
			"somebody else writes to the table: %w", c.log.partition.Topic, head, copied, ErrDecisionsLost)
	}
	return nil
}

// copyAfter copies everything accepted after a sequence. The log is read again for it, since a fold does not keep what it
// has read.
func (c *copier) copyAfter(ctx context.Context, f *folding, sequence int64) error {
	missing := f.chain[sequence:]
	if len(missing) == 0 {
		c.done = sequence
		return nil
	}
	var batch []workflow.Accepted
	size := 0
	for r, err := range c.log.records(ctx, missing[0].Offset, f.next) {
		if err != nil {
			return err
		}
		if r.Offset != missing[0].Offset {
			continue // refused, a copy, or no command
		}
		a, err := acceptedIn(r, missing[0])
		if err != nil {
			return err
		}
		batch, size, missing = append(batch, a), size+len(a.Value), missing[1:]
		if len(missing) > 0 && len(batch) < copyRows && size < copyBytes {
			continue
		}
		if err := c.insert(ctx, batch); err != nil {
			return err
		}
		if batch, size = nil, 0; len(missing) == 0 {
			c.done = f.state.Head().Sequence
			return nil
		}
	}
	return c.log.lost("decision %d is not at offset %d any more", missing[0].Sequence, missing[0].Offset)
}

func (c *copier) insert(ctx context.Context, batch []workflow.Accepted) error {
	ctx, cancel := context.WithTimeout(ctx, copyTimeout)
	defer cancel()
	return c.store.CopyDecision(ctx, batch...)
}

// acceptedIn returns the accepted command of a record.
func acceptedIn(r *kafka.Record, head workflow.Head) (workflow.Accepted, error) {
	value := bytes.Clone(r.Value) // the record's lies in a buffer
	cmd, err := workflow.ParseCommand(value)
	return workflow.Accepted{
		Sequence: head.Sequence, Offset: head.Offset, Time: head.Time, Hash: head.Hash, Command: cmd, Value: value,
	}, err
}
