package export_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// BenchmarkWriteXLSX writes the payroll of 10,000 agents with all their lines.
func BenchmarkWriteXLSX(b *testing.B) {
	p, cards := zhao(b)
	one := find(b, cards, "zhao")
	list := make([]score.Card, 10_000)
	for n := range list {
		list[n] = one
		list[n].Agent = fmt.Sprintf("agent-%05d", n)
	}
	pay := payroll(b, p, list)
	for b.Loop() {
		size := &limited{left: 1 << 40}
		if _, err := export.WriteXLSX(size, pay); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(size.written)/1e6, "MB/file")
	}
}

func BenchmarkWriteCard(b *testing.B) {
	p, cards := zhao(b)
	one, m := find(b, cards, "zhao"), month(p, 1)
	for b.Loop() {
		if err := export.WriteCard(io.Discard, one, m); err != nil {
			b.Fatal(err)
		}
	}
}
