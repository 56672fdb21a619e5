package app_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// brokenOnes is what is left for ever.
var brokenOnes = map[event.Reason]int64{event.WrongType: worldBroken}

func TestReplay(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		w := newReplayWorld(t, addr)
		before := w.text(t, firstRejected)
		const all = worldMended + worldBroken
		w.want(t, "check", func(c *app.ReplayConfig) { c.Check = true }, app.Replayed{Records: all, Invalid: brokenOnes})
		w.want(t, "those of a reason", func(c *app.ReplayConfig) { c.Filter.Reason = event.TimeOutOfBounds },
			app.Replayed{Records: worldOld, Invalid: map[event.Reason]int64{}, Sent: worldOld, Accepted: worldOld})
		w.want(t, "the rest", nil, app.Replayed{Records: all - worldOld, Invalid: brokenOnes, Sent: worldLarge, Accepted: worldLarge})
		w.check(t)
		open, err := app.ListRejected(t.Context(), w.config, clickhouse.RejectedFilter{Open: true, Stream: w.config.Streams[0].Name})
		if diff := cmp.Diff(open.Counts, []clickhouse.RejectedCount{{Reason: event.WrongType, Records: worldBroken}}); err != nil || diff != "" {
			t.Errorf("still open: %v (-got, +want):\n%s", err, diff)
		}
		w.want(t, "again", nil, app.Replayed{Records: worldBroken, Invalid: brokenOnes})
		w.check(t)
		if after := w.text(t, firstRejected); after != before {
			t.Errorf("rejected was %s and is %s", before, after)
		}
		for range 2 { // each time it is asked for, and counted as one record all the same
			w.want(t, "all", func(c *app.ReplayConfig) { c.All = true },
				app.Replayed{Records: worldBroken, Invalid: brokenOnes, Sent: worldBroken, Again: worldBroken})
		}
		w.want(t, "what was sent in vain", nil, app.Replayed{Records: worldBroken, Invalid: brokenOnes})
		origins := w.text(t, `SELECT toString((count(), uniqExact(origin))) FROM rejected WHERE origin != '' AND origin IN
			(SELECT concat(stream, '/', toString(epoch), '/', toString(partition), '/', toString(offset)) FROM rejected WHERE origin = '')`)
		if want := fmt.Sprintf("(%d,%d)", 2*worldBroken, worldBroken); origins != want {
			t.Errorf("sent in vain: got %s rows and first rejections, want %s", origins, want)
		}
		w.check(t)
	})
}

// TestReplayWithoutIngest sends nothing while nobody can know what is there already.
func TestReplayWithoutIngest(t *testing.T) {
	onBrokers(t, func(t *testing.T, addr string) {
		w := newReplayWorld(t, addr)
		w.settle(t)
		mended := w.config
		w.config.Group.ID = "nobody"
		w.config.Streams[0].Epoch++ // of which nothing is applied, as if ingest had not run
		now := time.Now().UnixMilli()
		store := openStore(t, w)
		p := event.Partition{Stream: "events", Epoch: 1}
		rejected := event.Rejected{Offset: 1, AppendTime: now, Reason: event.UnknownType, Value: []byte("{}")}
		if err := store.InsertRejected(t.Context(), &event.Batch{Partition: p, Range: event.Range{First: 1, Last: 1}, Rejected: []event.Rejected{rejected}}, 0); err != nil {
			t.Fatal(err)
		}
		r, err := w.replay(t.Context(), func(c *app.ReplayConfig) { c.Wait, c.All = time.Second, true })
		if err == nil || !strings.Contains(err.Error(), "is it running?") || r.Sent != 0 {
			t.Errorf("got %+v, %v, want nothing sent", r, err)
		}
		w.config = mended
	})
}

func openStore(t *testing.T, w *replayWorld) *clickhouse.Store {
	t.Helper()
	store, err := clickhouse.Open(w.config.ClickHouse)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// TestReplayExpired has records that are older than their bytes are kept; ClickHouse empties them by itself.
func TestReplayExpired(t *testing.T) {
	w := newReplayWorld(t, embeddedtest.Broker(t))
	b := &event.Batch{Partition: event.Partition{Stream: "events", ID: 900}, Range: event.Range{First: 5, Last: 7}}
	for offset := range int64(3) {
		b.Rejected = append(b.Rejected, event.Rejected{Offset: 5 + offset, AppendTime: time.Now().AddDate(0, 0, -31).UnixMilli(),
			Reason: event.TooLarge, Key: []byte("k"), Value: []byte("v")})
	}
	if err := openStore(t, w).InsertRejected(t.Context(), b, 0); err != nil {
		t.Fatal(err)
	}
	w.want(t, "expired", func(c *app.ReplayConfig) {
		c.Filter.Reason, c.Filter.Until = event.TooLarge, time.Now().AddDate(0, 0, -1)
	},
		app.Replayed{Records: 3, Expired: 3, Invalid: map[event.Reason]int64{}})
	w.want(t, "all", func(c *app.ReplayConfig) { c.Filter.Limit = worldMended + worldBroken + 3 }, app.Replayed{
		Records: worldMended + worldBroken + 3, Expired: 3, Invalid: brokenOnes, Sent: worldMended, Accepted: worldMended})
}

// TestReplayNowhere names a position at which nothing was rejected, beside one at which something was: nothing is sent.
func TestReplayNowhere(t *testing.T) {
	w := newReplayWorld(t, embeddedtest.Broker(t))
	found, err := app.ListRejected(t.Context(), w.config, clickhouse.RejectedFilter{Reason: event.TimeOutOfBounds, Limit: 1})
	if err != nil || len(found.Records) != 1 {
		t.Fatalf("got %+v, %v", found, err)
	}
	there := event.Position{Partition: found.Records[0].Partition, Offset: found.Records[0].Offset}
	nowhere := event.Position{Partition: there.Partition, Offset: 1 << 40}
	_, err = w.replay(t.Context(), func(c *app.ReplayConfig) { c.Filter.Positions = []event.Position{there, nowhere} })
	missing := new(app.NoRejectedError)
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), nowhere.String()) || strings.Contains(err.Error(), there.String()+",") {
		t.Errorf("got %v, want %s to be named alone", err, nowhere)
	}
	one := func(c *app.ReplayConfig) { c.Filter.Positions = []event.Position{there} }
	w.want(t, "the other one", one, app.Replayed{Records: 1, Invalid: map[event.Reason]int64{}, Sent: 1, Accepted: 1})
	w.want(t, "an event already", one, app.Replayed{Invalid: map[event.Reason]int64{}})
}

// TestReplayStops ends a replay between two transactions, as an interrupt does.
func TestReplayStops(t *testing.T) {
	w := newReplayWorld(t, embeddedtest.Broker(t))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := w.replayTelling(ctx, func(done int64) {
		if done > 20 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || r.Sent == 0 || r.Sent >= worldMended {
		t.Fatalf("got %+v, %v, want it to end in the middle", r, err)
	}
	got, err := w.replay(t.Context(), nil)
	want := app.Replayed{Records: worldMended + worldBroken - r.Sent, Invalid: brokenOnes, Sent: worldMended - r.Sent, Accepted: worldMended - r.Sent}
	if diff := cmp.Diff(got, want); err != nil || diff != "" {
		t.Errorf("the rest: %v (-got, +want):\n%s", err, diff)
	}
	w.check(t)
}
