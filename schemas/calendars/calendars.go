// Package calendars carries the calendars that ship with deskpulse.
package calendars

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.yaml
var files embed.FS

const suffix = ".yaml"

// Names returns the names of the shipped calendars, sorted.
func Names() []string {
	paths, err := fs.Glob(files, "*"+suffix)
	if err != nil {
		panic(err) // only for a malformed pattern
	}
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(p, suffix)
	}
	slices.Sort(paths)
	return paths
}

// Read returns the file of a shipped calendar and its name with the extension, and false when no calendar has that name.
func Read(name string) (file string, content []byte, ok bool) {
	file = name + suffix
	content, err := files.ReadFile(file)
	return file, content, err == nil
}
