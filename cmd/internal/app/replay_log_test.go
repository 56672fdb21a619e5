package app_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// sendsNothing wants a replay of what was rejected to say at once that the log is another one, and to leave it as it is.
func (w *ingestWorld) sendsNothing(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	before := w.logEnd(t)
	cfg := app.ReplayConfig{Filter: clickhouse.OutstandingFilter{Limit: cutRecords}, All: true, Wait: time.Hour}
	r, err := app.Replay(ctx, w.config, cfg, func(string, int64, int64) {})
	if other := (*app.OtherLogError)(nil); !errors.As(err, &other) || other.Partition.ID != 0 || r.Sent != 0 {
		t.Errorf("replay: got %+v, %v, want nothing sent", r, err)
	}
	if after := w.logEnd(t); after != before {
		t.Errorf("replay: the log ended at %d and ends at %d", before, after)
	}
}

// logEnd is the end of the partition, whether or not what is before it can be read yet.
func (w *ingestWorld) logEnd(t *testing.T) int64 {
	t.Helper()
	topic := w.config.Streams[0].Topic
	ends, err := kadm.NewClient(w.client).ListEndOffsets(t.Context(), topic)
	end, ok := ends.Lookup(topic, 0)
	if err != nil || !ok || end.Err != nil {
		t.Fatal(err, ok, end.Err)
	}
	return end.Offset
}
