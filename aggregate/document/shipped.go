package document

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Shipped is the documents of one kind that ship with deskpulse.
type Shipped struct {
	What  string // such as "policy"
	Files fs.FS  // NAME.yaml for each
}

const suffix = ".yaml"

// Names returns the names of the shipped documents, sorted.
func (s Shipped) Names() []string {
	paths, err := fs.Glob(s.Files, "*"+suffix)
	if err != nil {
		panic(err) // only for a malformed pattern
	}
	for i, p := range paths {
		paths[i] = strings.TrimSuffix(p, suffix)
	}
	slices.Sort(paths)
	return paths
}

// Read returns the shipped document of that name, or, when ref is a path, with a separator or the extension .yaml or .yml,
// the one in that file, which readFile reads ([os.ReadFile] for one who may), and the name of the file. The error is an
// [*Unknown] or that of readFile.
func (s Shipped) Read(ref string, readFile func(string) ([]byte, error)) (file string, src []byte, err error) {
	if IsPath(ref) {
		if src, err = readFile(ref); err != nil {
			return ref, nil, fmt.Errorf("read %s %q: %w", s.What, ref, err)
		}
		return ref, src, nil
	}
	file = ref + suffix
	if src, err = fs.ReadFile(s.Files, file); err != nil {
		return file, nil, &Unknown{What: s.What, Name: ref, Known: s.Names()}
	}
	return file, src, nil
}

// IsPath reports whether a reference is the path of a file and no name.
func IsPath(ref string) bool {
	return strings.ContainsAny(ref, `/\`) || strings.HasSuffix(ref, suffix) || strings.HasSuffix(ref, ".yml")
}
