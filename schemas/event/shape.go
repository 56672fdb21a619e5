package event

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// shape is what the quick path knows of an object: the envelope, the data of one type, the objects of one list.
type shape struct {
	number   int     // among all shapes
	fields   []field // none for the envelope
	labels   []label // of the members, and behind them one that is in no record, for strangers
	required uint64  // a bit for each member
	byName   []int   // the members in the order of their names, as objects in lists are written
}

const (
	maxMembers = 30 // of an object, known ones
	nobody     = "\x00"
)

// shapes counts the shapes: each decoder has room for what it learns about every one of them.
var shapes int

func newShape(names []string) *shape {
	if len(names) > maxMembers {
		panic(fmt.Sprintf("event: an object of %d members, at most %d", len(names), maxMembers))
	}
	s := &shape{number: shapes}
	shapes++
	for i, name := range names {
		s.labels = append(s.labels, labelOf(`"`+name+`":`))
		s.byName = append(s.byName, i)
	}
	s.labels = append(s.labels, labelOf(nobody))
	slices.SortFunc(s.byName, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	return s
}

func shapeOf(fields []field) *shape {
	var names []string
	for i := range fields {
		names = append(names, fields[i].name)
	}
	s := newShape(names)
	s.fields = fields
	for i := range fields {
		if fields[i].required {
			s.required |= 1 << i
		}
	}
	return s
}

// envelopeShape is that of the envelope.
var envelopeShape = func() *shape {
	s := newShape(attributes[:])
	s.required = 1<<requiredAttributes - 1
	return s
}()

// stranger is the index of a member that the shape does not know.
func (s *shape) stranger() int { return len(s.labels) - 1 }

// start stands for the member before the first one.
func (s *shape) start() int { return len(s.labels) }

// label is a member's name as records have it, `"agent":`, or what stands between two values. Most are found by two comparisons
// of eight bytes: they are looked at more often than anything else.
type label struct {
	text              string
	first, mask, last uint64
}

func labelOf(text string) label {
	var first, last [8]byte
	copy(first[:], text)
	copy(last[:], text[max(0, len(text)-8):])
	l := label{text: text, first: binary.LittleEndian.Uint64(first[:]), last: binary.LittleEndian.Uint64(last[:])}
	l.mask = ^uint64(0) >> (64 - 8*min(len(text), 8))
	return l
}

// at reports whether the record has the label at p.
func (l *label) at(b []byte, p int) bool {
	n := len(l.text)
	if n > 16 || p+16 > len(b) {
		return holdsAt(b, p, l.text)
	}
	if binary.LittleEndian.Uint64(b[p:])&l.mask != l.first {
		return false
	}
	return n <= 8 || binary.LittleEndian.Uint64(b[p+n-8:]) == l.last
}

// habits are what a decoder learns about the objects of one shape.
type habits struct {
	// next holds which member came after which the last time: sources keep to one order, and what was left out of an event
	// is left out of many.
	next [maxMembers + 2]uint8
	// last holds the last text of a member: a queue or a direction often stays the same for a while.
	last [maxMembers]string
}

// habits returns what was learned about a shape.
func (q *quick) habits(s *shape) *habits {
	h := q.learned[s.number]
	if h == nil {
		h = new(habits)
		q.learned[s.number] = h
	}
	return h
}

// says reports whether the record has the text at p, in quotes, and where the text ends.
func says(b []byte, p int, text string) (end int, ok bool) {
	end = p + 1 + len(text)
	return end + 1, end < len(b) && b[p] == '"' && b[end] == '"' && string(b[p+1:end]) == text
}

// name reads the name of a member and the colon behind it: which member it is, and where its value begins, -1 when the
// name is not plain.
func (s *shape) name(b []byte, p, before int, h *habits) (member, value int) {
	i := int(h.next[before])
	if l := &s.labels[i]; l.at(b, p) {
		p, _ = token(b, p+len(l.text))
		return i, p
	}
	i, p = s.look(b, p)
	h.next[before] = uint8(i)
	return i, p
}

// look finds out which member it is when it is not the one that was expected.
func (s *shape) look(b []byte, p int) (member, value int) {
	end := textEnd(b, p+1)
	if end < 0 {
		return 0, -1
	}
	value, c := token(b, end+1)
	if c != ':' {
		return 0, -1
	}
	value, _ = token(b, value+1)
	for i := range s.labels {
		if text := s.labels[i].text; len(text) == end-p+2 && string(b[p:end]) == text[:end-p] {
			return i, value
		}
	}
	return s.stranger(), value
}

// strangers are the names of an object's members that its shape does not know, so that none comes twice.
type strangers struct {
	names [8]span
	n     int
}

// add reports whether the name, which begins at p, is a new one, none that is kept, and there was room for it.
func (s *strangers) add(b []byte, p int, keep []string) bool {
	end := textEnd(b, p+1) // it was found plain before
	name := b[p+1 : end]
	if s.n == len(s.names) || len(keep) > 0 && slices.Contains(keep, string(name)) {
		return false
	}
	for _, old := range s.names[:s.n] {
		if string(b[old.from:old.to]) == string(name) {
			return false
		}
	}
	s.names[s.n] = span{p + 1, end}
	s.n++
	return true
}
