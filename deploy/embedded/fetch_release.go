package embedded

import (
	"fmt"
	"path"
	"strings"
)

// engineVersion is the release of the library packages; the ClickHouse in it is 26.7.
const engineVersion = "26.7.3-stable.1"

// engineRelease is one package of the registry, for one platform.
type engineRelease struct {
	Name    string
	Version string
	// Size is that of the packed package in bytes, for the progress bar.
	Size int64
	// Library is the size of the library in it, in bytes: what the disk must hold at last. For platforms without a
	// pinned package it is about right.
	Library int64
	// Integrity is the pinned digest of the packed package, as package managers write it. Where it is empty the one
	// that the registry declares is taken, so that a damaged download is still noticed.
	Integrity string
}

// engineReleases maps GOOS/GOARCH to what to fetch.
var engineReleases = map[string]engineRelease{
	"linux/amd64": {
		Name: "@chdb/lib-linux-x64-gnu", Version: engineVersion, Size: 177817999, Library: 566330096,
		Integrity: "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==",
	},
	"linux/arm64":  {Name: "@chdb/lib-linux-arm64-gnu", Version: engineVersion, Size: 170_000_000, Library: 560_000_000},
	"darwin/arm64": {Name: "@chdb/lib-darwin-arm64", Version: engineVersion, Size: 130_000_000, Library: 480_000_000},
	"darwin/amd64": {Name: "@chdb/lib-darwin-x64", Version: engineVersion, Size: 140_000_000, Library: 520_000_000},
}

func releaseFor(goos, goarch string) (engineRelease, error) {
	release, ok := engineReleases[goos+"/"+goarch]
	if !ok {
		return engineRelease{}, fmt.Errorf("there is no embedded ClickHouse for %s/%s: %s", goos, goarch, elsewhere)
	}
	return release, nil
}

// spec is the package as npm wants it.
func (r engineRelease) spec() string { return r.Name + "@" + r.Version }

// space is what a fetch needs for a moment, in bytes: the package twice, while npm copies it out of its cache, or once
// beside the library.
func (r engineRelease) space() uint64 { return uint64(r.Size + max(r.Size, r.Library)) }

// folder is the name of the package's folder in the cache.
func (r engineRelease) folder() string { return path.Base(r.Name) + "-" + r.Version }

// tarball is the name that npm gives to the packed package.
func (r engineRelease) tarball() string {
	return strings.ReplaceAll(strings.TrimPrefix(r.Name, "@"), "/", "-") + "-" + r.Version + ".tgz"
}
