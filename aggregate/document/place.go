package document

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Place returns where the character at an offset of a text (counted in characters) stands in the file, so that what reads
// a text as a language of its own can say where in it something is wrong. An offset at or behind the end is the place
// after the last character. A node that was not read from a file has one place only.
//
// The text of a scalar differs from what is written in white space (folded lines, indentation) and in escapes. So what is
// not white space is counted in both rather than decoding the scalar a second time.
func (n *Node) Place(offset int) Position {
	text := []rune(n.Text)
	offset = min(max(offset, 0), len(text))
	before := visible(text[:offset])
	if visible(text) == 0 {
		return n.At
	}
	after := before > 0 && (offset == len(text) || unicode.IsSpace(text[offset]))
	w := n.writing()
	for count := 0; ; count++ {
		if count == before && after {
			return w.at
		}
		start, ok := w.next()
		switch {
		case !ok:
			return n.At
		case count == before:
			return start
		}
	}
}

// visible counts what is not white space.
func visible(text []rune) int {
	count := 0
	for _, r := range text {
		if !unicode.IsSpace(r) {
			count++
		}
	}
	return count
}

// writing is a scalar as it is written, from where it is read on to the end of the file.
type writing struct {
	rest  string
	quote rune // 0 where there is none
	at    Position
}

func (n *Node) writing() writing {
	w := writing{rest: n.written, at: n.At}
	if n.Block {
		_, w.rest, _ = strings.Cut(n.written, "\n")
		w.at = Position{n.At.Line + 1, 1}
		return w
	}
	if w.rest != "" && (w.rest[0] == '\'' || w.rest[0] == '"') {
		w.quote = rune(w.rest[0])
		w.skip(1)
	}
	return w
}

// next passes the next character that is no white space, and returns where it began.
func (w *writing) next() (Position, bool) {
	for w.rest != "" {
		start := w.at
		r, size := w.character()
		if size == 0 {
			break
		}
		w.skip(size)
		if !unicode.IsSpace(r) {
			return start, true
		}
	}
	return Position{}, false
}

// character returns the character written next and the number of characters that write it, 0 at the closing quote.
func (w *writing) character() (rune, int) {
	r, _ := utf8.DecodeRuneInString(w.rest)
	switch {
	case w.quote == '\'' && strings.HasPrefix(w.rest, "''"):
		return r, 2
	case w.quote != 0 && r == w.quote:
		return 0, 0
	case w.quote == '"' && r == '\\':
		return escaped(w.rest[1:])
	}
	return r, 1
}

// digits says how many hexadecimal digits follow the letter of an escape.
var digits = map[rune]int{'x': 2, 'u': 4, 'U': 8}

// escaped returns the character that an escape stands for, as far as it matters whether it is white space, and the number
// of characters that write the escape.
func escaped(s string) (rune, int) {
	r, size := utf8.DecodeRuneInString(s)
	if n := digits[r]; n > 0 && len(s) >= size+n {
		code, _ := strconv.ParseUint(s[size:size+n], 16, 32)
		return rune(code), 2 + n
	}
	if strings.ContainsRune("ntrvfN_LP", r) {
		return ' ', 2
	}
	return r, 2
}

// skip passes characters.
func (w *writing) skip(n int) {
	for ; n > 0 && w.rest != ""; n-- {
		r, size := utf8.DecodeRuneInString(w.rest)
		w.rest = w.rest[size:]
		w.at.Column++
		if r == '\n' {
			w.at = Position{w.at.Line + 1, 1}
		}
	}
}

// exact returns where a scalar stands that the library places a little off: white space at the end of its line moves it to
// the right by as much, and a tab before its quote leaves it at the tab.
func exact(lines []string, at Position, text string) Position {
	if at.Line < 1 || at.Line > len(lines) {
		return at
	}
	first, _, _ := strings.Cut(lines[at.Line-1], "\n")
	line := []rune(first)
	filled := []rune(strings.TrimRight(string(line), " \t"))
	blank := len(line) - len(filled)
	if start := at.Column - 1 - blank; blank > 0 && start >= 0 && start < len(filled) && strings.HasPrefix(text, string(filled[start:])) {
		return Position{at.Line, at.Column - blank}
	}
	for at.Column-1 < len(filled) && strings.ContainsRune(" \t", line[at.Column-1]) {
		at.Column++
	}
	return at
}

// from returns a file from a position on.
func from(lines []string, at Position) string {
	if at.Line < 1 || at.Line > len(lines) {
		return ""
	}
	rest := lines[at.Line-1]
	for range at.Column - 1 {
		_, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
	}
	return rest
}

// tails returns a file from the beginning of each line on.
func tails(src string) []string {
	all := []string{src}
	for i := range len(src) {
		if src[i] == '\n' {
			all = append(all, src[i+1:])
		}
	}
	return all
}
