package embedded_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// TestBrokerThatCutsItsLogSaysSo spoils the second of three batches that were acknowledged: the broker drops it with the
// third, which is an error in its log, and the only line that is one. What is produced then is there.
func TestBrokerThatCutsItsLogSaysSo(t *testing.T) {
	cfg := embedded.BrokerConfig{Dir: t.TempDir()}
	process := embeddedtest.BrokerProcess(t, cfg)
	k := newKafka(t, process.Addr())
	k.isEmbedded = true
	k.ensure(t, embedded.Topic{Partitions: 1})
	for n := range 3 {
		k.produce(t, 0, numbered(n))
	}
	if err := process.Stop(t.Context()); err != nil { // in good order, so that it has written down how long the log is
		t.Fatal(err)
	}
	tear(t, filepath.Join(cfg.Dir, "log", "partitions/*/*.dat"), spoilMiddle)

	var said bytes.Buffer
	cfg.Port, cfg.Logger = embeddedtest.Port(t, process.Addr()), slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelWarn}))
	broker := embedded.NewBroker(cfg)
	if err := broker.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantNumbered(t, k.all(t), 1)
	k.produce(t, 0, numbered(1))
	wantNumbered(t, k.all(t), 2)
	if err := broker.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	if len(lines) != 1 || !strings.Contains(lines[0], "level=ERROR") || !strings.Contains(lines[0], "corrupt bytes") {
		t.Errorf("got %q, want one error about corrupt bytes", lines)
	}
}

func spoilMiddle(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	copy(content[len(content)/2:], "\x01\x02\x03\x04")
	return os.WriteFile(path, content, 0o600)
}
