package embedded_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// fetchVariable makes this test binary fetch what it describes, and hang in the middle of unpacking.
const fetchVariable = "DESKPULSE_TEST_FETCH"

// fetchSpec is a registry and a cache, for a process.
type fetchSpec struct {
	Cache, NPM, Integrity string
	Size                  int64
}

// fetchAndHang says "unpacking" and waits to be killed. It returns only if something is wrong.
func fetchAndHang(spec string) error {
	var s fetchSpec
	if err := json.Unmarshal([]byte(spec), &s); err != nil {
		return err
	}
	cfg := embedded.FetchConfig{CacheDir: s.Cache, NPM: s.NPM}.WithRelease("@x/lib", "1", s.Integrity, s.Size)
	_, err := embedded.FetchEngine(context.Background(), cfg, func(step string, _, _ int64) {
		if step == "unpack" {
			fmt.Fprintln(os.Stdout, "unpacking")
			select {}
		}
	})
	return fmt.Errorf("nobody killed the fetch: %w", err)
}

// flip changes one bit in the middle of a file.
func flip(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	data[len(data)/2] ^= 1
	return os.WriteFile(path, data, 0o600)
}

// TestFetchIsKilledWhileAnotherWaits kills a process that unpacks with kill -9, while another waits for it: that one
// fetches again, and nothing half is left.
func TestFetchIsKilledWhileAnotherWaits(t *testing.T) {
	r, cache := newRegistry(t), t.TempDir()
	spec, err := json.Marshal(fetchSpec{cache, r.npm, r.integrity, r.size})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), fetchVariable+"="+string(spec))
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "unpacking\n" {
		t.Fatalf("the process said %q", line)
	}
	fetched := make(chan error, 1)
	go func() {
		_, err := embedded.FetchEngine(t.Context(), r.config(cache), nil)
		fetched <- err
	}()
	select {
	case err := <-fetched:
		t.Fatalf("the second did not wait: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if err := <-fetched; err != nil {
		t.Fatal(err)
	}
	mustFetch(t, r.config(cache))
	if got := r.calls(t); got != "pack pack" {
		t.Errorf("npm calls: got %q, want one of each process", got)
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "engine", ".fetch-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestFetchLooksAtContentOnlyWhereItMust shows what is looked at: a copy that was touched but is the same is not fetched
// again, one that changed under the same size and time is used until an engine of it has ended by itself.
func TestFetchLooksAtContentOnlyWhereItMust(t *testing.T) {
	r, cache := newRegistry(t), t.TempDir()
	library := mustFetch(t, r.config(cache))
	info, err := os.Stat(library)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(library, time.Time{}, info.ModTime().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	mustFetch(t, r.config(cache))
	if got := r.calls(t); got != "pack" {
		t.Errorf("touched: npm calls: got %q, want the first alone", got)
	}
	if err := errors.Join(flip(library), os.Chtimes(library, time.Time{}, info.ModTime().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	if _, err := embedded.FetchEngine(t.Context(), r.config(cache), nil); err != nil || r.calls(t) != "pack" {
		t.Errorf("changed under the same time: got %v and npm calls %q, want that it is trusted", err, r.calls(t))
	}
	embedded.Distrust(library)
	mustFetch(t, r.config(cache))
	if got := r.calls(t); got != "pack pack" {
		t.Errorf("after a crash: npm calls: got %q, want a second pack", got)
	}
}

// TestFetchSaysThatItCannotMend damages the cache where there is no registry.
func TestFetchSaysThatItCannotMend(t *testing.T) {
	r, cache := newRegistry(t), t.TempDir()
	library := mustFetch(t, r.config(cache))
	if err := flip(library); err != nil {
		t.Fatal(err)
	}
	r.script(t, "echo 'npm error network offline' >&2; exit 1")
	_, err := embedded.FetchEngine(t.Context(), r.config(cache), nil)
	if err == nil {
		t.Fatal("a damaged library was taken")
	}
	for _, want := range []string{library[:len(library)-len("/libchdb.so")], "is damaged", "has changed", "network offline", "--clickhouse ADDRESS"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to contain %q", err, want)
		}
	}
}

// TestFetchOnAFullDisk has too little space from the start, then too little in the middle, then enough.
func TestFetchOnAFullDisk(t *testing.T) {
	r := newRegistry(t)
	embeddedtest.TinyDisk(t, 256<<10, func(t *testing.T, dir string) {
		cfg := r.config(dir)
		_, err := embedded.FetchEngine(t.Context(), cfg.WithRelease("@x/lib", "1", r.integrity, 10<<20), nil)
		if !errors.Is(err, embedded.ErrDiskFull) || !strings.Contains(err.Error(), "20 MB are needed") || !strings.Contains(err.Error(), "DESKPULSE_CACHE") {
			t.Errorf("before: got %v, want the bytes that are needed", err)
		}
		ballast := embeddedtest.Fill(t, dir, 4<<10)
		_, err = embedded.FetchEngine(t.Context(), r.config(dir), nil) // which believes that nearly nothing is needed
		if err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("in the middle: got %v, want an error that names the folder", err)
		}
		t.Log(err)
		if kept, _ := filepath.Glob(filepath.Join(dir, "engine", "*", "*")); len(kept) > 0 {
			t.Errorf("kept %q", kept)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		mustFetch(t, cfg)
		if err := embeddedtest.Remount(dir, true); err != nil {
			t.Fatal(err)
		}
		mustFetch(t, cfg) // which writes nothing
	})
}

// TestCacheNeedsAHome has neither HOME nor a folder in its place.
func TestCacheNeedsAHome(t *testing.T) {
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "DESKPULSE_CACHE"} {
		t.Setenv(name, "")
	}
	if _, err := embedded.CacheDir(); err == nil || !strings.Contains(err.Error(), "set HOME, or set DESKPULSE_CACHE") {
		t.Errorf("got %v, want what to set", err)
	}
}

// TestUnfitLibraries starts engines of what is no library of this machine.
func TestUnfitLibraries(t *testing.T) {
	header := []byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00") // 64 bits, little-endian, shared
	foreign := append(bytes.Clone(header), 0xf3, 0, 1, 0, 0, 0)                         // RISC-V
	foreign = append(foreign, make([]byte, 64-len(foreign))...)
	for _, row := range []struct {
		name    string
		content []byte
		want    []string
	}{
		{"of another processor", foreign, []string{"EM_RISCV", "--clickhouse ADDRESS"}},
		{"empty", nil, []string{"is not one of this system"}},
		{"a page of a proxy", []byte("<html>" + strings.Repeat("x", 100)), []string{"is not one of this system"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			library := filepath.Join(t.TempDir(), "libchdb.so")
			write(t, library, row.content)
			err := embedded.NewEngine(embedded.EngineConfig{Dir: t.TempDir(), Library: library}).Start(t.Context())
			for _, want := range append(row.want, library) {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want it to contain %q", err, want)
				}
			}
		})
	}
}

// TestLinkersWords turns what dynamic linkers say into what it means.
func TestLinkersWords(t *testing.T) {
	for _, row := range []struct{ said, want string }{
		{"/x/libchdb.so: version `GLIBC_2.34' not found", "GNU C library"},
		{"Error loading shared library libc.so.6: No such file or directory", "GNU C library"},
		{"Error relocating libchdb.so: __strtof128_nan: symbol not found", "GNU C library"},
		{"/x/libchdb.so: failed to map segment from shared object", "noexec"},
		{"something else", "something else"},
	} {
		if err := embedded.Unloadable("/x/libchdb.so", errors.New(row.said)); !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), row.said) {
			t.Errorf("%q: got %v, want it to contain %q", row.said, err, row.want)
		}
	}
}
