package kafka

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

//go:embed pom.xml
var pom []byte

// Available says whether real Kafka can be started here, and if not, why. It needs java, and maven for the first time.
func Available() (ok bool, why string) {
	if _, err := exec.LookPath("java"); err != nil {
		return false, "java is not installed or not in the PATH (version 17 or later is needed)"
	}
	dir, err := cacheDir()
	if err != nil {
		return false, err.Error()
	}
	if isFetched(dir) {
		return true, ""
	}
	if _, err := exec.LookPath("mvn"); err != nil {
		return false, "maven (mvn) is not installed or not in the PATH"
	}
	return true, ""
}

// cacheDir is where the jars of this very pom are kept.
func cacheDir() (string, error) {
	cache, err := embedded.CacheDir()
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(pom)
	return filepath.Join(cache, "kafka", hex.EncodeToString(digest[:6])), nil
}

// isFetched says whether the cache is complete: the folder gets its name when everything is in it.
func isFetched(dir string) bool {
	jars, err := filepath.Glob(filepath.Join(dir, "*.jar"))
	return err == nil && len(jars) > 0
}

// fetch returns the folder with Kafka's jars, after having maven copy them if the cache has none. Several processes may
// do so at once.
func fetch(ctx context.Context) (string, error) {
	if ok, why := Available(); !ok {
		return "", errors.New(why)
	}
	dir, err := cacheDir()
	if err != nil || isFetched(dir) {
		return dir, err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	lock := flock.New(dir + ".lock")
	if _, err := lock.TryLockContext(ctx, 100*time.Millisecond); err != nil {
		return "", fmt.Errorf("wait for another fetch: %w", err)
	}
	defer lock.Unlock()
	if isFetched(dir) {
		return dir, nil
	}
	return dir, runMaven(ctx, dir)
}

func runMaven(ctx context.Context, dir string) error {
	work, err := os.MkdirTemp(filepath.Dir(dir), ".fetch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := os.WriteFile(filepath.Join(work, "pom.xml"), pom, 0o644); err != nil {
		return err
	}
	libs := filepath.Join(work, "libs")
	cmd := exec.CommandContext(ctx, "mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory="+libs)
	cmd.Dir = work
	cmd.WaitDelay = 5 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("mvn dependency:copy-dependencies: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(libs, dir)
}
