package embedded_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// FuzzBrokerGuard checks that the verdict does not depend on how the bytes arrive.
func FuzzBrokerGuard(f *testing.F) {
	f.Add([]byte{0, 0, 0, 8, 0, 18, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0, 3, 0, 0, 0, 0, 0, 1, 0}, 1)
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"), 3)
	f.Add([]byte{0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}, 5)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		if n < 1 || len(data) == 0 {
			return
		}
		if whole, cut := embedded.LooksLikeKafka(data, len(data)), embedded.LooksLikeKafka(data, n); whole != cut {
			t.Errorf("whole: %v, in chunks of %d: %v", whole, n, cut)
		}
	})
}
