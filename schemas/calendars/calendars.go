// Package calendars carries the calendars that ship with deskpulse.
package calendars

import "embed"

// Files are the shipped calendars, NAME.yaml each.
//
//go:embed *.yaml
var Files embed.FS
