package amount_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
)

// In JSON points are texts: a reader that makes floats of numbers must not get hold of them.
func TestPointsInJSON(t *testing.T) {
	for text, p := range map[string]amount.Points{`"17.50"`: 1750, `"0.00"`: 0, `"-4.25"`: -425} {
		got, err := json.Marshal(p)
		if err != nil || string(got) != text {
			t.Errorf("%d is written %s, want %s: %v", p, got, text, err)
		}
		var back amount.Points
		if err := json.Unmarshal([]byte(text), &back); err != nil || back != p {
			t.Errorf("%s is read as %d, want %d: %v", text, back, p, err)
		}
	}
	for _, text := range []string{`17.5`, `"17.505"`, `""`, `"1e3"`, `"+1"`, `[1]`} {
		back := amount.Points(math.MaxInt64)
		if err := json.Unmarshal([]byte(text), &back); err == nil || back != math.MaxInt64 {
			t.Errorf("%s is read as %d", text, back)
		}
	}
}
