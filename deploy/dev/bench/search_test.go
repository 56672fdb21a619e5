package main

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFaster: what was faster than the first variant is put together, the fastest first.
func TestFaster(t *testing.T) {
	for _, test := range []struct {
		name  string
		rates []float64 // that of the first variant, and of each change
		want  []int
	}{
		{"nothing tried", []float64{100}, nil},
		{"nothing faster", []float64{100, 100, 90}, nil},
		{"some", []float64{100, 120, 90, 100, 130, 140}, []int{4, 3, 0}},
	} {
		if diff := cmp.Diff(faster(test.rates), test.want); diff != "" {
			t.Errorf("%s: (-got, +want)\n%s", test.name, diff)
		}
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
