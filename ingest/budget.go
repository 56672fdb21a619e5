package ingest

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// budget bounds the bytes that are read and not yet applied, over all partitions of the process.
type budget struct {
	free *semaphore.Weighted
}

func newBudget(limit int64) *budget {
	return &budget{free: semaphore.NewWeighted(limit)}
}

// tryTake takes bytes if they are free now.
func (b *budget) tryTake(bytes int64) bool { return b.free.TryAcquire(bytes) }

// take waits for bytes to become free. Who waits must not hold any that only it could give back.
func (b *budget) take(ctx context.Context, bytes int64) error { return b.free.Acquire(ctx, bytes) }

// give returns bytes.
func (b *budget) give(bytes int64) {
	if bytes > 0 {
		b.free.Release(bytes)
	}
}
