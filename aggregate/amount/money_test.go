package amount_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"pgregory.net/rapid"
)

func TestParseMoney(t *testing.T) {
	for _, c := range []struct {
		in   string
		want amount.Money
		text string
	}{
		{"250", 25000, "250.00"},
		{"99.99", 9999, "99.99"},
		{"0.5", 50, "0.50"},
		{"-1", -100, "-1.00"},
	} {
		got, err := amount.ParseMoney(c.in)
		if err != nil || got != c.want || got.String() != c.text {
			t.Errorf("ParseMoney(%q) = %d (%s), %v; want %d (%s)", c.in, got, got, err, c.want, c.text)
		}
	}
	for _, in := range []string{"", "1.005", "1,000", "¥5", "1e2"} {
		if got, err := amount.ParseMoney(in); err == nil {
			t.Errorf("ParseMoney(%q) = %s, want an error", in, got)
		}
	}
}

func TestProrate(t *testing.T) {
	for _, c := range []struct {
		name     string
		of       amount.Money
		num, den int64
		want     amount.Money
	}{
		{"a whole month", 50000, 31, 31, 50000},
		{"ten of thirty-one days", 50000, 10, 31, 16129},
		{"half a fen is rounded up", 1, 1, 2, 1},
		{"just below half is rounded down", 100, 49, 10000, 0},
		{"half is rounded away from zero", -1, 1, 2, -1},
		{"nothing", 50000, 0, 31, 0},
		{"largest", math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64},
	} {
		if got, err := c.of.Prorate(c.num, c.den); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v; want %s", c.name, got, err, c.want)
		}
	}
	for name, den := range map[string]int64{"no days": 0, "negative": -3} {
		if got, err := amount.Money(1).Prorate(1, den); err == nil {
			t.Errorf("%s: got %s, want an error", name, got)
		}
	}
	if got, err := amount.Money(math.MaxInt64).Prorate(2, 1); err == nil {
		t.Errorf("beyond 64 bits: got %s, want an error", got)
	}
}

// What is rounded is never further from the exact share than half a minor unit.
func TestProrateIsNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.Int64Range(-1e12, 1e12).Draw(t, "money")
		den := rapid.Int64Range(1, 1e6).Draw(t, "den")
		num := rapid.Int64Range(0, den).Draw(t, "num")
		got, err := amount.Money(m).Prorate(num, den)
		if err != nil {
			t.Fatal(err)
		}
		exact := new(big.Rat).Mul(big.NewRat(m, 1), big.NewRat(num, den))
		off := exact.Sub(exact, big.NewRat(int64(got), 1))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d × %d/%d = %d, off by %s", m, num, den, got, off)
		}
	})
}
