package event

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// textPool makes strings of bytes with few allocations: names that come again and again are kept once, others share
// blocks of memory.
type textPool struct {
	known  map[string]string
	recent []string // known ones by their hash, the latest two of each
	block  []byte
}

const (
	maxKnown  = 1 << 14 // a hostile stream of ever new names must not fill the memory
	blockSize = 1 << 16

	firstRecent, maxRecent = 1 << 5, 1 << 12
)

// repeated returns a text that is likely to come again: a source, an agent, a queue.
func (p *textPool) repeated(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := p.known[string(b)]; ok {
		return s
	}
	if p.known == nil || len(p.known) >= maxKnown {
		p.known = make(map[string]string)
	}
	s := string(b)
	p.known[s] = s
	if n := len(p.recent); len(p.known) > n/2 && n < maxRecent {
		p.recent = make([]string, max(2*n, firstRecent))
	}
	return s
}

// again is repeated where it is called for nearly every event: most texts are found without hashing them as a map does.
func (p *textPool) again(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	h := hashText(b)
	if n := uint64(len(p.recent)); n > 0 {
		if s := p.recent[h&(n-1)]; s == string(b) {
			return s
		}
		if s := p.recent[(h^1)&(n-1)]; s == string(b) {
			return s
		}
	}
	s := p.repeated(b)
	place := h & uint64(len(p.recent)-1)
	p.recent[place], p.recent[place^1] = s, p.recent[place]
	return s
}

// hashText mixes the length, the first and the last eight bytes of a text. Texts that share them get in each other's way,
// which costs time and nothing else.
func hashText(b []byte) uint64 {
	n := len(b)
	var h uint64
	switch {
	case n >= 8:
		h = binary.LittleEndian.Uint64(b) ^ bits.RotateLeft64(binary.LittleEndian.Uint64(b[n-8:]), 23)
	case n >= 4:
		h = uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32
	case n > 0:
		h = uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16
	}
	high, low := bits.Mul64(h^uint64(n), 0x9e3779b97f4a7c15)
	return high ^ low
}

// unique returns a text that is not expected again: an id.
func (p *textPool) unique(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > blockSize/8 {
		return string(b)
	}
	if len(p.block)+len(b) > cap(p.block) {
		p.block = make([]byte, 0, blockSize) // never grown: strings point into the old block
	}
	at := len(p.block)
	p.block = append(p.block, b...)
	return unsafe.String(&p.block[at], len(b)) // these bytes are never written again
}
