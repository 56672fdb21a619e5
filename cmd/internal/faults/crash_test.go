package faults_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// A step is one call of the contract, named as it is in contract.go.
type step string

const (
	stepIntent         step = "intent" // a commit whose metadata names a range
	stepInsertEvents   step = "insert events"
	stepInsertRejected step = "insert rejected"
	stepCopy           step = "copy dead letters"
	stepInsertApplied  step = "insert applied"
	stepCommit         step = "commit" // a commit without a range
	stepCommitted      step = "read committed"
	stepLastApplied    step = "read last applied"
	stepLastPresent    step = "read last present"
	stepCancel         step = "cancel inserts"
	stepPresent        step = "read present"
)

// when says on which side of a step the process dies. During starts the step and kills the process a moment later, so that
// its outcome is unknown.
type when string

const (
	before when = "before"
	during when = "during"
	after  when = "after"
)

// crash kills the process with SIGKILL at the n-th time that a step is reached, counted over all partitions.
type crash struct {
	Step step
	When when
	Nth  int
}

// crasher counts the steps of one process.
type crasher struct {
	at crash

	mu   sync.Mutex // guards seen
	seen int
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal is on its way
}

// around runs one step, or dies in it.
func (c *crasher) around(s step, call func() error) error {
	if c.at.Step != s || !c.due() {
		return call()
	}
	switch c.at.When {
	case before:
		die()
	case during:
		go func() { _ = call() }()
		<-time.After(2 * time.Millisecond) // decides how far the step gets
		die()
	case after:
		_ = call()
		die()
	}
	return nil
}

func (c *crasher) due() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen++
	return c.seen == c.at.Nth
}

// crashStore is a store that dies.
type crashStore struct {
	ingest.Store
	*crasher
}

func (s crashStore) InsertEvents(ctx context.Context, b *event.Batch, attempt int) error {
	if b.Rows.Len() == 0 {
		return s.Store.InsertEvents(ctx, b, attempt)
	}
	return s.around(stepInsertEvents, func() error { return s.Store.InsertEvents(ctx, b, attempt) })
}

func (s crashStore) InsertRejected(ctx context.Context, b *event.Batch, attempt int) error {
	if len(b.Rejected) == 0 {
		return s.Store.InsertRejected(ctx, b, attempt)
	}
	return s.around(stepInsertRejected, func() error { return s.Store.InsertRejected(ctx, b, attempt) })
}

func (s crashStore) InsertApplied(ctx context.Context, a event.Applied) error {
	return s.around(stepInsertApplied, func() error { return s.Store.InsertApplied(ctx, a) })
}

func (s crashStore) Cancel(ctx context.Context, p event.Partition) error {
	return s.around(stepCancel, func() error { return s.Store.Cancel(ctx, p) })
}

func (s crashStore) LastApplied(ctx context.Context, p event.Partition) (last int64, ok bool, err error) {
	err = s.around(stepLastApplied, func() error {
		var err error
		last, ok, err = s.Store.LastApplied(ctx, p)
		return err
	})
	return last, ok, err
}

func (s crashStore) LastPresent(ctx context.Context, p event.Partition, above int64) (last int64, ok bool, err error) {
	err = s.around(stepLastPresent, func() error {
		var err error
		last, ok, err = s.Store.LastPresent(ctx, p, above)
		return err
	})
	return last, ok, err
}

func (s crashStore) Present(ctx context.Context, p event.Partition, r event.Range) (accepted, rejected []int64, err error) {
	err = s.around(stepPresent, func() error {
		var err error
		accepted, rejected, err = s.Store.Present(ctx, p, r)
		return err
	})
	return accepted, rejected, err
}

// crashLetters is a dead-letter topic whose producer dies.
type crashLetters struct {
	ingest.DeadLetters
	*crasher
}

func (l crashLetters) Copy(ctx context.Context, b *event.Batch) error {
	return l.around(stepCopy, func() error { return l.DeadLetters.Copy(ctx, b) })
}

// crashLog is a partition whose owner dies.
type crashLog struct {
	*kafka.Assignment
	*crasher
}

func (l crashLog) Commit(ctx context.Context, offset int64, metadata string) error {
	s := stepCommit
	if strings.Contains(metadata, "intent") {
		s = stepIntent
	}
	return l.around(s, func() error { return l.Assignment.Commit(ctx, offset, metadata) })
}

func (l crashLog) Committed(ctx context.Context) (offset int64, metadata string, ok bool, err error) {
	err = l.around(stepCommitted, func() error {
		var err error
		offset, metadata, ok, err = l.Assignment.Committed(ctx)
		return err
	})
	return offset, metadata, ok, err
}
