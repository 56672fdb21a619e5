package embedded_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

func TestHomeIsHeldByOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	home, err := embedded.OpenHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o700 {
		t.Errorf("mode of the folder: got %o, want 700", got)
	}
	_, err = embedded.OpenHome(dir)
	if want := "process " + strconv.Itoa(os.Getpid()); !errors.Is(err, embedded.ErrInUse) || !strings.Contains(err.Error(), want) {
		t.Errorf("second holder: got %v, want ErrInUse by %s", err, want)
	}
	if err := home.Close(); err != nil {
		t.Fatal(err)
	}
	home, err = embedded.OpenHome(dir)
	if err != nil {
		t.Fatalf("after close: %v", err)
	}
	if err := home.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenHomeSaysWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "settings.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := t.TempDir()
	if err := os.WriteFile(filepath.Join(newer, "settings.json"), []byte(`{"format": 99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, dir, want string }{
		{"a newer program's", newer, "newer deskpulse"},
		{"a file", file, file},
		{"below a file", filepath.Join(file, "x"), "choose another with --data"},
		{"broken settings", broken, "settings.json"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if _, err := embedded.OpenHome(row.dir); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want it to contain %q", err, row.want)
			}
		})
	}
}

func TestEndpointsAreReadWhileItRuns(t *testing.T) {
	dir := t.TempDir()
	if _, err := embedded.ReadEndpoints(dir); !errors.Is(err, embedded.ErrNotRunning) || !strings.Contains(err.Error(), "deskpulse up --data "+dir) {
		t.Errorf("before: got %v, want ErrNotRunning and the command", err)
	}
	home, err := embedded.OpenHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := embedded.Endpoints{
		Kafka:      []string{"127.0.0.1:1001"},
		ClickHouse: embedded.Endpoint{Native: "127.0.0.1:1002", HTTP: "127.0.0.1:1003", User: embedded.EngineUser, Password: "p"},
		HTTP:       "127.0.0.1:1004",
	}
	if err := home.Publish(want); err != nil {
		t.Fatal(err)
	}
	got, err := embedded.ReadEndpoints(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got.PID != os.Getpid() || got.Started.IsZero() {
		t.Errorf("process: got %d started %v", got.PID, got.Started)
	}
	want.PID, want.Started = got.PID, got.Started
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "endpoints.json"))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "endpoints.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode: got %v %v, want 600", info.Mode(), err)
	}
	var fields map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kafka", "clickhouse", "http", "pid", "started"} {
		if fields[name] == nil {
			t.Errorf("endpoints.json has no %q", name)
		}
	}
	if err := home.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.ReadEndpoints(dir); !errors.Is(err, embedded.ErrNotRunning) {
		t.Errorf("after: got %v, want ErrNotRunning", err)
	}
	// What a killed process leaves behind.
	if err := os.WriteFile(filepath.Join(dir, "endpoints.json"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.ReadEndpoints(dir); !errors.Is(err, embedded.ErrNotRunning) || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("stale: got %v, want ErrNotRunning that says the process is gone", err)
	}
}

// TestDataFolderOnADiskThatCannotBeWritten is full, then read-only: both are said, and neither leaves anything behind that
// the next start trips over.
func TestDataFolderOnADiskThatCannotBeWritten(t *testing.T) {
	embeddedtest.TinyDisk(t, 1<<20, func(t *testing.T, disk string) {
		dir := filepath.Join(disk, "data")
		home, err := embedded.OpenHome(dir)
		if err != nil {
			t.Fatal(err)
		}
		endpoints := embedded.Endpoints{Kafka: []string{"127.0.0.1:1"}}
		if err := home.Publish(endpoints); err != nil {
			t.Fatal(err)
		}
		ballast := embeddedtest.Fill(t, disk, 0)
		if err := home.Publish(endpoints); !errors.Is(err, embedded.ErrDiskFull) || !strings.Contains(err.Error(), dir) {
			t.Errorf("publish on a full disk: got %v, want ErrDiskFull with the folder", err)
		}
		if _, err := embedded.ReadEndpoints(dir); err != nil {
			t.Errorf("the endpoints of before: %v", err)
		}
		if err := errors.Join(home.Close(), os.Remove(ballast), embeddedtest.Remount(disk, true)); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{dir, filepath.Join(disk, "other")} {
			if _, err := embedded.OpenHome(path); err == nil || !strings.Contains(err.Error(), "read-only") || !strings.Contains(err.Error(), "--data") {
				t.Errorf("%s: got %v, want that the disk is read-only, and --data", path, err)
			}
		}
		if err := embeddedtest.Remount(disk, false); err != nil {
			t.Fatal(err)
		}
		if home, err = embedded.OpenHome(dir); err != nil {
			t.Fatal(err)
		}
		if err := home.Close(); err != nil {
			t.Error(err)
		}
	})
}
