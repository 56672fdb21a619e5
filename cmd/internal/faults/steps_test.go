package faults_test

import (
	"context"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// A step is one call of the contract or of recovery, named as it is in contract.go.
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
	stepPresentAbove   step = "read present above"
	stepTopicID        step = "read topic id"
	stepAppliedTopic   step = "read applied topic"
	stepAppendTime     step = "read append time"
	stepCancel         step = "cancel inserts"
	stepPresent        step = "read present"
	stepBisect         step = "bisect" // find the rows that ClickHouse refuses
)

// again is the same step of the contract when recovery takes it, for a range that another session left unfinished.
func (s step) again() step { return s + ", recovering" }

// recovering reports whether a step is taken by recovery only, when a range was left unfinished.
func (s step) recovering() bool {
	switch s {
	case stepIntent, stepInsertEvents, stepInsertRejected, stepCopy, stepInsertApplied, stepCommit, stepBisect:
		return false
	default:
		return true
	}
}

// when says on which side of a step the process is struck. During starts the step and strikes a moment later, so that its
// outcome is unknown.
type when string

const (
	before when = "before"
	during when = "during"
	after  when = "after"
)

// action is what happens to a process that is struck.
type action string

const (
	actKill action = "kill" // kill -9
	actStop action = "stop" // SIGSTOP; somebody else sends SIGCONT
	actHold action = "hold" // the call waits until it is let go
)

// crash strikes a process at the n-th time that a step is reached, counted over all its partitions from when it is armed.
type crash struct {
	Order      int // its number, by which the test knows the hit again
	Step       step
	When       when
	Nth        int
	Partitions []int32 `json:",omitempty"` // that count, all if there are none
	Action     action
	Done       bool          // only after a call that succeeded
	Delay      time.Duration // how far a step gets that is struck during it
}

// place is where a step is taken: a partition, and the range of the batch if it is taken for one.
type place struct {
	partition int32
	batch     event.Range
}

func placeOf(b *event.Batch) place { return place{b.Partition.ID, b.Range} }

// crasher counts the steps of one process and strikes it.
type crasher struct {
	say func(string) // tells the test what happened

	mu         sync.Mutex // guards what follows
	at         crash
	seen       int
	order      int           // what it was armed with last
	held       chan struct{} // closed to let a held call go
	inRecovery map[int32]bool
}

func newCrasher(at crash, say func(string)) *crasher {
	return &crasher{at: at, order: at.Order, say: say, inRecovery: make(map[int32]bool)}
}

// arm sets what strikes next; a crash without a step disarms.
func (c *crasher) arm(at crash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.order, c.seen = at, at.Order, 0
}

// release lets the held call go.
func (c *crasher) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held != nil {
		close(c.held)
		c.held = nil
	}
}

// around runs one step of a partition, struck if it is its turn.
func (c *crasher) around(s step, p place, call func() error) error {
	at, due := c.due(s, p)
	if !due {
		return call()
	}
	switch at.When {
	case before:
		c.strike(at, p)
		return call()
	case during:
		done := make(chan error, 1)
		go func() { done <- call() }()
		select {
		case err := <-done:
			at.Delay /= 2
			c.rearm(at)
			return err
		case <-time.After(at.Delay): // decides how far the step gets
			c.strike(at, p)
			return <-done
		}
	case after:
		err := call()
		if at.Done && err != nil {
			c.rearm(at)
			return err
		}
		c.strike(at, p)
		return err
	}
	return call()
}

// strike strikes, unless the crasher was armed anew meanwhile: nobody waits for it then.
func (c *crasher) strike(at crash, p place) {
	c.mu.Lock()
	calledOff := c.order != at.Order
	held := make(chan struct{})
	if !calledOff && at.Action == actHold {
		c.held = held
	}
	c.mu.Unlock()
	if calledOff {
		return
	}
	c.say(hit{at.Order, at.Step, at.When, p.partition, p.batch}.line())
	switch at.Action {
	case actStop:
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	case actHold:
		<-held
	case actKill:
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal is on its way
	}
}

// due counts the step and reports whether it is to be struck; if so, nothing else is until the crasher is armed again.
func (c *crasher) due(s step, p place) (at crash, due bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !s.recovering() && c.inRecovery[p.partition] {
		s = s.again()
	}
	if c.at.Step != s || len(c.at.Partitions) > 0 && !slices.Contains(c.at.Partitions, p.partition) {
		return crash{}, false
	}
	if c.seen++; c.seen != max(c.at.Nth, 1) {
		return crash{}, false
	}
	at = c.at
	c.at = crash{}
	return at, true
}

// rearm arms again for a step that was over before it was struck, or failed where it must not.
func (c *crasher) rearm(at crash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.order == at.Order {
		at.Nth = 1
		c.at, c.seen = at, 0
	}
}

// recovery notes that a partition's session is in recovery, or no longer is.
func (c *crasher) recovery(partition int32, is bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inRecovery[partition] = is
}

// crashLetters is a dead-letter topic whose producer is struck.
type crashLetters struct {
	ingest.DeadLetters
	*crasher
}

func (l crashLetters) Copy(ctx context.Context, b *event.Batch) error {
	return l.around(stepCopy, placeOf(b), func() error { return l.DeadLetters.Copy(ctx, b) })
}

// crashLog is a partition whose owner is struck.
type crashLog struct {
	*kafka.Assignment
	*crasher
}

func (l crashLog) id() int32 { return int32(l.Assignment.Partition().ID) }

func (l crashLog) place() place { return place{partition: l.id()} }

func (l crashLog) Commit(ctx context.Context, offset int64, metadata string) error {
	err := l.around(stepCommit, l.place(), func() error { return l.Assignment.Commit(ctx, offset, metadata) })
	l.recovery(l.id(), false) // it is the last step of recovery
	return err
}

func (l crashLog) Claim(ctx context.Context, offset int64, metadata string) error {
	return l.around(stepIntent, l.place(), func() error { return l.Assignment.Claim(ctx, offset, metadata) })
}

func (l crashLog) Committed(ctx context.Context) (offset int64, metadata string, ok bool, err error) {
	l.recovery(l.id(), true) // it is the first step of recovery
	err = l.around(stepCommitted, l.place(), func() error {
		var err error
		offset, metadata, ok, err = l.Assignment.Committed(ctx)
		return err
	})
	return offset, metadata, ok, err
}

func (l crashLog) TopicID(ctx context.Context) (id string, err error) {
	err = l.around(stepTopicID, l.place(), func() error {
		var err error
		id, err = l.Assignment.TopicID(ctx)
		return err
	})
	return id, err
}
