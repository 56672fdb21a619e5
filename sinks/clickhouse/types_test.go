package clickhouse_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// TestEveryTypeSurvivesTheEngine decodes every example of every type, stores it in the real engine and reads it back: what
// a reader folds is what the producer wrote.
func TestEveryTypeSurvivesTheEngine(t *testing.T) {
	store, _ := migrated(t)
	batch, want := examples(t)
	apply(t, store, batch)

	got := map[string]event.Event{}
	for _, typ := range event.Types() { // one type at a time, as a reader asks for it
		for events, err := range store.Subjects(t.Context(), clickhouse.Query{
			Company: "express", Types: []string{typ.Name}, From: time.UnixMilli(0), To: began,
		}) {
			if err != nil {
				t.Fatalf("%s: %v", typ.Name, err)
			}
			if len(events) != 1 || events[0].Type != typ.Name {
				t.Fatalf("%s: got %+v, want one event", typ.Name, events)
			}
			events[0].Content = slices.Clone(events[0].Content) // the store's, until it is asked for more
			got[events[0].Subject] = events[0]
		}
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("events by subject (-got, +want):\n%s", diff)
	}
	if n := len(want); n < 2*len(event.Types()) {
		t.Errorf("got %d examples, want two of each of the %d types", n, len(event.Types()))
	}
}

// examples returns every example as a row of one batch, and the typed events by their subjects, which are unique.
func examples(t *testing.T) (*event.Batch, map[string]event.Event) {
	t.Helper()
	decoder := event.NewDecoder(event.Stream{Name: "main", Topic: "main", Company: "express", Zone: "Asia/Shanghai",
		MaxBytes: event.DefaultMaxBytes})
	b, want := &event.Batch{Partition: main0}, map[string]event.Event{}
	for _, typ := range event.Types() {
		for i, data := range typ.Examples {
			subject := fmt.Sprintf("%s/%d", typ.Name, i)
			value := strings.Replace(typ.ExampleEvent(data), `"s-1"`, `"`+subject+`"`, 1)
			var row event.Row
			if err := decoder.Decode([]byte(subject), []byte(value), began, &row); err != nil {
				t.Fatalf("%s: %v", subject, err)
			}
			row.Offset = int64(b.Rows.Len())
			e, err := row.Event(main0)
			if err != nil {
				t.Fatalf("%s: %v", subject, err)
			}
			e.Content = row.AppendContent(nil)
			b.Rows.Add(&row)
			want[subject] = e
		}
	}
	b.Range = event.Range{First: 0, Last: int64(b.Rows.Len()) - 1}
	return b, want
}
