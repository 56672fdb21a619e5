package embedded_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// content stands for the library in the packages of these tests; the real one is fetched by the tests of the engine.
var content = bytes.Repeat([]byte("library "), 1000)

// registry is a package in a folder, and an npm that delivers it and notes every call.
type registry struct {
	dir, npm, integrity string
	size                int64
}

func newRegistry(t *testing.T) *registry {
	t.Helper()
	dir := t.TempDir()
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zipped)
	for name, data := range map[string][]byte{"package/package.json": []byte("{}"), "package/libchdb.so": content} {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	digest := sha512.Sum512(packed.Bytes())
	r := &registry{
		dir: dir, npm: filepath.Join(dir, "npm"), size: int64(packed.Len()),
		integrity: "sha512-" + base64.StdEncoding.EncodeToString(digest[:]),
	}
	write(t, filepath.Join(dir, "package.tgz"), packed.Bytes())
	r.script(t, `echo "$1" >> "`+dir+`/calls"
case "$1" in
view) echo "`+r.integrity+`" ;;
pack) while [ "$1" != --pack-destination ]; do shift; done; cp "`+dir+`/package.tgz" "$2/x-lib-1.tgz" ;;
esac`)
	return r
}

func (r *registry) script(t *testing.T, body string) {
	t.Helper()
	write(t, r.npm, []byte("#!/bin/sh\n"+body+"\n"))
	if err := os.Chmod(r.npm, 0o755); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// calls are the subcommands of npm that were called, in order.
func (r *registry) calls(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(r.dir, "calls"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(raw)), " ")
}

func (r *registry) config(cache string) embedded.FetchConfig {
	return embedded.FetchConfig{CacheDir: cache, NPM: r.npm}.WithRelease("@x/lib", "1", r.integrity, r.size)
}

