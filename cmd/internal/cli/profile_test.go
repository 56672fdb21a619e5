package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestProfileNowhere wants a profile that cannot be written to be known before ingest begins, not after it has run for hours.
func TestProfileNowhere(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "deskpulse.yaml")
	write(t, config, "kafka: {brokers: [\"127.0.0.1:1\"]}\nclickhouse: {addresses: [\"127.0.0.1:1\"]}\n")
	code, stdout, stderr := run("ingest", "--config", config, "--cpu-profile", filepath.Join(dir, "missing", "cpu.prof"))
	if code != 1 || stdout != "" || !strings.Contains(stderr, "write profile") {
		t.Errorf("got exit code %d, %q and %q", code, stdout, stderr)
	}
}
