package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// markerName is the file that describes a copy of the library. It is written last, so that its presence means that the
// copy was whole once.
const markerName = "complete.json"

// fetched describes a complete download. Hashing the library takes most of a second, so it is hashed where its size or
// its time of change is not the recorded one, and after an engine that ended by itself; every other start trusts these
// two. Content that changes under the same size and time, as by a failing disk, is therefore found when it does harm.
type fetched struct {
	Package   string `json:"package"`
	Integrity string `json:"integrity"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
	// Modified is the library's time of change when its content was last known to be right, in nanoseconds since 1970;
	// 0 means that it is to be looked at again.
	Modified int64 `json:"modified"`
}

// readMarker returns the description of the copy in a folder, if it is one of this release.
func readMarker(dir string, release engineRelease) (fetched, error) {
	raw, err := os.ReadFile(filepath.Join(dir, markerName))
	if err != nil {
		return fetched{}, err
	}
	var got fetched
	if err := json.Unmarshal(raw, &got); err != nil {
		return fetched{}, fmt.Errorf("%s: %w", markerName, err)
	}
	if got.Package != release.spec() || release.Integrity != "" && got.Integrity != release.Integrity {
		return fetched{}, fmt.Errorf("%s describes %s with integrity %q", markerName, got.Package, got.Integrity)
	}
	return got, nil
}

// save writes the description beside the library, as it is now.
func (f fetched) save(dir string) error {
	info, err := os.Stat(filepath.Join(dir, libraryName))
	if err != nil {
		return err
	}
	f.Modified = info.ModTime().UnixNano()
	return f.write(dir)
}

func (f fetched) write(dir string) error {
	marker, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, markerName), marker)
}

// isTrusted reports whether the copy in a folder can be used without looking at its content.
func isTrusted(dir string, release engineRelease) bool {
	marker, err := readMarker(dir, release)
	if err != nil {
		return false
	}
	library, err := os.Open(filepath.Join(dir, libraryName)) // opened, as it may be there and not readable
	if err != nil {
		return false
	}
	defer library.Close()
	info, err := library.Stat()
	return err == nil && info.Mode().IsRegular() && info.Size() == marker.Size && info.ModTime().UnixNano() == marker.Modified
}

// intact returns why the copy in a folder cannot be used: fs.ErrNotExist if there is none. It reads all of it, unless that
// was done before, and remembers that it did.
func intact(dir string, release engineRelease) error {
	if isTrusted(dir, release) {
		return nil
	}
	marker, err := readMarker(dir, release)
	if err != nil {
		return err
	}
	if err := marker.matches(dir); err != nil {
		return err
	}
	_ = marker.save(dir) // where the cache cannot be written the next start looks again
	return nil
}

// matches reads the library in a folder and returns how it differs from its description.
func (f fetched) matches(dir string) error {
	library, err := os.Open(filepath.Join(dir, libraryName))
	if err != nil {
		return fmt.Errorf("%v", err) //nolint:errorlint // a library that is missing under its marker is damage, not absence
	}
	defer library.Close()
	info, err := library.Stat()
	if err != nil {
		return err
	}
	if info.Size() != f.Size {
		return fmt.Errorf("%s has %d bytes, not %d", libraryName, info.Size(), f.Size)
	}
	digest := sha256.New()
	if _, err := io.Copy(digest, library); err != nil {
		return fmt.Errorf("read %s: %w", libraryName, err)
	}
	if got := hex.EncodeToString(digest.Sum(nil)); got != f.SHA256 {
		return fmt.Errorf("the content of %s has changed: its SHA-256 is %.12s…, not %.12s…", libraryName, got, f.SHA256)
	}
	return nil
}

// distrust has the next fetch look at the content of a library that was fetched, because an engine of it ended by itself.
func distrust(library string) {
	dir := filepath.Dir(library)
	raw, err := os.ReadFile(filepath.Join(dir, markerName))
	var marker fetched
	if err != nil || json.Unmarshal(raw, &marker) != nil {
		return
	}
	marker.Modified = 0
	_ = marker.write(dir)
}

// CheckEngine reads all of the cached engine for this machine and returns its folder, and why it cannot be used: nil if
// its content is what was fetched.
func CheckEngine(cfg FetchConfig) (dir string, err error) {
	release, err := cfg.pickRelease()
	if err == nil && cfg.CacheDir == "" {
		cfg.CacheDir, err = CacheDir()
	}
	if err != nil {
		return "", err
	}
	dir = filepath.Join(cfg.CacheDir, "engine", release.folder())
	marker, err := readMarker(dir, release)
	if err != nil {
		return dir, err
	}
	return dir, marker.matches(dir)
}
