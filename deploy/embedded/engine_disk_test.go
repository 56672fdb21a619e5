package embedded_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// insertUntilFull inserts blocks that do not compress until one fails, which must be for want of space, and returns the
// number of rows in those that did not.
func insertUntilFull(t *testing.T, conn driver.Conn) (rows uint64) {
	t.Helper()
	for range 1000 {
		err := conn.Exec(t.Context(), "INSERT INTO d.t SELECT number, randomString(1000) FROM numbers(2000)")
		var exception *clickhouse.Exception
		switch {
		case err == nil:
			rows += 2000
		case errors.As(err, &exception) && (exception.Code == 243 || exception.Code == 75):
			t.Logf("after %d rows: code %d: %.150s", rows, exception.Code, exception.Message)
			return rows
		default:
			t.Fatalf("after %d rows: %v", rows, err)
		}
	}
	t.Fatal("the disk does not fill")
	return 0
}

// TestEngineOnAFullDisk fills the engine's disk by inserts, down to the reserve and down to nothing: inserts fail with
// an error of the server, the engine goes on answering, and inserts again when there is room. Exactly what it
// acknowledged is there, also after a kill.
func TestEngineOnAFullDisk(t *testing.T) {
	for _, row := range []struct {
		name     string
		keepFree int64
		left     uint64 // at least, when the first insert fails
	}{
		{"to the reserve", 32 << 20, 30 << 20},
		{"to the last byte", -1, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			embeddedtest.TinyDisk(t, 160<<20, func(t *testing.T, dir string) {
				cfg := embedded.EngineConfig{Dir: filepath.Join(dir, "clickhouse"), KeepFree: row.keepFree}
				engine := startEngine(t, cfg)
				conn := open(t, engine.Endpoint())
				execute(t, conn, "CREATE DATABASE d",
					"CREATE TABLE d.t (n UInt64, s String) ENGINE = MergeTree ORDER BY n SETTINGS min_bytes_for_full_part_storage = 0")
				ballast := embeddedtest.Fill(t, dir, 80<<20)
				rows := insertUntilFull(t, conn)
				if free, _, err := embedded.DiskSpace(dir); err != nil || free < row.left {
					t.Errorf("%d bytes are free (%v), want at least %d", free, err, row.left)
				}
				if got := number(t, conn, "SELECT count() FROM d.t"); got != rows {
					t.Errorf("rows on the full disk: got %d, want %d", got, rows)
				}
				if err := os.Remove(ballast); err != nil {
					t.Fatal(err)
				}
				execute(t, conn, "INSERT INTO d.t SELECT number, '' FROM numbers(10)")
				engine.Kill()
				engine = startEngine(t, cfg)
				if got := number(t, open(t, engine.Endpoint()), "SELECT count() FROM d.t"); got != rows+10 {
					t.Errorf("rows in the end: got %d, want %d", got, rows+10)
				}
			})
		})
	}
}

// TestEngineStartsOnAFullDisk finds no byte left: it says so, with the folder, or runs; and runs when there is room.
func TestEngineStartOnAFullDisk(t *testing.T) {
	embeddedtest.TinyDisk(t, 64<<20, func(t *testing.T, dir string) {
		cfg := embedded.EngineConfig{Dir: filepath.Join(dir, "clickhouse"), KeepFree: -1}
		ballast := embeddedtest.Fill(t, dir, 0)
		err := embedded.NewEngine(cfg).Start(t.Context())
		if err == nil || !strings.Contains(err.Error(), "disk is full") || !strings.Contains(err.Error(), dir) {
			t.Errorf("got %v, want that the disk of %q is full", err, dir)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		startEngine(t, cfg)
	})
}