func mustFetch(t *testing.T, cfg embedded.FetchConfig) string {
	t.Helper()
	library, err := embedded.FetchEngine(t.Context(), cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(library); err != nil || !bytes.Equal(got, content) {
		t.Fatalf("library: %d bytes, %v, want %d bytes", len(got), err, len(content))
	}
	return library
}

func TestFetchOnce(t *testing.T) {
	r, cache := newRegistry(t), t.TempDir()
	steps := map[string]int64{}
	group, ctx := errgroup.WithContext(t.Context())
	for i := range 4 {
		group.Go(func() error {
			var progress embedded.Progress
			if i == 0 {
				progress = func(step string, done, total int64) { steps[step] = 100 * done / total }
			}
			_, err := embedded.FetchEngine(ctx, r.config(cache), progress)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	mustFetch(t, r.config(cache))
	if got := r.calls(t); got != "pack" {
		t.Errorf("npm calls: got %q, want one pack", got)
	}
	for step, percent := range steps {
		if percent != 100 {
			t.Errorf("step %s ended at %d %%", step, percent)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "engine", ".fetch-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestFetchRepairsTheCache(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func(dir string) error
	}{
		{"library cut short", func(dir string) error { return os.Truncate(filepath.Join(dir, "libchdb.so"), 10) }},
		{"library gone", func(dir string) error { return os.Remove(filepath.Join(dir, "libchdb.so")) }},
		{"marker gone", func(dir string) error { return os.Remove(filepath.Join(dir, "complete.json")) }},
		{"library is empty", func(dir string) error { return os.Truncate(filepath.Join(dir, "libchdb.so"), 0) }},
		{"a byte flipped", func(dir string) error { return flip(filepath.Join(dir, "libchdb.so")) }},
		{"a folder in the library's place", func(dir string) error {
			library := filepath.Join(dir, "libchdb.so")
			return errors.Join(os.Remove(library), os.MkdirAll(filepath.Join(library, "x"), 0o700))
		}},
		{"a file in the folder's place", func(dir string) error {
			return errors.Join(os.RemoveAll(dir), os.WriteFile(dir, []byte("x"), 0o600))
		}},
		{"another version", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "complete.json"), []byte(`{"package": "@x/lib@0"}`), 0o600)
		}},
		{"marker broken", func(dir string) error { return os.Truncate(filepath.Join(dir, "complete.json"), 5) }},
		{"killed fetch", func(dir string) error {
			return errors.Join(os.Rename(dir, filepath.Join(filepath.Dir(dir), ".fetch-1")))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, cache := newRegistry(t), t.TempDir()
			if err := row.damage(filepath.Dir(mustFetch(t, r.config(cache)))); err != nil {
				t.Fatal(err)
			}
			mustFetch(t, r.config(cache))
			if got := r.calls(t); got != "pack pack" {
				t.Errorf("npm calls: got %q, want a second pack", got)
			}
			if left, _ := filepath.Glob(filepath.Join(cache, "engine", ".fetch-*")); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

func TestFetchRefuses(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(t *testing.T, r *registry, cfg *embedded.FetchConfig)
		want   string
	}{
		{"no npm", func(_ *testing.T, _ *registry, c *embedded.FetchConfig) { c.NPM = "no-such-npm" }, "install Node.js"},
		{"npm fails", func(t *testing.T, r *registry, _ *embedded.FetchConfig) {
			r.script(t, "echo E404 not found >&2; exit 1")
		}, "E404 not found"},
		{"another package", func(_ *testing.T, r *registry, c *embedded.FetchConfig) {
			*c = c.WithRelease("@x/lib", "1", "sha512-AAAA", r.size)
		}, "expected sha512-AAAA"},
		{"not a package", func(t *testing.T, r *registry, _ *embedded.FetchConfig) {
			write(t, filepath.Join(r.dir, "package.tgz"), []byte("<html>"))
		}, "unpack package"},
		{"half a package", func(t *testing.T, r *registry, _ *embedded.FetchConfig) {
			if err := os.Truncate(filepath.Join(r.dir, "package.tgz"), r.size/2); err != nil {
				t.Fatal(err)
			}
		}, "unpack package"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, cache := newRegistry(t), t.TempDir()
			cfg := r.config(cache)
			row.change(t, r, &cfg)
			if _, err := embedded.FetchEngine(t.Context(), cfg, nil); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want it to contain %q", err, row.want)
			}
			if kept, _ := filepath.Glob(filepath.Join(cache, "engine", "*", "*")); len(kept) > 0 {
				t.Errorf("kept %q", kept)
			}
		})
	}
}

func TestFetchAsksTheRegistryWhereNothingIsPinned(t *testing.T) {
	r := newRegistry(t)
	cfg := r.config(t.TempDir()).WithRelease("@x/lib", "1", "", r.size)
	mustFetch(t, cfg)
	mustFetch(t, cfg)
	if got := r.calls(t); got != "view pack" {
		t.Errorf("npm calls: got %q, want view pack", got)
	}
}

func TestFetchEndsWithItsContext(t *testing.T) {
	r := newRegistry(t)
	fifo := filepath.Join(r.dir, "started")
	r.script(t, "echo x > '"+fifo+"'; sleep 60 & wait")
	ctx, cancel := context.WithCancel(t.Context())
	progress := func(string, int64, int64) {
		if _, err := os.Stat(fifo); err == nil {
			cancel()
		}
	}
	if _, err := embedded.FetchEngine(ctx, r.config(t.TempDir()), progress); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestReleaseForEveryPlatform(t *testing.T) {
	for _, row := range []struct{ goos, goarch, want string }{
		{"linux", "amd64", "@chdb/lib-linux-x64-gnu@26.7.3-stable.1"},
		{"linux", "arm64", "@chdb/lib-linux-arm64-gnu@26.7.3-stable.1"},
		{"darwin", "arm64", "@chdb/lib-darwin-arm64@26.7.3-stable.1"},
		{"darwin", "amd64", "@chdb/lib-darwin-x64@26.7.3-stable.1"},
	} {
		if got, err := embedded.ReleaseFor(row.goos, row.goarch); err != nil || got != row.want {
			t.Errorf("%s/%s: got %q, %v, want %q", row.goos, row.goarch, got, err, row.want)
		}
	}
	if _, err := embedded.ReleaseFor("windows", "amd64"); err == nil || !strings.Contains(err.Error(), "--clickhouse ADDRESS") {
		t.Errorf("windows: got %v, want an error that says what to do", err)
	}
}
