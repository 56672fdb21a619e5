package clickhouse_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// TestInspect asks a server that is well everything that `doctor` asks.
func TestInspect(t *testing.T) {
	store, _ := migrated(t)
	version, now, err := store.Clock(t.Context())
	if err != nil || version == "" || time.Since(now).Abs() > time.Minute {
		t.Errorf("clock: got %q %v %v, want this machine's", version, now, err)
	}
	settings, err := store.Settings(t.Context(), "async_insert", "no_such_setting", "readonly")
	if err != nil || len(settings) != 2 || settings[1].Value != "0" || settings[1].Readonly {
		t.Errorf("settings: got %+v %v", settings, err)
	}
	disks, err := store.Disks(t.Context())
	if err != nil || len(disks) != 1 || disks[0].Free == 0 || disks[0].Size < disks[0].Free || disks[0].Kept == 0 {
		t.Errorf("disks: got %+v %v", disks, err)
	}
	tables, delay, refuse, err := store.Parts(t.Context())
	if err != nil || len(tables) == 0 || delay == 0 || refuse <= delay {
		t.Errorf("parts: got %+v %d %d %v, want those of the migrations", tables, delay, refuse, err)
	}
	if lately, ever, err := store.Growth(t.Context(), now.Add(-time.Hour)); err != nil || lately != 0 || ever != 0 {
		t.Errorf("growth: got %d %d %v, want none", lately, ever, err)
	}
	grants, err := store.Grants(t.Context())
	if err != nil || len(grants) != 7 {
		t.Fatalf("grants: got %+v %v", grants, err)
	}
	for _, g := range grants {
		if !g.Granted || g.Purpose == "" || g.Purpose[0] == '-' {
			t.Errorf("grant: got %+v", g)
		}
	}
}

// TestRejectedLately has ranges of several partitions, epochs and streams, applied just in time or a millisecond too early:
// what was applied in time counts, with its reasons, whenever it was appended.
func TestRejectedLately(t *testing.T) {
	store, db := migrated(t)
	_, now, err := store.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	since := now.Add(-time.Hour)
	if got, err := store.AppliedSince(t.Context(), since); err != nil || len(got) != 0 {
		t.Errorf("got %+v %v, want none of an empty table", got, err)
	}
	add := func(stream string, epoch uint32, partition int32, first, last int64, reason event.Reason) {
		t.Helper()
		p := event.Partition{Stream: stream, Epoch: epoch, ID: partition}
		b := batchOf(p, event.Range{First: first, Last: last}) // every hundredth is rejected
		for i := range b.Rejected {
			b.Rejected[i].Reason = reason
		}
		apply(t, store, b)
	}
	stamp := func(at time.Time) {
		exec(t, db, `ALTER TABLE batches UPDATE applied_at = fromUnixTimestamp64Milli(?, 'UTC')
			WHERE applied_at > fromUnixTimestamp64Milli(?, 'UTC') SETTINGS mutations_sync = 2`, at.UnixMilli(), since.UnixMilli())
	}
	add("main", 1, 0, 0, 499, event.TooLarge)
	add("main", 1, 2, 0, 499, event.TooLarge)
	add("early", 1, 0, 0, 99, event.TooLarge)
	stamp(since.Add(-time.Millisecond))
	add("main", 1, 0, 500, 599, event.WrongKey)
	add("main", 1, 0, 600, 799, event.InvalidJSON)
	add("main", 1, 1, 0, 99, event.InvalidJSON)
	add("main", 2, 0, 0, 99, event.WrongKey)
	add("other", 1, 0, 0, 299, event.TooLarge)
	add("sound", 1, 0, 0, 49, event.TooLarge)
	stamp(since)

	counts, err := store.AppliedSince(t.Context(), since)
	if diff := cmp.Diff(counts, []clickhouse.StreamCount{
		{Stream: "main", Accepted: 495, Rejected: 5}, {Stream: "other", Accepted: 297, Rejected: 3}, {Stream: "sound", Accepted: 50},
	}); err != nil || diff != "" {
		t.Errorf("%v (-got, +want):\n%s", err, diff)
	}
	for stream, want := range map[string][]clickhouse.RejectedCount{
		"main":  {{Reason: event.InvalidJSON, Records: 3}, {Reason: event.WrongKey, Records: 2}},
		"other": {{Reason: event.TooLarge, Records: 3}}, "sound": nil, "early": nil,
	} {
		reasons, err := store.ReasonsSince(t.Context(), stream, since)
		if diff := cmp.Diff(reasons, want); err != nil || diff != "" {
			t.Errorf("%s: %v (-got, +want):\n%s", stream, err, diff)
		}
	}
}
