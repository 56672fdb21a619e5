package event

import (
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// plan knows how to fill the Go struct of one type from a row: where each field lies in memory, and which column or which
// member of ext it comes from. It is made once, from the same tags as everything else, because walking the struct by
// reflection for each row costs ten times as much as all the rest of reading it.
//
// It reads ext only as the decoder writes it: members in the order of the schema, texts without escapes, integers without
// signs. Anything else it leaves to the JSON library, so that both always agree.
type plan struct {
	columns []slot
	members []slot // of ext, in the order in which they are written
	size    uintptr
}

// slot is one field.
type slot struct {
	offset  uintptr
	kind    kind
	pointer bool
	column  int          // hot column, of text or of number by the kind
	key     string       // as it stands in ext, for example `"ivr_ms":`
	list    reflect.Type // of a list
	elem    *plan        // of a list of objects; nil for one of texts
}

func planOf(t reflect.Type, fields []field) plan {
	p := plan{size: t.Size()}
	for i := range fields {
		f := &fields[i]
		sf := t.Field(f.index)
		s := slot{offset: sf.Offset, kind: f.kind, pointer: f.pointer, key: `"` + f.name + `":`, column: max(f.text, f.number)}
		if f.kind == kindList {
			s.list = sf.Type
		}
		if f.elem != nil {
			elem := planOf(sf.Type.Elem(), f.elem)
			slices.SortFunc(elem.members, func(a, b slot) int { return strings.Compare(a.key, b.key) }) // as objects in lists are written
			s.elem = &elem
		}
		if s.column >= 0 {
			p.columns = append(p.columns, s)
			continue
		}
		p.members = append(p.members, s)
	}
	return p
}

// fill sets the fields that have a column.
func (p *plan) fill(to unsafe.Pointer, r *Row, n *integers) {
	for i := range p.columns {
		s := &p.columns[i]
		at := unsafe.Add(to, s.offset)
		if s.kind != kindInteger {
			*(*string)(at) = r.Text[s.column]
			continue
		}
		switch v := r.Number[s.column]; {
		case !v.Valid && s.pointer:
			*(**int64)(at) = nil
		case !v.Valid:
			*(*int64)(at) = 0
		case s.pointer:
			*(**int64)(at) = n.keep(v.Value)
		default:
			*(*int64)(at) = v.Value
		}
	}
}

// object reads an object that the text begins with, and returns the rest; false for what it leaves to others.
func (p *plan) object(to unsafe.Pointer, text string, n *integers) (rest string, ok bool) {
	if len(text) == 0 || text[0] != '{' {
		return "", false
	}
	text = text[1:]
	for i := range p.members {
		s := &p.members[i]
		if !strings.HasPrefix(text, s.key) {
			continue
		}
		if text, ok = s.value(unsafe.Add(to, s.offset), text[len(s.key):], n); !ok || text == "" {
			return "", false
		}
		switch end := text[0]; {
		case end == '}':
			return text[1:], true
		case end != ',':
			return "", false
		}
		text = text[1:]
	}
	return "", false
}

func (s *slot) value(to unsafe.Pointer, text string, n *integers) (rest string, ok bool) {
	switch s.kind {
	case kindInteger:
		v, rest, ok := readInteger(text)
		if s.pointer {
			*(**int64)(to) = n.keep(v)
		} else {
			*(*int64)(to) = v
		}
		return rest, ok
	case kindBool:
		v, rest, ok := readBool(text)
		if s.pointer {
			own := v
			*(**bool)(to) = &own
		} else {
			*(*bool)(to) = v
		}
		return rest, ok
	case kindList:
		return s.values(to, text, n)
	case kindText, kindDate, kindMonth, kindInstant:
		v, rest, ok := readText(text)
		if s.pointer {
			own := v
			*(**string)(to) = &own
		} else {
			*(*string)(to) = v
		}
		return rest, ok
	}
	return "", false
}

// values reads a list that is not empty.
func (s *slot) values(to unsafe.Pointer, text string, n *integers) (rest string, ok bool) {
	if text == "" || text[0] != '[' {
		return "", false
	}
	text = text[1:]
	most := 1 + strings.Count(text, ",") // no fewer than there are
	list := reflect.MakeSlice(s.list, most, most)
	for i := range most {
		at := unsafe.Add(list.UnsafePointer(), uintptr(i)*s.list.Elem().Size())
		if s.elem != nil {
			text, ok = s.elem.object(at, text, n)
		} else {
			*(*string)(at), text, ok = readText(text)
		}
		if !ok || text == "" {
			return "", false
		}
		switch end := text[0]; {
		case end == ']':
			reflect.NewAt(s.list, to).Elem().Set(list.Slice3(0, i+1, i+1))
			return text[1:], true
		case end != ',':
			return "", false
		}
		text = text[1:]
	}
	return "", false
}

// readText reads a text without escapes.
func readText(text string) (v, rest string, ok bool) {
	if text == "" || text[0] != '"' {
		return "", "", false
	}
	text = text[1:]
	ascii := true
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			v = text[:i]
			return v, text[i+1:], ascii || utf8.ValidString(v)
		case c == '\\' || c < ' ':
			return "", "", false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", "", false
}

// readInteger reads an integer of at most 18 digits, which is never out of range.
func readInteger(text string) (v int64, rest string, ok bool) {
	i := 0
	for ; i < len(text) && '0' <= text[i] && text[i] <= '9'; i++ {
		v = 10*v + int64(text[i]-'0')
		if i == 18 {
			return 0, "", false
		}
	}
	return v, text[i:], i == 1 || i > 1 && text[0] != '0'
}

func readBool(text string) (v bool, rest string, ok bool) {
	if rest, ok := strings.CutPrefix(text, "true"); ok {
		return true, rest, true
	}
	rest, ok = strings.CutPrefix(text, "false")
	return false, rest, ok
}

// integers is where optional integers live, many in one piece of memory.
type integers struct{ free []int64 }

const integersAtOnce = 64

// keep returns where the integer is kept; nothing else is ever written there.
func (n *integers) keep(v int64) *int64 {
	if len(n.free) == 0 {
		n.free = make([]int64, integersAtOnce)
	}
	at := &n.free[0]
	*at, n.free = v, n.free[1:]
	return at
}
