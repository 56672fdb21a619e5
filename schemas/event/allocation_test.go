//go:build !race

// The race detector allocates on its own account, so allocations are counted without it.

package event_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// TestDecodeHardlyAllocates is the bound that the hot path keeps: texts share blocks of memory, and nothing else is
// allocated. AllocsPerRun rounds down, so that many events are one run.
func TestDecodeHardlyAllocates(t *testing.T) {
	const runs = 1 << 14
	check := func(name, key string, texts []string) {
		d, id, values := event.NewDecoder(stream()), []byte(key), make([][]byte, len(texts))
		for i := range texts {
			values[i] = []byte(texts[i])
		}
		var row event.Row
		n := testing.AllocsPerRun(1, func() {
			for i := range runs {
				if err := d.Decode(id, values[i%len(values)], appended, &row); err != nil {
					t.Fatal(err)
				}
			}
		})
		if n/runs > 0.02 {
			t.Errorf("%s: %.4f allocations an event, at most 0.02", name, n/runs)
		}
	}
	for _, kind := range kinds {
		check(kind, "conv-1234567", traffic(kind))
	}
	for name, value := range bare() {
		check(name, "conv-1234567", []string{value})
	}
	for _, typ := range event.Types() {
		check(typ.Name, "x", []string{wholeEvent(typ, typ.Examples[0])})
	}
}
