package amount_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"pgregory.net/rapid"
)

func TestParsePoints(t *testing.T) {
	for _, c := range []struct {
		in   string
		want amount.Points
		text string
	}{
		{"20", 2000, "20.00"},
		{"17.5", 1750, "17.50"},
		{"0", 0, "0.00"},
		{"-0.25", -25, "-0.25"},
		{"83.05", 8305, "83.05"},
	} {
		got, err := amount.ParsePoints(c.in)
		if err != nil || got != c.want || got.String() != c.text {
			t.Errorf("ParsePoints(%q) = %d (%s), %v; want %d (%s)", c.in, got, got, err, c.want, c.text)
		}
	}
	for _, in := range []string{"", "-", ".5", "5.", "1.234", "1e3", "+1", "0x10", "1_000", "٣", "99999999999999999999", "1.2.3", " 1"} {
		if got, err := amount.ParsePoints(in); err == nil {
			t.Errorf("ParsePoints(%q) = %s, want an error", in, got)
		}
	}
	if got := amount.Points(math.MinInt64).String(); got != "-92233720368547758.08" {
		t.Errorf("smallest points = %s", got)
	}
}

func TestParsePercent(t *testing.T) {
	for in, want := range map[string]amount.Ratio{
		"90": {9, 10}, "97.5": {39, 40}, "0": {0, 1}, "100": {1, 1}, "33.3333": {333333, 1000000},
	} {
		if got, err := amount.ParsePercent(in); err != nil || got != want {
			t.Errorf("ParsePercent(%q) = %s, %v; want %s", in, got, err, want)
		}
	}
	if got, err := amount.ParsePercent("33.33333"); err == nil {
		t.Errorf("five places = %s, want an error", got)
	}
}

func TestRatioPercent(t *testing.T) {
	for _, c := range []struct {
		name     string
		num, den int64
		places   int
		want     string
	}{
		{"Li of the reference regime", 60, 55, 2, "109.09"},
		{"half is rounded up", 1, 8 * 100, 2, "0.13"},
		{"just below half is rounded down", 124999, 100_000_000, 2, "0.12"},
		{"48 of 49 is no 98", 48, 49, 2, "97.96"},
		{"zero", 0, 7, 2, "0.00"},
		{"no places", 2, 3, 0, "67"},
		{"largest numerator", math.MaxInt64, 1, 2, "922337203685477580700.00"},
		{"largest denominator", 1, math.MaxInt64, 2, "0.00"},
		{"negative half is rounded away from zero", -1, 800, 2, "-0.13"},
	} {
		if got := (amount.Ratio{Num: c.num, Den: c.den}).Percent(c.places); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRatioText(t *testing.T) {
	r := amount.Ratio{Num: 4235, Den: 77}
	if got := r.Decimal(1) + " " + r.String(); got != "55.0 4235/77" {
		t.Errorf("got %s", got)
	}
}

func TestRatioNoValue(t *testing.T) {
	for _, den := range []int64{0, -1} {
		if r, ok := amount.NewRatio(3, den); ok {
			t.Errorf("NewRatio(3, %d) = %s, want no value", den, r)
		}
	}
	for _, o := range []amount.Ratio{{0, 1}, {-1, 2}} {
		if r, err := (amount.Ratio{Num: 1, Den: 2}).Quo(o); err == nil {
			t.Errorf("1/2 ÷ %s = %s, want an error", o, r)
		}
	}
	if r, err := (amount.Ratio{Num: math.MaxInt64, Den: 2}).Quo(amount.Ratio{Num: 1, Den: 3}); err == nil {
		t.Errorf("result beyond 64 bits = %s, want an error", r)
	}
}

var ratios = rapid.Custom(func(t *rapid.T) amount.Ratio {
	return amount.Ratio{Num: rapid.Int64().Draw(t, "num"), Den: rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")}
})

func TestRatioCmpAgreesWithBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := ratios.Draw(t, "a"), ratios.Draw(t, "b")
		if rapid.Bool().Draw(t, "near") && a.Num > math.MinInt64+1 {
			b = amount.Ratio{Num: a.Num - 1, Den: a.Den} // neighbours, where a float would see no difference
		}
		want := big.NewRat(a.Num, a.Den).Cmp(big.NewRat(b.Num, b.Den))
		if got := a.Cmp(b); got != want {
			t.Fatalf("%s against %s: got %d, want %d", a, b, got, want)
		}
	})
}

func TestRatioQuoAgreesWithBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := ratios.Draw(t, "a"), ratios.Draw(t, "b")
		if b.Num <= 0 {
			b.Num = 1 + (b.Num & math.MaxInt32)
		}
		if rapid.Bool().Draw(t, "small") {
			a, b = amount.Ratio{Num: a.Num % 1e6, Den: 1 + a.Den%1e6}, amount.Ratio{Num: 1 + b.Num%1e6, Den: 1 + b.Den%1e6}
		}
		want := new(big.Rat).Quo(big.NewRat(a.Num, a.Den), big.NewRat(b.Num, b.Den))
		fits := want.Num().IsInt64() && want.Denom().IsInt64() && want.Num().Int64() != math.MinInt64
		got, err := a.Quo(b)
		if (err == nil) != fits {
			t.Fatalf("%s ÷ %s = %s, %v; fits 64 bits: %t", a, b, got, err, fits)
		}
		if err == nil && big.NewRat(got.Num, got.Den).Cmp(want) != 0 {
			t.Fatalf("%s ÷ %s = %s, want %s", a, b, got, want)
		}
	})
}

func FuzzParsePoints(f *testing.F) {
	f.Add("17.5")
	f.Fuzz(func(t *testing.T, in string) {
		p, err := amount.ParsePoints(in)
		if err != nil {
			return
		}
		if again, err := amount.ParsePoints(p.String()); err != nil || again != p {
			t.Errorf("%q reads as %s, which reads as %s, %v", in, p, again, err)
		}
	})
}
