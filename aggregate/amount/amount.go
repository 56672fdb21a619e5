// Package amount holds the exact quantities that people are paid by: points in hundredths and ratios of integers. Nothing
// here is a float, because 48.0/49.0 >= 0.98 is true in floats and false in arithmetic.
package amount

import "fmt"

// maxParsed bounds what a decimal may spell, so that scaling it by the places still fits 64 bits.
const maxParsed = 1e13

// parseFixed reads a plain decimal such as "20", "17.5" or "-0.25" as an integer count of 10^-places. It takes no
// exponent, no plus sign and no digit that would have to be rounded away.
func parseFixed(s string, places int) (int64, error) {
	digits, negative := s, false
	if len(s) > 0 && s[0] == '-' {
		digits, negative = s[1:], true
	}
	v, fraction, dot, seen := int64(0), 0, false, false
	for _, r := range []byte(digits) {
		switch {
		case r == '.' && !dot && seen:
			dot, seen = true, false // a digit must follow
		case '0' <= r && r <= '9' && v < maxParsed:
			v, seen = v*10+int64(r-'0'), true
			if dot {
				fraction++
			}
		default:
			return 0, fmt.Errorf("%q is not a plain decimal number", s)
		}
	}
	if !seen || fraction > places {
		return 0, fmt.Errorf("%q is not a decimal number with at most %d places", s, places)
	}
	for ; fraction < places; fraction++ {
		v *= 10
	}
	if negative {
		v = -v
	}
	return v, nil
}
