package event_test

import (
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// TestReleasedRows has a decoder write the texts of each row where those of the one before were. Columns that were copied
// before, and rows that were kept without a release, stay as they are; also where a block of memory ends in between.
func TestReleasedRows(t *testing.T) {
	var values []string
	for _, kind := range kinds {
		values = append(values, traffic(kind)...)
	}
	long := strings.Repeat("l", 500)
	values = append(values, strings.Replace(values[0], `"id":"`, `"id":"`+long, 1), strings.Replace(values[0], `"id":"`, `"id":"\u0041`, 1))
	const key, rounds, keepEvery = "conv-1234567", 300, 7
	released, plain := event.NewDecoder(stream()), event.NewDecoder(stream())
	var got, want event.Rows
	var kept, wantKept []event.Row
	for i := range rounds * len(values) {
		value := []byte(values[i%len(values)])
		var a, b event.Row
		errA, errB := released.Decode([]byte(key), value, appended, &a), plain.Decode([]byte(key), value, appended, &b)
		if (errA == nil) != (errB == nil) {
			t.Fatalf("got %v, want %v", errA, errB)
		}
		if errA != nil {
			continue
		}
		got.Add(&a)
		want.Add(&b)
		if i%keepEvery == 0 {
			kept, wantKept = append(kept, a), append(wantKept, b)
		} else {
			released.Release()
		}
	}
	if want.Len() < rounds*len(values)/2 {
		t.Fatalf("only %d rows of %d records", want.Len(), rounds*len(values))
	}
	if diff := cmp.Diff(kept, wantKept); diff != "" {
		t.Errorf("kept rows (-got, +want):\n%s", diff)
	}
	for i := range want.Len() {
		if diff := cmp.Diff(got.At(i), want.At(i)); diff != "" {
			t.Fatalf("row %d (-got, +want):\n%s", i, diff)
		}
	}
}
