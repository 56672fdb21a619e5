package embeddedtest

import (
	"net"
	"testing"
)

// Nobody returns an address, host:port on the loopback, at which nobody listens. The test fails if there is none.
func Nobody(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
