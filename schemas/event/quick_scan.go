package event

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// at returns a byte of the record, NUL behind its end: NUL is no part of JSON, so that nobody needs to ask for the end.
func at(b []byte, p int) byte {
	if uint(p) < uint(len(b)) {
		return b[p]
	}
	return 0
}

// token returns where the next token begins, and its first byte.
func token(b []byte, p int) (int, byte) {
	if uint(p) < uint(len(b)) && b[p] > ' ' {
		return p, b[p]
	}
	return tokenBehindSpace(b, p)
}

func tokenBehindSpace(b []byte, p int) (int, byte) {
	for ; p < len(b); p++ {
		if c := b[p]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return p, c
		}
	}
	return p, 0
}

// textEnd returns where the quote stands that ends the text beginning at p, -1 for a text that is not plain: one with an
// escape, a control character (C0, DEL, C1) or bad UTF-8.
func textEnd(b []byte, p int) int {
	for ; p+8 <= len(b); p += 8 {
		if m := unplain(binary.LittleEndian.Uint64(b[p:])); m != 0 {
			p += bits.TrailingZeros64(m) >> 3
			if b[p] == '"' {
				return p
			}
			break
		}
	}
	return textEndByByte(b, p)
}

// unplain marks, by their high bits, the bytes that are no plain ASCII: quotes, backslashes, control characters and what is
// beyond ASCII. The lowest mark is always right; above it a borrow may have set one too many.
func unplain(w uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	controls := (w - ' '*ones) | (w + ones) // below the space; DEL
	quotes := (w ^ '"'*ones) - ones
	escapes := (w ^ '\\'*ones) - ones
	return (controls | quotes | escapes | w) & high
}

// textEndByByte goes on where all before p is plain ASCII.
func textEndByByte(b []byte, p int) int {
	for start := p; p < len(b); p++ {
		switch c := b[p]; {
		case c == '"':
			if !utf8.Valid(b[start:p]) {
				return -1
			}
			return p
		case c < ' ' || c == '\\' || c == 0x7f:
			return -1
		case c == 0xc2 && at(b, p+1) < 0xa0: // C1
			return -1
		}
	}
	return -1
}

// anyTextEnd is textEnd for a text that nobody reads, which may hold whatever JSON allows.
func anyTextEnd(b []byte, p int) int {
	if end := textEnd(b, p); end >= 0 {
		return end
	}
	for p < len(b) {
		c, n := b[p], 1
		switch {
		case c == '"':
			return p
		case c == '\\':
			_, n = escaped(b[p:])
		case c >= utf8.RuneSelf:
			if _, n = utf8.DecodeRune(b[p:]); n == 1 { // not UTF-8
				n = 0
			}
		case c < ' ':
			n = 0
		}
		if n == 0 {
			return -1
		}
		p += n
	}
	return -1
}

// integerEnd reads an integer of at most 16 digits without sign, which fits whatever follows; the end is -1 for others.
// What follows the digits is the caller's business: a point is no end of a member.
func integerEnd(b []byte, p int) (v int64, end int) {
	start := p
	for ; p < len(b); p++ {
		c := b[p] - '0'
		if c > 9 {
			break
		}
		v = 10*v + int64(c)
		if p-start == 16 {
			return 0, -1
		}
	}
	if p == start || b[start] == '0' && p > start+1 {
		return 0, -1
	}
	return v, p
}

// flatEnd returns where a text, number, boolean or null ends that nobody reads, -1 for anything else.
func flatEnd(b []byte, p int) int {
	switch c := at(b, p); c {
	case '"':
		if p = anyTextEnd(b, p+1); p < 0 {
			return -1
		}
		return p + 1
	case 't':
		return literalEnd(b, p, "true")
	case 'f':
		return literalEnd(b, p, "false")
	case 'n':
		return literalEnd(b, p, "null")
	}
	return numberEnd(b, p)
}

func literalEnd(b []byte, p int, word string) int {
	if !holdsAt(b, p, word) {
		return -1
	}
	return p + len(word)
}

func holdsAt(b []byte, p int, word string) bool {
	return len(b)-p >= len(word) && string(b[p:p+len(word)]) == word
}

// numberEnd follows the grammar of RFC 8259: no leading zeros, digits on both sides of the point.
func numberEnd(b []byte, p int) int {
	if at(b, p) == '-' {
		p++
	}
	start := p
	if p = digitsEnd(b, p); p == start || b[start] == '0' && p > start+1 {
		return -1
	}
	if at(b, p) == '.' {
		start = p + 1
		if p = digitsEnd(b, start); p == start {
			return -1
		}
	}
	if c := at(b, p); c == 'e' || c == 'E' {
		if p++; at(b, p) == '+' || at(b, p) == '-' {
			p++
		}
		start = p
		if p = digitsEnd(b, p); p == start {
			return -1
		}
	}
	return p
}

func digitsEnd(b []byte, p int) int {
	for p < len(b) && b[p]-'0' <= 9 {
		p++
	}
	return p
}

// objectEnd returns where an object ends that is read later: it only counts brackets outside of texts, because whoever
// reads it must end at the same place. It is -1 when the object does not end.
func objectEnd(b []byte, p int) int {
	depth := 0
	for ; p < len(b); p++ {
		switch b[p] {
		case '{':
			depth++
		case '}':
			if depth--; depth <= 0 {
				return p + 1
			}
		case '"':
			if p = anyTextEnd(b, p+1); p < 0 {
				return -1
			}
		}
	}
	return -1
}
