package calendar

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/calendars"
)

// Shipped is the calendars that ship with deskpulse.
var Shipped = document.Shipped{What: "calendar", Files: calendars.Files}

// Load returns the shipped calendar of that name, or the one in a file that readFile reads; see [document.Shipped.Read]. The
// error is a [*document.Unknown], a [*document.Invalid] or that of readFile.
func Load(ref string, readFile func(string) ([]byte, error)) (*Calendar, error) {
	file, src, err := Shipped.Read(ref, readFile)
	if err != nil {
		return nil, err
	}
	return Parse(file, src)
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
