package event

import "unsafe"

// textPool makes strings of bytes with few allocations: names that come again and again are kept once, others share
// blocks of memory.
type textPool struct {
	known map[string]string
	block []byte
}

const (
	maxKnown  = 1 << 14 // a hostile stream of ever new names must not fill the memory
	blockSize = 1 << 16
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
	return s
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
