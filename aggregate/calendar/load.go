package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/calendars"
)

// Load returns the shipped calendar of that name, or, when ref is a path, with a separator or the extension .yaml or .yml,
// the calendar in that file, which readFile reads ([os.ReadFile] for one who may). The error is a [*document.Unknown], a
// [*document.Invalid] or that of readFile.
func Load(ref string, readFile func(string) ([]byte, error)) (*Calendar, error) {
	if isPath(ref) {
		src, err := readFile(ref)
		if err != nil {
			return nil, fmt.Errorf("read calendar %q: %w", ref, err)
		}
		return Parse(ref, src)
	}
	file, src, ok := calendars.Read(ref)
	if !ok {
		return nil, &document.Unknown{What: "calendar", Name: ref, Known: calendars.Names()}
	}
	return Parse(file, src)
}

func isPath(ref string) bool {
	return strings.ContainsAny(ref, `/\`) || strings.HasSuffix(ref, ".yaml") || strings.HasSuffix(ref, ".yml")
}

// Parse reads a calendar file. The error is a [*document.Invalid] that names everything wrong with it.
func Parse(file string, src []byte) (*Calendar, error) {
	root, err := document.Parse(file, src)
	if err != nil {
		return nil, err
	}
	r := reader{}
	c := r.calendar(root)
	if len(r.Problems) > 0 {
		return nil, &document.Invalid{File: file, Problems: r.Problems}
	}
	sum := sha256.Sum256([]byte(root.Canonical()))
	c.hash = hex.EncodeToString(sum[:])
	return c, nil
}
