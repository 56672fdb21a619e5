package clickhouse

import (
	"fmt"
	"strings"
)

// statements cuts SQL text at the semicolons that end statements: not those in strings, quoted names, heredocs and
// comments. The native protocol takes one statement at a time. Comments stay with the statement that follows them;
// a statement of comments alone is dropped.
func statements(text string) ([]string, error) {
	var (
		out    []string
		begin  int
		solid  bool // something other than space and comments has been seen
		finish = func(end int) {
			if solid {
				out = append(out, strings.Trim(text[begin:end], space))
			}
			solid = false
		}
	)
	for i := 0; i < len(text); {
		n, comment, err := token(text[i:])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", 1+strings.Count(text[:i], "\n"), err)
		}
		switch {
		case text[i] == ';':
			finish(i)
			begin = i + 1
		case !comment && !isSpace(text[i]):
			solid = true
		}
		i += n
	}
	finish(len(text))
	return out, nil
}

// token returns the length of what must not be cut at the beginning of s, and whether it is a comment.
func token(s string) (n int, comment bool, err error) {
	switch {
	case strings.HasPrefix(s, "--"), strings.HasPrefix(s, "# "), strings.HasPrefix(s, "#!"):
		return through(s, 0, "\n"), true, nil
	case strings.HasPrefix(s, "/*"):
		if n = through(s, 2, "*/"); !strings.HasSuffix(s[2:n], "*/") {
			return 0, true, fmt.Errorf("comment without end")
		}
		return n, true, nil
	case s[0] == '\'' || s[0] == '"' || s[0] == '`':
		n, err = quoted(s)
		return n, false, err
	case s[0] == '$':
		n, err = heredoc(s)
		return n, false, err
	}
	return 1, false, nil
}

// through returns the length up to and including the mark, looked for from i on, or the whole length.
func through(s string, i int, mark string) int {
	if at := strings.Index(s[i:], mark); at >= 0 {
		return i + at + len(mark)
	}
	return len(s)
}

// quoted returns the length of a string or quoted name. A doubled quote within reads as two strings side by side, which
// cuts at the same places.
func quoted(s string) (int, error) {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("%c without end", s[0])
}

// heredoc returns the length of $tag$…$tag$, or 1 if the dollar begins none.
func heredoc(s string) (int, error) {
	end := 1
	for end < len(s) && isWord(s[end]) {
		end++
	}
	if end == len(s) || s[end] != '$' {
		return 1, nil
	}
	tag := s[:end+1]
	n := through(s, len(tag), tag)
	if n < 2*len(tag) || s[n-len(tag):n] != tag {
		return 0, fmt.Errorf("%s without end", tag)
	}
	return n, nil
}

// space is what SQL takes for white space.
const space = " \t\n\v\f\r"

func isSpace(b byte) bool { return strings.IndexByte(space, b) >= 0 }

func isWord(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_'
}
