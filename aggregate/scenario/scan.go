package scenario

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// word is one word of a statement and where it stands.
type word struct {
	text   string
	at     document.Position
	quoted bool // it was written as a text, and is no keyword
	comma  bool // a comma follows
}

// line is one statement: its words, over as many lines of the file as it has.
type line struct {
	words    []word
	indented bool
}

func (l *line) at() document.Position { return l.words[0].at }

// rawWord begins a statement whose rest is taken as it is.
const rawWord = "event"

// wording begins, in an expected line, the rest of the line, taken as it is.
const wording = ":"

// scan cuts a file into statements. A word that begins with '#' or "//" begins a comment; a backslash at the end of a line
// lets the statement go on in the next.
func scan(src string, r *document.Reader) []line {
	if !utf8.ValidString(src) {
		r.Problem(document.Position{Line: 1, Column: 1}, "the file is not UTF-8")
		return nil
	}
	var lines []line
	open := false
	number := 0
	for text := range strings.Lines(strings.TrimPrefix(src, "\ufeff")) {
		if number++; len(r.Problems) >= maxProblems {
			break
		}
		s := scanner{reader: r, rest: []rune(strings.TrimRight(text, "\r\n")), line: number}
		more := s.continues()
		if !open {
			lines = append(lines, line{indented: s.indented()})
		}
		current := &lines[len(lines)-1]
		s.words(current)
		open = more && len(current.words) > 0
		if !open && len(current.words) == 0 {
			lines = lines[:len(lines)-1]
		}
	}
	return lines
}

// scanner reads one line of the file.
type scanner struct {
	reader *document.Reader
	rest   []rune
	line   int
	passed int // characters of the line
}

func (s *scanner) position() document.Position {
	return document.Position{Line: s.line, Column: s.passed + 1}
}

func (s *scanner) skip(n int) { s.rest, s.passed = s.rest[n:], s.passed+n }

func (s *scanner) indented() bool { return len(s.rest) > 0 && unicode.IsSpace(s.rest[0]) }

// continues takes the backslash off the end of the line.
func (s *scanner) continues() bool {
	n := len(s.rest)
	if n == 0 || s.rest[n-1] != '\\' || n > 1 && !unicode.IsSpace(s.rest[n-2]) {
		return false
	}
	s.rest = s.rest[:n-1]
	return true
}

// words adds the words of the line to the statement.
func (s *scanner) words(l *line) {
	for {
		if len(l.words) > 0 && l.words[0].text == rawWord && !l.words[0].quoted {
			s.raw(l)
			return
		}
		s.blanks()
		if len(s.rest) == 0 || s.comments() {
			return
		}
		if len(l.words) > 0 && commas[s.rest[0]] {
			l.words[len(l.words)-1].comma = true
			s.skip(1)
			continue
		}
		w := s.word()
		l.words = append(l.words, split(w)...)
		if w.text == wording && !w.quoted {
			s.raw(l)
			return
		}
	}
}

func (s *scanner) comments() bool {
	return s.rest[0] == '#' || len(s.rest) > 1 && s.rest[0] == '/' && s.rest[1] == '/'
}

// split cuts "2024-03-05T10:00" into a date and a time.
func split(w word) []word {
	date, clock, ok := strings.Cut(w.text, "T")
	_, isDate := parseDate(date)
	_, isTime := parseTime(clock)
	if !ok || w.quoted || !isDate || !isTime {
		return []word{w}
	}
	after := word{text: clock, at: w.at, comma: w.comma}
	after.at.Column += len(date) + 1
	return []word{{text: date, at: w.at}, after}
}

func (s *scanner) blanks() {
	for len(s.rest) > 0 && unicode.IsSpace(s.rest[0]) {
		s.skip(1)
	}
}

// raw takes the rest of the line as one text. A statement that is raw keeps one word for all of its lines.
func (s *scanner) raw(l *line) {
	s.blanks()
	w := word{text: strings.TrimRightFunc(string(s.rest), unicode.IsSpace), at: s.position(), quoted: true}
	if last := &l.words[len(l.words)-1]; last.quoted && l.words[0].text == rawWord {
		last.text += "\n" + w.text
		return
	}
	l.words = append(l.words, w)
}

// quotes are the marks that a text may stand in, each with the one that ends it: keyboards differ.
var quotes = map[rune]rune{'"': '"', '“': '”'}

// commas end a word: a Chinese one anywhere, the other one before a blank, since it also stands in numbers.
var commas = map[rune]bool{',': true, '，': true, '、': true}

// ends reports whether a word that is not in quotes ends before the n-th rune.
func (s *scanner) ends(n int) bool {
	if n >= len(s.rest) || unicode.IsSpace(s.rest[n]) {
		return true
	}
	last := n+1 >= len(s.rest) || unicode.IsSpace(s.rest[n+1])
	return commas[s.rest[n]] && (s.rest[n] != ',' || last)
}

func (s *scanner) word() word {
	w := word{at: s.position()}
	if end := quotes[s.rest[0]]; end != 0 {
		w.quoted = true
		w.text = s.text(end)
		return w
	}
	n := 1
	for !s.ends(n) {
		n++
	}
	w.text = string(s.rest[:n])
	s.skip(n)
	return w
}

// text reads a text in quotes. A backslash takes the character after it as it is.
func (s *scanner) text(end rune) string {
	start := s.position()
	s.skip(1)
	var text strings.Builder
	for len(s.rest) > 0 && s.rest[0] != end {
		if s.rest[0] == '\\' && len(s.rest) > 1 {
			s.skip(1)
		}
		text.WriteRune(s.rest[0])
		s.skip(1)
	}
	if len(s.rest) == 0 {
		s.reader.Problem(start, "the text has no end: want %c in the same line", end)
		return text.String()
	}
	s.skip(1)
	return text.String()
}
