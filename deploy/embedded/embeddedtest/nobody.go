package embeddedtest

import (
	"testing"

	"github.com/deskpulse/deskpulse/deploy/loopback"
)

// Nobody returns an address, host:port on the loopback, at which nobody listens. The test fails if there is none.
func Nobody(t testing.TB) string {
	t.Helper()
	l, err := loopback.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
