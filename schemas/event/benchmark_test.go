package event_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// BenchmarkDecodeExamples decodes the first example of each type, which has every member. Decoding a call must not
// allocate, but for the blocks of memory that ids share.
func BenchmarkDecodeExamples(b *testing.B) {
	for _, typ := range event.Types() {
		b.Run(typ.Name, func(b *testing.B) {
			d, value := event.NewDecoder(stream()), []byte(wholeEvent(typ, typ.Examples[0]))
			b.ReportAllocs()
			b.SetBytes(int64(len(value)))
			for b.Loop() {
				var row event.Row
				if err := d.Decode([]byte("x"), value, appended, &row); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

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
