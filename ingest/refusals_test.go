package ingest

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

func TestATableThatRefusesMostRowsIsWrong(t *testing.T) {
	type batch struct {
		first         int64
		rows, refused int
	}
	many := func(n int, first int64) (out []batch) {
		for i := range n {
			out = append(out, batch{first + int64(i), 1, 1})
		}
		return out
	}
	for _, c := range []struct {
		name    string
		batches []batch
		want    bool
	}{
		{"one row of many", []batch{{0, 100, 1}}, false},
		{"the only row", []batch{{0, 1, 1}}, false},
		{"every row of a small batch", []batch{{0, 10, 10}}, false},
		{"half of the rows", []batch{{0, 100, 50}}, false},
		{"more than half", []batch{{0, 100, 51}}, true},
		{"a thousand of many", []batch{{0, 100_000, 1000}}, false},
		{"half of a full batch", []batch{{0, 100_000, 50_000}}, false},
		{"more than half of a full batch", []batch{{0, 100_000, 50_001}}, true},
		{"single rows, all of them, one after the other", many(11, 500), true},
		{"single rows with good ones between", append(many(6, 0), many(6, 10)...), false},
		{"a bad batch among good rows", append(many(6, 0), batch{6, 100, 10}), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r refusals
			got := false
			for _, b := range c.batches {
				got = r.add(event.Range{First: b.first, Last: b.first + int64(b.rows) - 1}, b.rows, b.refused)
			}
			if got != c.want {
				t.Errorf("got %t, want %t", got, c.want)
			}
		})
	}
}

func TestRefusedRowsAreSpokenOfNowAndThen(t *testing.T) {
	now := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	var r refusals
	for _, c := range []struct {
		after   time.Duration
		refused int
		want    int
		ok      bool
	}{
		{0, 3, 3, true},
		{time.Second, 2, 0, false},
		{2 * time.Second, 1, 0, false},
		{sayEvery, 4, 7, true},
		{2 * sayEvery, 0, 0, true},
	} {
		if rows, ok := r.say(now.Add(c.after), c.refused); rows != c.want || ok != c.ok {
			t.Errorf("after %s: got %d, %t, want %d, %t", c.after, rows, ok, c.want, c.ok)
		}
	}
}
