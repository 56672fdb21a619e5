package clickhouse_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// sameBytes takes no bytes and none at all for the same, as ClickHouse does.
var sameBytes = cmp.Comparer(bytes.Equal)

func TestRejected(t *testing.T) {
	store, db := migrated(t)
	old := rejectedAt(3) // of a month whose bytes have expired
	old.AppendTime, old.Reason = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), event.TooLarge
	first, second := rejectedAt(0), rejectedAt(2)
	first.AppendTime, second.AppendTime = today.UnixMilli(), today.UnixMilli()
	b := &event.Batch{Partition: main0, Range: event.Range{First: 0, Last: 3}, Rejected: []event.Rejected{first, second, old}}
	if err := store.InsertRejected(t.Context(), b, 0); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "OPTIMIZE TABLE rejected FINAL")

	got, err := store.Rejected(t.Context(), clickhouse.RejectedFilter{Company: "express", Stream: "main"})
	if err != nil {
		t.Fatal(err)
	}
	old.Key, old.Value = nil, nil
	want := []clickhouse.RejectedRecord{{Partition: main0, Rejected: second, Size: 3}, {Partition: main0, Rejected: first, Size: 3}, {Partition: main0, Rejected: old}}
	if diff := cmp.Diff(got, want, sameBytes); diff != "" {
		t.Errorf("records (-got, +want):\n%s", diff)
	}
	for _, f := range []clickhouse.RejectedFilter{{Company: "rival"}, {Reason: event.WrongKey}, {Stream: "imports"}} {
		if got, err := store.Rejected(t.Context(), f); err != nil || len(got) > 0 {
			t.Errorf("filter %+v: got %v, %v, want none", f, got, err)
		}
	}
	counts, err := store.RejectedCounts(t.Context(), clickhouse.RejectedFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(counts, []clickhouse.RejectedCount{{event.InvalidJSON, 2}, {event.TooLarge, 1}}); diff != "" {
		t.Errorf("counts (-got, +want):\n%s", diff)
	}
}

// TestRejectedSaysWhatBecameAnEvent has one record that was sent again with success, and one that was rejected each time.
func TestRejectedSaysWhatBecameAnEvent(t *testing.T) {
	store := outstandingWorld(t)
	const mended = " is an event"
	for _, c := range []struct {
		name   string
		filter clickhouse.RejectedFilter
		want   []string
		counts string
	}{
		{"all of a stream", clickhouse.RejectedFilter{Stream: "main"},
			[]string{"main/1/0/12", "main/1/2/11", "main/1/0/4", "main/1/0/3", "main/1/0/2", "main/1/0/1" + mended, "main/1/2/1"},
			"[{wrong_key 3} {invalid_json 1} {invalid_value 1} {missing_field 1} {unknown_type 1}]"},
		{"open", clickhouse.RejectedFilter{Stream: "main", Open: true},
			[]string{"main/1/0/12", "main/1/2/11", "main/1/0/4", "main/1/0/3", "main/1/0/2", "main/1/2/1"},
			"[{wrong_key 2} {invalid_json 1} {invalid_value 1} {missing_field 1} {unknown_type 1}]"},
		{"open of a reason", clickhouse.RejectedFilter{Stream: "main", Open: true, Reason: event.WrongKey}, []string{"main/1/0/4", "main/1/0/3"}, "[{wrong_key 2}]"},
		{"since", clickhouse.RejectedFilter{Since: second(11)}, []string{"main/1/0/12", "main/1/2/11"}, "[{invalid_value 1} {missing_field 1}]"},
		{"until", clickhouse.RejectedFilter{Until: second(2)}, []string{"main/1/0/1" + mended, "main/1/2/1"}, "[{invalid_json 1} {wrong_key 1}]"},
		{"other stream", clickhouse.RejectedFilter{Stream: "other"}, []string{"other/0/0/3"}, "[{wrong_key 1}]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, err := store.Rejected(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range found {
				line := event.Position{Partition: r.Partition, Offset: r.Offset}.String()
				if r.Replayed {
					line += mended
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("records (-got, +want):\n%s", diff)
			}
			if counts, err := store.RejectedCounts(t.Context(), c.filter); err != nil || fmt.Sprint(counts) != c.counts {
				t.Errorf("got counts %v, %v, want %s", counts, err, c.counts)
			}
		})
	}
}

