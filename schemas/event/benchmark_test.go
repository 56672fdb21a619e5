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
