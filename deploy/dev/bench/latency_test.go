package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// TestStepped: what cannot be kept is measured at a lower rate, and said to be that of one.
func TestStepped(t *testing.T) {
	for _, test := range []struct {
		name   string
		reach  float64 // what the producer reaches at most
		steps  int
		want   Latency
		called int
	}{
		{"kept", 1000, 3, Latency{Wanted: 1000, Paced: 1000, Rate: 1000, Share: 1, Kept: true, PaceKept: true}, 1},
		{"just kept", 980, 3, Latency{Wanted: 1000, Paced: 1000, Rate: 980, Share: 0.98, Kept: true, PaceKept: true}, 1},
		{"kept at the second step", 700, 3, Latency{Wanted: 1000, Short: []float64{1000, 800}, Paced: 640, Rate: 640, Share: 0.64, PaceKept: true}, 3},
		{"never kept", 100, 3, Latency{Wanted: 1000, Short: []float64{1000, 800, 640}, Paced: 512, Rate: 100, Share: 0.1}, 4},
		{"no other rate will do", 900, 0, Latency{Wanted: 1000, Paced: 1000, Rate: 900, Share: 0.9}, 1},
	} {
		called := 0
		got, err := stepped(1000, test.steps, func(step int, rate float64) (Latency, error) {
			if step != called {
				t.Errorf("%s: step %d, want %d", test.name, step, called)
			}
			called++
			return Latency{Rate: min(rate, test.reach)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		near := cmp.Comparer(func(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 })
		if diff := cmp.Diff(got, test.want, near); diff != "" || called != test.called {
			t.Errorf("%s: measured %d times, want %d (-got, +want)\n%s", test.name, called, test.called, diff)
		}
	}
}

// TestLatencyCountsFromDue: 100 events a second for three seconds. The producer stood still from 1.5 s to 2.5 s and sent what had
// become due meanwhile at once, and the range of that was visible at 3 s: what waited in the producer counts as waited, and
// the first second does not count at all.
func TestLatencyCountsFromDue(t *testing.T) {
	db := embeddedtest.Database(t)
	migrate(t, db)
	conn := db.Open(t)
	for _, query := range []string{
		`INSERT INTO events (event_id, partition, offset, occurred_at, appended_at)
			SELECT concat(leftPad(toString(number), 8, '0'), '-7'), number % 2, intDiv(number, 2), now64(), toDateTime64('2026-11-01 00:00:00', 3, 'UTC') +
				toIntervalMillisecond(if(number BETWEEN 150 AND 249, 2500, number * 10 + 5)) FROM numbers(300)`,
		`INSERT INTO batches (partition, first, last, applied_at) SELECT number % 2, [0, 75, 125][intDiv(number, 2) + 1], [74, 124, 149][intDiv(number, 2) + 1],
			toDateTime64('2026-11-01 00:00:00', 3, 'UTC') + toIntervalMillisecond([1600, 3000, 3100][intDiv(number, 2) + 1]) FROM numbers(6)`,
	} {
		if err := conn.Exec(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	p := &producer{began: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), rate: 100, events: 300, took: 3 * time.Second, behind: time.Second, cpu: 30 * time.Millisecond}
	got, err := (&store{conn, db.Name}).latency(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	// Of 200 events 50 waited 110 to 600 ms for 1.6 s, 100 waited 510 to 1,500 ms for 3 s, 50 waited 110 to 600 ms for 3.1 s.
	// Of the 100 that were stuck the broker had the first after 1,000 ms, the last after 10.
	want := Latency{Rate: 100, Events: 200, P50: 570, P99: 1490, Max: 1500, Append50: 10, Append99: 990, Behind: 1000, CPU: 100}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got, +want)\n%s", diff)
	}
}
