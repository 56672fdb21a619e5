package embedded

import "slices"

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
