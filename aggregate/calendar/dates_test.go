package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
)

// TestDates holds every date against that of DateOf: in zones with and without summer time, with half hours, with a date that
// never was, around each change of clocks and anywhere else.
func TestDates(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Shanghai", "Asia/Jerusalem", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"} {
		zone, err := calendar.Zone(name)
		if err != nil {
			t.Fatal(err)
		}
		dates := calendar.NewDates(zone)
		check := func(t rapid.TB, at time.Time) {
			if got, want := dates.Of(at), calendar.DateOf(at, zone); got != want {
				t.Fatalf("%s in %s: got %s, want %s", at, name, got, want)
			}
		}
		at := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
		for range 40 {
			_, end := at.In(zone).ZoneBounds()
			if end.IsZero() {
				break
			}
			for _, d := range []time.Duration{-time.Nanosecond, 0, -25 * time.Hour, 25 * time.Hour} {
				check(t, end.Add(d))
			}
			at = end
		}
		rapid.Check(t, func(t *rapid.T) {
			check(t, time.UnixMilli(rapid.Int64Range(-3e12, 10e12).Draw(t, "at")).UTC())
		})
	}
}

func BenchmarkDates(b *testing.B) {
	zone, err := calendar.Zone("Asia/Jerusalem")
	if err != nil {
		b.Fatal(err)
	}
	at := time.Date(2024, 3, 4, 2, 0, 0, 0, time.UTC)
	b.Run("remembered", func(b *testing.B) {
		dates := calendar.NewDates(zone)
		for b.Loop() {
			dates.Of(at)
		}
	})
	b.Run("looked up", func(b *testing.B) {
		for b.Loop() {
			calendar.DateOf(at, zone)
		}
	})
}
