package calendar_test

import (
	"testing"
	"time"
)

func BenchmarkWorking(b *testing.B) {
	shanghai := zone(b, "Asia/Shanghai")
	h := load(b, "cn-office").In(shanghai)
	start := clock(b, "2024-01-01 00:00", shanghai)
	for _, span := range []time.Duration{time.Hour, 5 * 24 * time.Hour, 1000 * 24 * time.Hour} {
		b.Run(span.String(), func(b *testing.B) {
			b.ReportAllocs()
			at := start
			for b.Loop() {
				h.Working(at, at.Add(span))
				if at = at.Add(97 * time.Minute); at.Year() > 2026 {
					at = start
				}
			}
		})
	}
}

func BenchmarkAfter(b *testing.B) {
	shanghai := zone(b, "Asia/Shanghai")
	h := load(b, "cn-office").In(shanghai)
	start := clock(b, "2024-02-07 15:00", shanghai)
	b.Run("two hours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.After(start, 2*time.Hour)
		}
	})
	b.Run("five days", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			h.AfterDays(start, 5)
		}
	})
}

// The hot path allocates nothing.
func TestNoAllocations(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	h := load(t, "cn-office").In(shanghai)
	start := clock(t, "2024-02-07 15:00", shanghai)
	got := testing.AllocsPerRun(100, func() {
		end, _ := h.After(start, 20*time.Hour)
		h.Working(start, end)
		h.AfterDays(start, 5)
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}
