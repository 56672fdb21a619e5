package kafka

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff spaces retries: each wait is twice the one before, from Min to Max,
// with up to a quarter taken off at random so that workers do not retry in
// step. The zero value waits from 50 ms to 5 s. It is for one goroutine.
type Backoff struct {
	// Min is the first wait.
	Min time.Duration
	// Max is the longest wait.
	Max time.Duration

	next time.Duration
}

// Wait waits for the next interval, or returns the error of ctx when it ends.
func (b *Backoff) Wait(ctx context.Context) error {
	timer := time.NewTimer(b.interval())
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Reset makes the next wait the shortest again; call it after a success.
func (b *Backoff) Reset() { b.next = 0 }

func (b *Backoff) interval() time.Duration {
	low, high := b.Min, b.Max
	if low <= 0 {
		low = 50 * time.Millisecond
	}
	if high <= 0 {
		high = 5 * time.Second
	}
	d := min(max(b.next, low), high)
	b.next = 2 * d
	return d - rand.N(d/4+1)
}
