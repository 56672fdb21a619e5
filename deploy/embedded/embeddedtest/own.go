package embeddedtest

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// OwnEngine starts an engine for one test alone, with a file of settings of one kind: "config.d" or "users.d".
func OwnEngine(t *testing.T, kind, settings string) embedded.Endpoint {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, kind), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, kind, "test.xml"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	engine := embedded.NewEngine(patiently(embedded.EngineConfig{Dir: dir}))
	if err := engine.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return engine.Endpoint()
}

// Port returns the port of an address, host:port.
func Port(t *testing.T, addr string) int {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
