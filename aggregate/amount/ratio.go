package amount

import (
	"cmp"
	"fmt"
	"math/big"
	"math/bits"
)

// Ratio is Num ÷ Den, unrounded. Den is positive; a denominator of 0 is no value, which [NewRatio] reports.
type Ratio struct {
	Num, Den int64
}

// NewRatio returns num ÷ den, or false when den is not positive: then there is no value, which is neither 0 nor 100 %.
func NewRatio(num, den int64) (Ratio, bool) {
	return Ratio{num, den}, den > 0
}

// ParsePercent reads a percentage with at most four places, such as "90" or "97.5", as a ratio.
func ParsePercent(s string) (Ratio, error) {
	v, err := parseFixed(s, 4)
	return Ratio{v, 100_0000}.reduced(), err
}

// Cmp compares r and o exactly, by cross-multiplying in 128 bits: -1 when r is smaller, 0 when equal, 1 when larger.
func (r Ratio) Cmp(o Ratio) int {
	if s := cmp.Compare(sign(r.Num), sign(o.Num)); s != 0 {
		return s
	}
	rHi, rLo := bits.Mul64(magnitude(r.Num), uint64(o.Den))
	oHi, oLo := bits.Mul64(magnitude(o.Num), uint64(r.Den))
	return sign(r.Num) * cmp.Or(cmp.Compare(rHi, oHi), cmp.Compare(rLo, oLo))
}

// Quo returns r ÷ o in lowest terms. The error says that o is not positive or that the result does not fit int64.
func (r Ratio) Quo(o Ratio) (Ratio, error) {
	if o.Num <= 0 || o.Den <= 0 || r.Den <= 0 {
		return Ratio{}, fmt.Errorf("divide %s by %s: not positive", r, o)
	}
	// Cancelling first, also crosswise, keeps every product as small as the result itself.
	r, o = r.reduced(), o.reduced()
	a, b := Ratio{r.Num, o.Num}.reduced(), Ratio{o.Den, r.Den}.reduced()
	num, okN := mul(a.Num, b.Num)
	den, okD := mul(a.Den, b.Den)
	if !okN || !okD {
		return Ratio{}, fmt.Errorf("divide %s by %s: result exceeds 64 bits", r, o)
	}
	return Ratio{num, den}, nil
}

// Percent returns r in percent with the given places, such as "109.09". It rounds once, half away from zero; compare
// ratios with [Ratio.Cmp], never what Percent returns.
func (r Ratio) Percent(places int) string {
	v := big.NewRat(r.Num, r.Den)
	return v.Mul(v, big.NewRat(100, 1)).FloatString(places)
}

// PercentBeside returns r in percent with two places, or with as many more, up to ten, as it takes to tell it from the
// bounds that it is compared with: 97.996 % is not 98.00 %.
func (r Ratio) PercentBeside(bounds ...Ratio) string {
	places := 2
	for _, b := range bounds {
		for r.Cmp(b) != 0 && places < 10 && r.Percent(places) == b.Percent(places) {
			places++
		}
	}
	return r.Percent(places)
}

// Decimal returns r with the given places, rounded once, half away from zero.
func (r Ratio) Decimal(places int) string { return big.NewRat(r.Num, r.Den).FloatString(places) }

// String returns "num/den".
func (r Ratio) String() string { return fmt.Sprintf("%d/%d", r.Num, r.Den) }

// reduced returns r in lowest terms; 0 becomes 0/1.
func (r Ratio) reduced() Ratio {
	a, b := magnitude(r.Num), uint64(r.Den)
	for b != 0 {
		a, b = b, a%b
	}
	if a <= 1 {
		return r
	}
	return Ratio{r.Num / int64(a), r.Den / int64(a)}
}

// mul returns a × b for b ≥ 0 and whether it fits int64. The one value left out is the smallest int64, whose magnitude
// would need a case of its own.
func mul(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), uint64(b))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	return int64(sign(a)) * int64(lo), true
}

func sign(v int64) int { return cmp.Compare(v, 0) }

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}
