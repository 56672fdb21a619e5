package loopback_test

import (
	"net"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/loopback"
)

// TestListen takes some ports at once, and one again.
func TestListen(t *testing.T) {
	taken := make(map[int]bool)
	for range 200 {
		l, err := loopback.Listen()
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		addr := l.Addr().(*net.TCPAddr)
		if addr.Port < 20_000 || addr.Port >= 32_000 || !addr.IP.IsLoopback() || taken[addr.Port] {
			t.Errorf("address %v", addr)
		}
		taken[addr.Port] = true
	}
	l, err := loopback.Listen()
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	again, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}
