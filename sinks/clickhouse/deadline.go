package clickhouse

import (
	"context"
	"time"
)

// deadline is a context that takes no notice of its parent's cancel and ends when its time is up, and at no other
// moment. That is why context.WithTimeout will not do: its cancel function ends the context of an insert that has
// succeeded, and the driver's watchdog, which may not have noticed the success yet, then closes a connection that is
// already back in the pool and busy with another insert (clickhouse-go pull request 2032).
type deadline struct {
	context.Context // the parent without its cancel
	at              time.Time
	done            chan struct{}
	timer           *time.Timer
}

// newDeadline returns a context that ends after d. Its stop must be called; it does not end the context.
func newDeadline(parent context.Context, d time.Duration) *deadline {
	c := &deadline{Context: context.WithoutCancel(parent), at: time.Now().Add(d), done: make(chan struct{})}
	c.timer = time.AfterFunc(d, func() { close(c.done) })
	return c
}

func (c *deadline) stop() { c.timer.Stop() }

// Deadline implements context.Context.
func (c *deadline) Deadline() (time.Time, bool) { return c.at, true }

// Done implements context.Context.
func (c *deadline) Done() <-chan struct{} { return c.done }

// Err implements context.Context.
func (c *deadline) Err() error {
	select {
	case <-c.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}
