package amount

import (
	"fmt"
	"math/big"
)

// Money is an amount in minor units of its currency, such as fen: 50000 is 500.00 CNY. Which currency it is says whoever
// holds it; amounts of two currencies never meet in one policy.
type Money int64

// ParseMoney reads an amount written as a decimal with at most two places, such as "250" or "99.99".
func ParseMoney(s string) (Money, error) {
	v, err := parseFixed(s, 2)
	return Money(v), err
}

// String returns the amount with two places, such as "500.00".
func (m Money) String() string { return Points(m).String() }

// Prorate returns num ÷ den of the amount, rounded once to a minor unit, half away from zero. The error says that the
// denominator is not positive or that the result does not fit 64 bits.
func (m Money) Prorate(num, den int64) (Money, error) {
	if den <= 0 {
		return 0, fmt.Errorf("prorate %s by %d/%d: the denominator is not positive", m, num, den)
	}
	// Rounding is floor(2·|m·num| + den ÷ 2·den), in integers of any size: the product of two int64 needs 128 bits.
	product := new(big.Int).Mul(big.NewInt(int64(m)), big.NewInt(num))
	negative := product.Sign() < 0
	product.Abs(product).Lsh(product, 1).Add(product, big.NewInt(den))
	product.Quo(product, new(big.Int).Lsh(big.NewInt(den), 1))
	if negative {
		product.Neg(product)
	}
	if !product.IsInt64() {
		return 0, fmt.Errorf("prorate %s by %d/%d: result exceeds 64 bits", m, num, den)
	}
	return Money(product.Int64()), nil
}
