package main

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCombined: what was faster alone is put together, of each setting the fastest.
func TestCombined(t *testing.T) {
	// The rates of the first variant and of changes in their order: default sizes, JSONEachRow, one insert of all,
	// 1 consumer, 4 consumers.
	got := combined([]float64{100, 120, 90, 100, 130, 140})
	want := variant{Whole: true, Consumers: 4, Threads: true}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got, +want)\n%s", diff)
	}
	if diff := cmp.Diff(combined([]float64{100}), baseVariant); diff != "" {
		t.Errorf("nothing tried: (-got, +want)\n%s", diff)
	}
}

// TestTaken: the fastest way takes part, and all are written down.
func TestTaken(t *testing.T) {
	one, two := &ceiling{atOnce: 1}, &ceiling{atOnce: 2}
	s := search{out: io.Discard, report: new(Report), ways: []way{one, two}, tried: []Tried{{Way: one.String(), Rate: 5}, {Way: two.String(), Rate: 7}}}
	if got := s.taken(); got != two {
		t.Errorf("got %s, want %s", got, two)
	}
	if len(s.report.Tried) != 2 || s.report.Tried[0].Taken || !s.report.Tried[1].Taken {
		t.Errorf("got %+v", s.report.Tried)
	}
}

// TestReadInserts: a recording that holds something else is an error, an empty one has no inserts.
func TestReadInserts(t *testing.T) {
	for _, test := range []struct {
		name, raw string
		want      string // in the error, "" for none
	}{
		{"nothing was said", "", ""},
		{"another protocol", "GET / HTTP/1.1\r\n", "begins with packet 71"},
		{"cut off", "\x00\x09desk", "EOF"},
	} {
		path := write(t, test.raw)
		found, err := readInserts(path)
		if test.want == "" && (err != nil || len(found) > 0) || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v and %v, want an error with %q", test.name, found, err, test.want)
		}
	}
}
