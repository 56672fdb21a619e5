package amount

import "fmt"

// Points is a score in hundredths of a point: 8350 is 83.50 points.
type Points int64

// ParsePoints reads points written as a decimal with at most two places, such as "20" or "17.5".
func ParsePoints(s string) (Points, error) {
	v, err := parseFixed(s, 2)
	return Points(v), err
}

// String returns the points with two places, such as "83.50".
func (p Points) String() string {
	sign, v := "", uint64(p)
	if p < 0 {
		sign, v = "-", -v // in uint64, so that the smallest value has a magnitude too
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
}

// MarshalText writes the points as [Points.String] does, so that JSON holds a text and no reader makes a float of it.
func (p Points) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what [ParsePoints] reads.
func (p *Points) UnmarshalText(text []byte) error {
	v, err := ParsePoints(string(text))
	if err == nil {
		*p = v
	}
	return err
}
