package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
)

// safe reports whether a rune only prints: control characters, escapes, direction marks and private-use characters do
// more, or other, than that.
func safe(r rune) bool {
	return r == ' ' || unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != unicode.ReplacementChar
}

// printable makes a text of unknown origin safe to show: no line breaks, no terminal escapes, no invisible direction
// marks.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if safe(r) {
			return r
		}
		return '·'
	}, strings.ToValidUTF8(s, "·"))
}

// exactText is a text of unknown origin, valid UTF-8. Its JSON says exactly what it is and is as safe to print as printable's
// answer: what is a dot there is an escape here.
type exactText string

// MarshalJSON implements json.Marshaler.
func (s exactText) MarshalJSON() ([]byte, error) {
	quoted, err := json.Marshal(string(s))
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(quoted))
	for _, r := range string(quoted) {
		switch high, low := utf16.EncodeRune(r); {
		case safe(r):
			out = utf8.AppendRune(out, r)
		case r > 0xffff:
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out, nil
}

// preview shows the beginning of bytes of unknown origin in at most width columns.
func preview(b []byte, width int) string {
	const enough = 4 // bytes a rune at most, so that a record of a megabyte is not read to its end
	cut := len(b) > width*enough
	if cut {
		b = b[:width*enough]
	}
	return ellipsis(printable(string(b)), width, cut)
}

// ellipsis shortens s to width columns; cut says that something is missing already.
func ellipsis(s string, width int, cut bool) string {
	if text.StringWidth(s) <= width && !cut {
		return s
	}
	var out strings.Builder
	used := 0
	for _, r := range s {
		w := text.RuneWidth(r)
		if used+w > width-1 {
			break
		}
		used += w
		out.WriteRune(r)
	}
	return out.String() + "…"
}

// wrap breaks a text into lines of at most maxWidth columns. The lines after the first are indented by as many blanks as
// the first one's mark is wide.
func wrap(mark, s string) string {
	indent := strings.Repeat(" ", text.StringWidth(mark))
	var out strings.Builder
	line := mark
	for i, word := range strings.Fields(s) {
		switch {
		case i == 0:
			line += word
		case text.StringWidth(line)+1+text.StringWidth(word) > maxWidth:
			out.WriteString(line + "\n")
			line = indent + word
		default:
			line += " " + word
		}
	}
	return out.String() + line
}
