package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

// Progress is told how far a fetch is: the step ("download", "unpack") and bytes done of bytes in total. It is called
// from the fetching goroutine several times a second, and once with done == total when a step is complete.
type Progress func(step string, done, total int64)

// FetchConfig says which engine to fetch and where to keep it. The zero value fits.
type FetchConfig struct {
	// CacheDir is the folder of everything that is fetched; empty means [CacheDir].
	CacheDir string
	// NPM is the program that downloads; empty means "npm" in the PATH. The registry, proxy and credentials are those
	// that npm is configured with.
	NPM string
	// Logger gets what happens; nil means nowhere.
	Logger *slog.Logger

	// release replaces the pinned release in tests of this package.
	release *engineRelease
}

// cacheVariable overrides the cache folder, e.g. for a machine whose home folder is small.
const cacheVariable = "DESKPULSE_CACHE"

// CacheDir is where fetched programs are kept: DESKPULSE_CACHE, or deskpulse in the user's cache folder.
func CacheDir() (string, error) {
	if dir := os.Getenv(cacheVariable); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache folder: %w: set HOME, or set %s to a folder for what is fetched", err, cacheVariable)
	}
	return filepath.Join(dir, "deskpulse"), nil
}

const libraryName = "libchdb.so"

// FetchEngine returns the path of libchdb, after downloading it if the cache has no intact copy (see [fetched]).
// Any number of processes may call it at once: one downloads, the others wait.
func FetchEngine(ctx context.Context, cfg FetchConfig, progress Progress) (string, error) {
	library, _, err := fetchEngine(ctx, cfg, progress)
	return library, err
}

// fetchEngine also reports whether it downloaded.
func fetchEngine(ctx context.Context, cfg FetchConfig, progress Progress) (library string, fresh bool, err error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	release, err := cfg.pickRelease()
	if err != nil {
		return "", false, fmt.Errorf("fetch engine: %w", err)
	}
	if cfg.CacheDir == "" {
		if cfg.CacheDir, err = CacheDir(); err != nil {
			return "", false, fmt.Errorf("fetch engine: %w", err)
		}
	}
	dir := filepath.Join(cfg.CacheDir, "engine", release.folder())
	library = filepath.Join(dir, libraryName)
	if isTrusted(dir, release) {
		return library, false, nil
	}
	if fresh, err = fetchLocked(ctx, cfg, release, dir, progress); err != nil {
		return "", false, fmt.Errorf("fetch engine %s: %w", release.spec(), err)
	}
	return library, fresh, nil
}

func (c FetchConfig) pickRelease() (engineRelease, error) {
	if c.release != nil {
		return *c.release, nil
	}
	return releaseFor(runtime.GOOS, runtime.GOARCH)
}

// fetchLocked downloads under a lock between processes, unless another one did while this one waited, or the copy that
// is there proves to be intact.
func fetchLocked(ctx context.Context, cfg FetchConfig, release engineRelease, dir string, progress Progress) (fresh bool, err error) {
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return false, inCache(cfg, err)
	}
	lock := flock.New(dir + ".lock")
	if _, err := lock.TryLockContext(ctx, 100*time.Millisecond); err != nil {
		if ctx.Err() != nil {
			return false, fmt.Errorf("wait for another fetch: %w", err)
		}
		return false, inCache(cfg, err)
	}
	defer lock.Unlock()
	damage := intact(dir, release)
	if damage == nil {
		return false, nil
	}
	removeLeftovers(parent)
	if errors.Is(damage, fs.ErrNotExist) {
		cfg.Logger.Info("fetching the engine, once", "package", release.spec(), "bytes", release.Size)
		return true, replace(ctx, cfg, release, dir, progress)
	}
	cfg.Logger.Warn("the cached engine is damaged and is fetched again", "package", release.spec(), "err", damage)
	if err := replace(ctx, cfg, release, dir, progress); err != nil {
		return false, fmt.Errorf("the copy in %q is damaged (%w), and fetching it again: %w", dir, damage, err)
	}
	return true, nil
}

// replace downloads the release and puts it in its place.
func replace(ctx context.Context, cfg FetchConfig, release engineRelease, dir string, progress Progress) error {
	parent := filepath.Dir(dir)
	if err := needSpace(parent, release.space()); err != nil {
		return fmt.Errorf("%w, or set %s to a folder on another disk", err, cacheVariable)
	}
	work, err := os.MkdirTemp(parent, workPrefix)
	if err != nil {
		return inCache(cfg, err)
	}
	defer os.RemoveAll(work)
	began := time.Now()
	if err := fetchInto(ctx, cfg, release, work, progress); err != nil {
		return inCache(cfg, err)
	}
	if err := publish(filepath.Join(work, "out"), dir); err != nil {
		return inCache(cfg, err)
	}
	cfg.Logger.Info("fetched the engine", "took", time.Since(began).Round(time.Second))
	return nil
}

// inCache explains an error of the cache's disk.
func inCache(cfg FetchConfig, err error) error {
	if short := explained(cfg.CacheDir, err); short.Error() != err.Error() {
		return fmt.Errorf("cache folder (%s chooses another): %w", cacheVariable, short)
	}
	return err
}

// fetchInto leaves library and marker in the folder "out" of work.
func fetchInto(ctx context.Context, cfg FetchConfig, release engineRelease, work string, progress Progress) error {
	if release.Integrity == "" {
		var err error
		if release.Integrity, err = declaredIntegrity(ctx, cfg, release); err != nil {
			return err
		}
	}
	tarball, err := download(ctx, cfg, release, work, progress)
	if err != nil {
		return err
	}
	out := filepath.Join(work, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		return err
	}
	_ = os.RemoveAll(filepath.Join(work, npmCache)) // a second copy, whose space the library needs
	found, err := unpack(ctx, tarball, filepath.Join(out, libraryName), progress)
	if err != nil {
		return err
	}
	if found.Integrity != release.Integrity {
		return fmt.Errorf("downloaded package has integrity %s, expected %s: the registry or a proxy delivers something else",
			found.Integrity, release.Integrity)
	}
	found.Package = release.spec()
	return found.save(out)
}

// publish puts the finished folder in its place in one step.
func publish(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return fmt.Errorf("remove incomplete copy: %w", err)
	}
	return os.Rename(from, to)
}

const workPrefix = ".fetch-"

// removeLeftovers clears what killed fetches have left. The caller holds the lock, so nobody uses them.
func removeLeftovers(parent string) {
	old, _ := filepath.Glob(filepath.Join(parent, workPrefix+"*"))
	for _, dir := range old {
		_ = os.RemoveAll(dir)
	}
}

// errNoNPM tells what to do when npm is missing.
var errNoNPM = errors.New("npm is not installed or not in the PATH: install Node.js (which brings npm), " +
	"or run with --clickhouse ADDRESS on a ClickHouse server of your own")
