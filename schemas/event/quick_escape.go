package event

import (
	"bytes"
	"encoding/hex"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape appends a record to dst, with the characters themselves in place of the escapes that sources write although they
// need not: Python and PHP for all beyond ASCII, Go for <, > and &, PHP for the slash. The text is the same. None of these
// characters may stand outside of a text, and no escape may, so that what was no JSON does not become any. What has to be
// escaped, and what is no escape, stays as it is. The result is never longer than the record.
func unescape(dst, b []byte) []byte {
	for {
		p := bytes.IndexByte(b, '\\')
		if p < 0 {
			return append(dst, b...)
		}
		dst, b = append(dst, b[:p]...), b[p:]
		r, n := escaped(b)
		switch {
		case n == 0:
			return append(dst, b...)
		case needless(r):
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, b[:n]...)
		}
		b = b[n:]
	}
}

// needless reports whether a character need not be escaped, and stands in texts alone.
func needless(r rune) bool {
	const lastControl = 0x9f // the end of C1
	return r > lastControl || r == '/' || r == '<' || r == '>' || r == '&' || r == '\''
}

// escaped returns the character whose escape stands at the beginning, and the length of the escape: 0 if it is none. A
// character that has a short escape counts as NUL, but for the slash.
func escaped(b []byte) (r rune, n int) {
	switch at(b, 1) {
	case '/':
		return '/', 2
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		return 0, 2
	}
	r = codeUnit(b)
	if r < 0 || !utf16.IsSurrogate(r) {
		n = 6
	} else if r, n = utf16.DecodeRune(r, codeUnit(b[6:])), 12; r == utf8.RuneError {
		r = -1
	}
	if r < 0 {
		return 0, 0
	}
	return r, n
}

// codeUnit returns the value of \uXXXX, -1 when something else stands at the beginning.
func codeUnit(b []byte) rune {
	var v [2]byte
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	if _, err := hex.Decode(v[:], b[2:6]); err != nil {
		return -1
	}
	return rune(v[0])<<8 | rune(v[1])
}
