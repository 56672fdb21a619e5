package embedded_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// TestBrokerWithATornLog ends the broker's files as a power cut may: in the middle of what was written last, which was
// not acknowledged, or with bytes that were never written. What was acknowledged before is there, what is produced and
// committed afterwards stays, and so it does over one more kill.
func TestBrokerWithATornLog(t *testing.T) {
	for _, row := range []struct {
		name            string
		file            string // of the log folder, a pattern
		tear            func(path string) error
		records, commit int // that are left of three
	}{
		{"half a batch", "partitions/*/*.dat", cut(-10), 2, 3},
		{"zeros after the batches", "partitions/*/*.dat", grow(make([]byte, 4096)), 3, 3},
		{"noise after the batches", "partitions/*/*.dat", grow([]byte("\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x40noise")), 3, 3},
		{"half an index", "partitions/*/*.idx", cut(-5), 3, 3},
		{"no index", "partitions/*/*.idx", os.Remove, 3, 3},
		{"half a commit", "groups.log", cut(-3), 3, 2},
		{"zeros after the commits", "groups.log", grow(make([]byte, 4096)), 3, 3},
		{"half a file that was to replace another", "topics.json.tmp", grow([]byte("{")), 3, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			cfg := embedded.BrokerConfig{Dir: t.TempDir()}
			process := embeddedtest.BrokerProcess(t, cfg)
			cfg.Port = embeddedtest.Port(t, process.Addr())
			k := newKafka(t, process.Addr())
			k.isEmbedded = true
			k.ensure(t, embedded.Topic{Partitions: 1})
			put := func(n int) {
				t.Helper()
				k.produce(t, 0, numbered(n))
				retry(t, func(context.Context) error { return k.commit(t, -1, "", int64(n+1), "c") })
			}
			for n := range 3 {
				put(n)
			}
			process.Kill()
			tear(t, filepath.Join(cfg.Dir, "log", row.file), row.tear)

			process = embeddedtest.BrokerProcess(t, cfg)
			wantNumbered(t, k.all(t), row.records)
			if offset, _ := k.committed(t); offset != int64(row.commit) {
				t.Errorf("committed: got %d, want %d", offset, row.commit)
			}
			put(row.records)
			put(row.records + 1)
			process.Kill()
			embeddedtest.BrokerProcess(t, cfg)
			wantNumbered(t, k.all(t), row.records+2)
			if offset, _ := k.committed(t); offset != int64(row.records+2) {
				t.Errorf("committed after one more kill: got %d, want %d", offset, row.records+2)
			}
		})
	}
}

// tear applies a tear to the one file that matches, or makes a file of that name.
func tear(t *testing.T, pattern string, how func(string) error) {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 && filepath.Ext(pattern) == ".tmp" {
		found = []string{pattern}
	}
	if len(found) != 1 {
		t.Fatalf("%s: got %q, want one file", pattern, found)
	}
	if err := how(found[0]); err != nil {
		t.Fatal(err)
	}
}

func cut(bytes int64) func(string) error {
	return func(path string) error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		return os.Truncate(path, info.Size()+bytes)
	}
}

func grow(bytes []byte) func(string) error {
	return func(path string) error {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = f.Write(bytes)
		return err
	}
}
