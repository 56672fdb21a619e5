package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// download has npm pack the release into the folder work and returns the path of the tarball.
//
// npm gets a cache of its own inside work: its progress can be watched there, and the user's npm cache is not left
// with a second copy of a file this large.
func download(ctx context.Context, cfg FetchConfig, release engineRelease, work string, progress Progress) (string, error) {
	cache, out := filepath.Join(work, npmCache), filepath.Join(work, "pack")
	if err := os.Mkdir(out, 0o755); err != nil {
		return "", err
	}
	watched, stop := context.WithCancel(ctx)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		watchDownload(watched, cache, release.Size, progress)
	}()
	_, err := runNPM(ctx, cfg, "pack", release.spec(), "--cache", cache, "--pack-destination", out, "--loglevel", "error")
	stop()
	<-finished
	if err != nil {
		return "", err
	}
	progress("download", release.Size, release.Size)
	return filepath.Join(out, release.tarball()), nil
}

// npmCache is the folder of npm's own files, below the work folder.
const npmCache = "npm"

// watchDownload reports how much npm has stored so far, until ctx ends.
func watchDownload(ctx context.Context, dir string, total int64, progress Progress) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		progress("download", min(folderSize(dir), total-1), total)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// folderSize sums the files of a folder that may be changing.
func folderSize(dir string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}

// declaredIntegrity asks the registry for the digest of a release that has none pinned.
func declaredIntegrity(ctx context.Context, cfg FetchConfig, release engineRelease) (string, error) {
	out, err := runNPM(ctx, cfg, "view", release.spec(), "dist.integrity", "--loglevel", "error")
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(out, "sha512-") {
		return "", fmt.Errorf("the registry declares no sha512 integrity but %q", out)
	}
	return out, nil
}

// runNPM runs npm and returns what it printed.
func runNPM(ctx context.Context, cfg FetchConfig, args ...string) (string, error) {
	npm := cfg.NPM
	if npm == "" {
		npm = "npm"
	}
	cmd := exec.CommandContext(ctx, npm, args...)
	// npm is a script that starts others: the whole group must end with it, or the pipes stay open.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	var stderr = newTail(4 << 10)
	cmd.Stderr = stderr
	out, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return "", errNoNPM
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", fmt.Errorf("npm %s: %w: is the registry reachable? try `npm view %s`, "+
			"or run with --clickhouse ADDRESS on a ClickHouse server of your own\n%s",
			args[0], err, args[1], complaint(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// complaint is what npm said, without the place of its log, which is gone by then.
func complaint(stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, "complete log of this run") })
	return strings.Join(lines, "\n")
}
