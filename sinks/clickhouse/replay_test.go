package clickhouse_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// today is when the records were rejected: those of last year have lost their bytes.
var today = time.Now().Truncate(time.Second).UTC()

func second(n int64) time.Time { return today.Add(time.Duration(n) * time.Second) }

// storeRejected has each record in `rejected`, appended at as many seconds as its offset says.
func storeRejected(t *testing.T, store *clickhouse.Store, p event.Partition, records ...event.Rejected) {
	t.Helper()
	b := &event.Batch{Partition: p, Range: event.Range{First: records[0].Offset, Last: records[len(records)-1].Offset}, Rejected: records}
	for i := range records {
		records[i].AppendTime = second(records[i].Offset).UnixMilli()
	}
	if err := store.InsertRejected(t.Context(), b, 0); err != nil {
		t.Fatal(err)
	}
}

func storeAccepted(t *testing.T, store *clickhouse.Store, p event.Partition, offset int64, origin string) {
	t.Helper()
	row := rowAt(offset)
	row.Origin = origin
	b := &event.Batch{Partition: p, Range: event.Range{First: offset, Last: offset}, Rows: event.RowsOf(row)}
	if err := store.InsertEvents(t.Context(), b, 0); err != nil {
		t.Fatal(err)
	}
}

// outstandingWorld has six rejected records of the stream `main`: 1 of partition 0 became an event, 2 was rejected again
// twice, 4 lost its bytes; and one of another stream.
func outstandingWorld(t *testing.T) *clickhouse.Store {
	t.Helper()
	store, _ := migrated(t)
	two := main0
	two.ID = 2
	value := []byte("four")
	storeRejected(t, store, main0, event.Rejected{Offset: 1, Reason: event.WrongKey, Key: []byte("k"), Value: value},
		event.Rejected{Offset: 2, Reason: event.UnknownType, Key: []byte("k"), Value: value},
		event.Rejected{Offset: 3, Reason: event.WrongKey, Value: value},
		event.Rejected{Offset: 4, Reason: event.WrongKey})
	storeRejected(t, store, two, event.Rejected{Offset: 1, Reason: event.InvalidJSON, Key: []byte("k")})
	storeRejected(t, store, event.Partition{Stream: "other"}, event.Rejected{Offset: 3, Reason: event.WrongKey, Value: value})
	storeAccepted(t, store, two, 10, "main/1/0/1")
	storeRejected(t, store, two, event.Rejected{Offset: 11, Origin: "main/1/0/2", Reason: event.MissingField, Key: []byte("k"), Value: value})
	storeRejected(t, store, main0, event.Rejected{Offset: 12, Origin: "main/1/0/2", Reason: event.InvalidValue, Key: []byte("k"), Value: value})
	return store
}

func TestOutstanding(t *testing.T) {
	store := outstandingWorld(t)
	again, three, expired, two := "0/12 main/1/0/2 invalid_value 5 2", "0/3 main/1/0/3 wrong_key 4 0", "0/4 main/1/0/4 wrong_key 0 0", "2/1 main/1/2/1 invalid_json 1 0"
	position := func(text string) event.Position {
		p, err := event.ParsePosition(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, c := range []struct {
		name   string
		filter clickhouse.OutstandingFilter
		want   []string
	}{
		{"all", clickhouse.OutstandingFilter{}, []string{three, expired, again, two}},
		{"limit", clickhouse.OutstandingFilter{Limit: 2}, []string{three, expired}},
		{"reason", clickhouse.OutstandingFilter{Reason: event.WrongKey}, []string{three, expired}},
		{"reason of the last time", clickhouse.OutstandingFilter{Reason: event.InvalidValue}, []string{again}},
		{"reason of an earlier time", clickhouse.OutstandingFilter{Reason: event.MissingField}, nil},
		{"time", clickhouse.OutstandingFilter{Since: second(3), Until: second(12)}, []string{three, expired}},
		{"first position", clickhouse.OutstandingFilter{Positions: []event.Position{position("main/1/0/2"), position("main/1/0/3")}}, []string{three, again}},
		{"last position", clickhouse.OutstandingFilter{Positions: []event.Position{position("main/1/0/12")}}, []string{again}},
		{"position of what became an event", clickhouse.OutstandingFilter{Positions: []event.Position{position("main/1/0/1")}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.filter.Stream = "main"
			if c.filter.Limit == 0 {
				c.filter.Limit = 100
			}
			found, err := store.Outstanding(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range found {
				got = append(got, fmt.Sprintf("%d/%d %s %s %d %d", o.Position.ID, o.Position.Offset, o.Origin, o.Reason, o.Bytes, o.Attempts))
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("outstanding (-got, +want):\n%s", diff)
			}
		})
	}
}

func TestOutcomes(t *testing.T) {
	store := outstandingWorld(t)
	got, err := store.Outcomes(t.Context(), []string{"main/1/0/1", "main/1/0/2", "main/1/0/3"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]clickhouse.Outcome{"main/1/0/1": {Accepted: 1}, "main/1/0/2": {Rejected: 2}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("outcomes (-got, +want):\n%s", diff)
	}
}

func TestRejectedBytes(t *testing.T) {
	store := outstandingWorld(t)
	got, err := store.RejectedBytes(t.Context(), main0, []int64{4, 1, 7})
	if err != nil {
		t.Fatal(err)
	}
	want := []event.Rejected{{Offset: 1, Key: []byte("k"), Value: []byte("four")}, {Offset: 4}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("bytes (-got, +want):\n%s", diff)
	}
}
