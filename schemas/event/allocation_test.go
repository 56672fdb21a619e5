//go:build !race

// The race detector allocates on its own account, so allocations are counted without it.

package event_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// TestDecodeAllocatesLittle is the bound that the hot path keeps: less than one allocation for any example.
func TestDecodeAllocatesLittle(t *testing.T) {
	for _, typ := range event.Types() {
		d, key, value := event.NewDecoder(stream()), []byte("x"), []byte(wholeEvent(typ, typ.Examples[0]))
		var row event.Row
		n := testing.AllocsPerRun(1000, func() {
			if err := d.Decode(key, value, appended, &row); err != nil {
				t.Fatal(err)
			}
		})
		if n > 1 {
			t.Errorf("%s: %.0f allocations an event, at most 1", typ.Name, n)
		}
	}
}
