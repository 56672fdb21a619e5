package embeddedtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// diskVariable names the folder on which a test process is to mount its disk.
const diskVariable = "DESKPULSE_TEST_DISK"

// TinyDisk runs body with a folder on a disk of its own, of so many bytes, in memory. The disk exists for one process
// alone, which is this test binary started again for this test: a name space of mounts needs no other right on Linux
// than that of making one. Where it cannot be made the test says so in one line and ends; where the environment variable
// CI is set that fails the test instead.
func TinyDisk(t *testing.T, bytes int64, body func(t *testing.T, dir string)) {
	t.Helper()
	if dir := os.Getenv(diskVariable); dir != "" {
		if err := mountDisk(dir, bytes); err != nil {
			t.Fatalf("mount a disk: %v", err)
		}
		body(t, dir)
		return
	}
	// Not t.TempDir: that is removed before the processes on it have ended.
	dir := shared.dir(t, "disk-"+Name(t))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	pattern := "^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$"
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", pattern, "-test.v", "-test.timeout", "20m")
	cmd.Env = append(os.Environ(), diskVariable+"="+dir)
	if err := ownMounts(cmd); err != nil {
		unavailable(t, err)
		return
	}
	out, err := cmd.CombinedOutput()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		unavailable(t, err)
		return
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("on the tiny disk: %v\n%s", err, out)
		return
	}
	t.Logf("on the tiny disk:\n%s", out)
}

// unavailable says that a disk cannot be made here.
func unavailable(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("a disk for the test cannot be made: %v", err)
	}
	fmt.Fprintf(os.Stderr, "%s: NOT RUN: a disk for the test cannot be made: %v\n", t.Name(), err)
}

// Fill fills the disk of a folder but for so many bytes, with a file whose name it returns: remove it to make room.
func Fill(t testing.TB, dir string, leave int64) string {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 1<<20)
	for {
		left, err := freeBytes(dir)
		if err != nil {
			t.Fatal(err)
		}
		if left <= leave {
			return path
		}
		if _, err := f.Write(block[:min(left-leave, int64(len(block)))]); err != nil {
			return path // somebody else has filled it
		}
	}
}

// freeBytes is asked of the system here too: a test that took it from what it tests would prove little.
func freeBytes(dir string) (int64, error) {
	free, err := statFree(dir)
	if err != nil {
		return 0, fmt.Errorf("free space of %q: %w", dir, err)
	}
	return free, nil
}
