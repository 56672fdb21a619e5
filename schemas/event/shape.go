package event

import (
	"fmt"
	"slices"
	"strings"
)

// shape is what the quick path knows of an object: the envelope, the data of one type, the objects of one list.
type shape struct {
	number   int      // among all shapes
	fields   []field  // none for the envelope
	quoted   []string // the members' names in quotes, and behind them a text that stands for a stranger and is in no record
	required uint64   // a bit for each member
	byName   []int    // the members in the order of their names, as objects in lists are written
}

const (
	maxMembers = 60 // of an object, known ones
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
		s.quoted = append(s.quoted, `"`+name+`"`)
		s.byName = append(s.byName, i)
	}
	s.quoted = append(s.quoted, nobody)
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
func (s *shape) stranger() int { return len(s.quoted) - 1 }

// start stands for the member before the first one.
func (s *shape) start() int { return len(s.quoted) }

// followers holds which member of an object came after which the last time: sources keep to one order, and what was left
// out of an event is left out of many.
type followers [maxMembers + 2]uint8

// name reads the name of a member and the colon behind it: which member it is, and where its value begins, -1 when the
// name is not plain.
func (s *shape) name(b []byte, p, before int, next *followers) (member, value int) {
	i := int(next[before])
	if holdsAt(b, p, s.quoted[i]) {
		p += len(s.quoted[i])
	} else {
		if i, p = s.look(b, p); p < 0 {
			return i, -1
		}
		next[before] = uint8(i)
	}
	p, c := token(b, p)
	if c != ':' {
		return i, -1
	}
	p, _ = token(b, p+1)
	return i, p
}

// look finds out which member it is when it is not the one that was expected, and where its name ends.
func (s *shape) look(b []byte, p int) (member, end int) {
	if end = textEnd(b, p+1); end < 0 {
		return 0, -1
	}
	end++
	for i, name := range s.quoted {
		if string(b[p:end]) == name {
			return i, end
		}
	}
	return s.stranger(), end
}

// span is a part of a text.
type span struct{ from, to int }

// strangers are the names of an object's members that its shape does not know, so that none comes twice.
type strangers struct {
	names [8]span
	n     int
}

// add reports whether the name, which begins at p, is a new one and there was room for it.
func (s *strangers) add(b []byte, p int) bool {
	end := textEnd(b, p+1) // it was found plain before
	for _, old := range s.names[:s.n] {
		if string(b[old.from:old.to]) == string(b[p:end]) {
			return false
		}
	}
	if s.n == len(s.names) {
		return false
	}
	s.names[s.n] = span{p, end}
	s.n++
	return true
}
