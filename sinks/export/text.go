package export

import (
	"strings"
	"unicode"
)

// maxCell is the longest text of a cell, in UTF-16 units: Excel's limit.
const maxCell = 32767

// plain returns a text that no spreadsheet takes for a formula: one that would begin like a formula gets an apostrophe
// before it, as people type it there. Control characters become spaces, so that a row stays a row.
//
// What follows a separator is treated the same way, because a file may be opened with other separators than it was
// written with. A workbook has no separators, but people save it as CSV.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	var b strings.Builder
	begins, units := true, 0
	for _, r := range text {
		if units += utf16Len(r) + 1; units >= maxCell { // as if each were guarded: who reads 16,000 characters in a cell
			return b.String() + "…"
		}
		if begins && dangerous(r) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
		switch {
		case separates(r):
			begins = true
		case begins && r != '"' && r != '\'' && !invisible(r):
			begins = false
		}
	}
	return b.String()
}

// dangerous reports whether a formula may begin with the character: those of Excel, and the full-width ones, which
// Chinese and Japanese versions take for the same.
func dangerous(r rune) bool { return strings.ContainsRune("=+-@＝＋－＠−﹢﹣﹦﹫", r) }

func separates(r rune) bool { return strings.ContainsRune(",;|，；", r) }

// invisible reports whether a program may skip the character before it looks for a formula.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

func utf16Len(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
