// Package policies carries the policies that ship with deskpulse and the JSON Schema of a policy.
package policies

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

// Schema is the JSON Schema (draft 2020-12) of a policy file, for editors. The loader checks more: see package policy.
//
//go:embed policy.schema.json
var Schema []byte

//go:embed *.yaml
var files embed.FS

const suffix = ".yaml"

// Names returns the names of the shipped policies, sorted.
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

// Read returns the file of a shipped policy and its name with the extension, and false when no policy has that name.
func Read(name string) (file string, content []byte, ok bool) {
	file = name + suffix
	content, err := files.ReadFile(file)
	return file, content, err == nil
}
