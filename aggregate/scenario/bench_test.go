package scenario_test

import (
	"os"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/scenario"
)

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := scenario.Parse("s.txt", []byte(everything)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	src, err := os.ReadFile("../score/testdata/express-cs/li.txt")
	if err != nil {
		b.Fatal(err)
	}
	p, err := express()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := scenario.Parse("li.txt", src)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Run(p, load); err != nil {
			b.Fatal(err)
		}
	}
}
