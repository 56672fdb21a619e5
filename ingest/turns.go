package ingest

import (
	"context"
	"sync"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// turns is a Log on which several goroutines may fetch: one at a time, as the consumer demands. The collector fetches all
// the time, and the applier, seldom, a record that turned out to be refused. What was fetched may be kept meanwhile.
type turns struct {
	Log
	mu sync.Mutex // held during a fetch
}

// Fetch waits for its turn, at most as long as a fetch that finds nothing waits, then fetches.
func (l *turns) Fetch(ctx context.Context, offset int64) (*kafka.Fetched, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Log.Fetch(ctx, offset)
}

// FetchWithin does the same with bounds on what the broker may wait and send.
func (l *turns) FetchWithin(ctx context.Context, offset int64, wait time.Duration, most int) (*kafka.Fetched, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Log.FetchWithin(ctx, offset, wait, most)
}
