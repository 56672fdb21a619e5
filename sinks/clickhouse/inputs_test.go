package clickhouse_test

import (
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func TestInputRows(t *testing.T) {
	store, db := migrated(t)
	other, older := main0, main0
	other.ID, older.Epoch = 1, 0
	rival := event.Partition{Stream: "rival", Epoch: 1}
	for _, p := range []event.Partition{main0, other, older, rival} {
		for _, b := range []*event.Batch{batchOf(p, event.Range{First: 0, Last: 999}), batchOf(p, event.Range{First: 1000, Last: 1499})} {
			if p == rival {
				b.Rows = changed(b, func(r *event.Row) { r.Company = "rival" })
			}
			apply(t, store, b)
		}
	}
	position := func(p event.Partition, last int64) workflow.Position {
		return workflow.Position{Stream: p.Stream, Epoch: p.Epoch, Partition: p.ID, Last: last}
	}
	both := []workflow.Position{position(main0, 999), position(other, 1499)}
	check := func(name string, positions []workflow.Position, present, applied int64) {
		t.Helper()
		gotPresent, gotApplied, err := store.InputRows(t.Context(), "express", positions)
		if err != nil || gotPresent != present || gotApplied != applied {
			t.Errorf("%s: got %d of %d, %v, want %d of %d", name, gotPresent, gotApplied, err, present, applied)
		}
	}
	check("no positions", nil, 0, 0)
	check("a partition before its first event", []workflow.Position{position(main0, -1)}, 0, 0)
	check("two partitions", both, 990+1485, 990+1485)
	check("a stream of another company", append([]workflow.Position{position(rival, 500)}, both...), 990+1485, 990+1485)
	check("a stream without events", append([]workflow.Position{{Stream: "none", Last: 5}}, both...), 990+1485, 990+1485)

	if _, _, err := store.InputRows(t.Context(), "express", []workflow.Position{position(main0, 500)}); err == nil || !strings.Contains(err.Error(), "inside an applied range") {
		t.Errorf("got %v, want an error about a position inside a range", err)
	}
	exec(t, db, "DELETE FROM events WHERE partition = 0 AND offset = 7")
	check("a row gone", both, 990+1485-2+1, 990+1485)
	exec(t, db, "ALTER TABLE events DROP PARTITION 202610")
	exec(t, db, "ALTER TABLE events DROP PARTITION 202611")
	check("all gone", both, 0, 990+1485)
	exec(t, db, "DROP TABLE batches SYNC")
	if _, _, err := store.InputRows(t.Context(), "express", both); clickhouse.ClassOf(err) != clickhouse.ClassPermanent {
		t.Errorf("got %v, want a permanent error", err)
	}
}
