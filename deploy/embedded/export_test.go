package embedded

import (
	"log/slog"
	"slices"
	"time"
)

// WithRelease makes a fetch look for another package than the pinned one.
func (c FetchConfig) WithRelease(name, version, integrity string, size int64) FetchConfig {
	c.release = &engineRelease{Name: name, Version: version, Integrity: integrity, Size: size}
	return c
}

// ReleaseFor exposes the choice of the package.
func ReleaseFor(goos, goarch string) (string, error) {
	release, err := releaseFor(goos, goarch)
	return release.spec(), err
}

// LooksLikeKafka feeds a client's bytes to the guard of the broker's connections, cut into chunks of at most n.
func LooksLikeKafka(data []byte, n int) bool {
	var conn guardedConn
	for chunk := range slices.Chunk(data, n) {
		if !conn.follow(chunk) {
			return false
		}
	}
	return true
}

// Stamp makes a broker's work on one produced batch callable: what is stored at now in its place, or why it is refused.
func Stamp() (func(batch []byte, now time.Time) ([]byte, error), error) {
	s, err := newStamper(slog.New(slog.DiscardHandler))
	return s.stamp, err
}

// MaxOpenBatch is the bound of a batch after decompression.
const MaxOpenBatch = maxOpenBatch

// Distrust has the next fetch look at the content of a library.
func Distrust(library string) { distrust(library) }

// Unloadable explains an error of the dynamic linker.
func Unloadable(library string, err error) error { return unloadable(library, err) }

// Compact has a running broker compact its logs now.
func (b *Broker) Compact() { b.cluster.Compact() }