// TestRejectedAt reads a record whole, of which the list has the beginning only.
func TestRejectedAt(t *testing.T) {
	store := outstandingWorld(t)
	large := event.Rejected{Offset: 20, Company: "express", Reason: event.TooLarge, Detail: "d", Key: []byte("k"), Value: []byte(strings.Repeat("\x00\xff", 5_000))}
	storeRejected(t, store, main0, large)
	large.AppendTime = second(20).UnixMilli()
	got, ok, err := store.RejectedAt(t.Context(), event.Position{Partition: main0, Offset: 20})
	if diff := cmp.Diff(got, clickhouse.RejectedRecord{Partition: main0, Rejected: large, Size: 10_000}); err != nil || !ok || diff != "" {
		t.Errorf("%t, %v (-got, +want):\n%s", ok, err, diff)
	}
	list, err := store.Rejected(t.Context(), clickhouse.RejectedFilter{Limit: 1})
	if err != nil || len(list) != 1 || list[0].Size != 10_000 || len(list[0].Value) != 1024 {
		t.Errorf("the list has %+v, %v, want a kilobyte of it", list, err)
	}
	if got, ok, err := store.RejectedAt(t.Context(), event.Position{Partition: main0, Offset: 1}); err != nil || !ok || !got.Replayed {
		t.Errorf("what became an event: got %+v, %t, %v", got, ok, err)
	}
	if got, ok, err := store.RejectedAt(t.Context(), event.Position{Partition: main0, Offset: 10}); err != nil || ok {
		t.Errorf("what was never rejected: got %+v, %t, %v", got, ok, err)
	}
}

func TestNotRejected(t *testing.T) {
	store := outstandingWorld(t)
	var asked, missing []string
	var positions []event.Position
	for _, text := range []string{"main/1/0/1", "main/1/0/12", "main/1/0/5", "main/2/0/1", "other/0/0/3", "other/0/0/4", "nowhere/0/0/1", "main/1/2/10"} {
		p, err := event.ParsePosition(text)
		if err != nil {
			t.Fatal(err)
		}
		asked, positions = append(asked, text), append(positions, p)
	}
	got, err := store.NotRejected(t.Context(), positions)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got {
		missing = append(missing, p.String())
	}
	if diff := cmp.Diff(missing, []string{"main/1/0/5", "main/2/0/1", "other/0/0/4", "nowhere/0/0/1", "main/1/2/10"}); diff != "" {
		t.Errorf("of %v (-got, +want):\n%s", asked, diff)
	}
}

// TestExpired holds the age against the rule by which ClickHouse removes bytes, which stands in the table.
func TestExpired(t *testing.T) {
	_, db := migrated(t)
	if n := count(t, db, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'rejected' AND create_table_query LIKE '%TTL toDateTime(appended_at) + toIntervalDay(30)%'"); n != 1 {
		t.Error("the table keeps bytes for another time than 30 days")
	}
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	record := func(age time.Duration, value string) clickhouse.RejectedRecord {
		return clickhouse.RejectedRecord{Rejected: event.Rejected{AppendTime: now.Add(-age).UnixMilli(), Value: []byte(value)}, Size: int64(len(value))}
	}
	const days = 24 * time.Hour
	for _, c := range []struct {
		name string
		r    clickhouse.RejectedRecord
		want bool
	}{
		{"old and empty", record(30*days, ""), true},
		{"empty from the beginning", record(30*days-time.Second, ""), false},
		{"old, and not removed yet", record(40*days, "v"), false},
	} {
		due, got := c.r.Expired(now)
		if want := time.UnixMilli(c.r.AppendTime).UTC().AddDate(0, 0, 30); got != c.want || !due.Equal(want) {
			t.Errorf("%s: got %t and %v, want %t and %v", c.name, got, due, c.want, want)
		}
	}
}
