package clickhouse_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

var (
	began = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	main0 = event.Partition{Stream: "main", Epoch: 1, ID: 0}
)

// batchOf returns a batch of valid events with all kinds of columns in use; every hundredth offset is a rejection.
func batchOf(p event.Partition, r event.Range) *event.Batch {
	b := &event.Batch{Partition: p, Range: r}
	for o := r.First; o <= r.Last; o++ {
		if o%100 == 99 {
			b.Rejected = append(b.Rejected, rejectedAt(o))
			continue
		}
		row := rowAt(o)
		b.Rows.Add(&row)
	}
	return b
}

// changed returns the rows of a batch, each changed.
func changed(b *event.Batch, change func(*event.Row)) event.Rows {
	var out event.Rows
	for row := range b.Rows.All() {
		change(&row)
		out.Add(&row)
	}
	return out
}

func rowAt(o int64) event.Row {
	at := began.Add(time.Duration(o) * 50 * time.Millisecond)
	row := event.Row{
		Company: "express", Subject: fmt.Sprintf("conversation-%07d", (o*7919)%5000+o/50000*5000), Source: [...]string{"crm", "pbx"}[o%2],
		ID: fmt.Sprintf("e-%012d", o*2654435761%1000000007), Type: "call.ended", Version: 1, Zone: "Asia/Shanghai",
		Time: at.Add(-time.Duration(o*31%20000) * time.Millisecond).UnixMilli(), Offset: o, AppendTime: at.UnixMilli(),
	}
	row.Text = [event.TextColumns]string{
		event.TextAgent: fmt.Sprintf("agent-%d", o*31%500), event.TextTeam: fmt.Sprintf("team-%d", o%20),
		event.TextQueue: "mail", event.TextDirection: "inbound", event.TextOutcome: "answered",
	}
	row.Number[event.NumberTalkMS] = event.NullInt64{Value: o * 17 % 600000, Valid: true}
	if o%3 == 0 {
		row.Number[event.NumberWaitMS] = event.NullInt64{Value: 0, Valid: true}
	}
	return row
}

func rejectedAt(o int64) event.Rejected {
	return event.Rejected{
		Offset: o, AppendTime: began.Add(time.Duration(o) * 50 * time.Millisecond).UnixMilli(), Company: "express",
		Reason: event.InvalidJSON, Detail: "not one JSON object", Key: fmt.Appendf(nil, "c%d", o), Value: []byte("\x00{\xff"),
	}
}

func appliedOf(b *event.Batch) event.Applied {
	return event.Applied{
		Partition: b.Partition, Range: b.Range,
		Accepted: int64(b.Rows.Len()), Rejected: int64(len(b.Rejected)), Absent: b.Absent(),
	}
}

// apply inserts the batches as a worker does.
func apply(t testing.TB, store *clickhouse.Store, batches ...*event.Batch) {
	t.Helper()
	for _, b := range batches {
		if err := store.InsertEvents(t.Context(), b, 0); err != nil {
			t.Fatal(err)
		}
		if err := store.InsertRejected(t.Context(), b, 0); err != nil {
			t.Fatal(err)
		}
		if err := store.InsertApplied(t.Context(), appliedOf(b)); err != nil {
			t.Fatal(err)
		}
	}
}
