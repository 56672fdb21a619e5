package event

import (
	"bytes"
	"math/bits"
)

// quickEnvelope reads a record whose members come in any order, and notes where they are.
func (d *Decoder) quickEnvelope(key, b []byte, row *Row) bool {
	q, s := &d.quick, envelopeShape
	p, c := token(b, 0)
	if c != '{' {
		return false
	}
	late, lateEnd := -1, -1 // where data is when it comes before the type
	learned, seen, member := q.habits(s), uint64(0), s.start()
	for c = ','; c == ','; {
		if p, c = token(b, p+1); c != '"' {
			return false
		}
		name := p
		if member, p = s.name(b, p, member, learned); p < 0 || seen>>member&1 != 0 {
			return false
		}
		value := p
		switch {
		case member == s.stranger():
			if p = q.stranger(&q.outside, b, name, p, nil); p < 0 {
				return false
			}
		case member == attrData && q.typ == nil:
			late = p
			if lateEnd = objectEnd(b, p); lateEnd < 0 {
				return false
			}
			p = lateEnd
		case member == attrData:
			p = d.quickData(b, p, q.typ, row)
		default:
			p = d.quickValue(key, b, p, member, row)
		}
		if p < 0 {
			return false
		}
		if member != s.stranger() {
			q.way[bits.OnesCount64(seen)] = stop{member, value, p}
			seen |= 1 << member
		}
		p, c = token(b, p)
	}
	if c != '}' || seen&s.required != s.required {
		return false
	}
	if p, _ = token(b, p+1); p != len(b) {
		return false
	}
	if late >= 0 && d.quickData(b, late, q.typ, row) != lateEnd || !d.quickOptions(b, seen, row) || !d.inBounds(row) {
		return false
	}
	q.route.stray(b, q.way[:bits.OnesCount64(seen)], q.outside.n)
	return true
}

// quickValue reads an attribute of any kind and returns its end.
func (d *Decoder) quickValue(key, b []byte, p, member int, row *Row) int {
	switch {
	case member == attrSpecversion:
		return literalEnd(b, p, `"1.0"`)
	case at(b, p) == 'n' && member >= requiredAttributes:
		d.quick.options[member] = span{} // null is absent
		return literalEnd(b, p, "null")
	case at(b, p) != '"':
		return -1
	case member == attrTime:
		return quickTime(b, p+1, row)
	}
	return d.quickAttribute(key, b, p+1, member, row)
}

// quickAttribute reads a text attribute, whose first byte is at p, into the row, or notes where it is, and returns where it
// ends, its quote included.
func (d *Decoder) quickAttribute(key, b []byte, p, member int, row *Row) int {
	q := &d.quick
	end := textEnd(b, p)
	n := end - p
	if end < 0 || n > defaultMaxLen || n == 0 && member < requiredAttributes {
		return -1
	}
	text := b[p:end]
	switch member {
	case attrID:
		row.ID = d.texts.unique(text)
	case attrSubject:
		if string(text) != string(key) {
			return -1
		}
		row.Subject = d.texts.unique(text)
	case attrSource:
		if q.source != string(text) {
			q.source = d.texts.again(text)
		}
		row.Source = q.source
	case attrType:
		if q.typ = q.typeNamed(text); q.typ == nil {
			return -1
		}
		row.Type, row.Version = q.typ.Name, q.typ.Version
	default:
		q.options[member] = span{p, end}
	}
	return end + 1
}

// quickTime reads the time attribute, which begins at p. What can be read as a time is plain text.
func quickTime(b []byte, p int, row *Row) int {
	const longest = len("2006-01-02T15:04:05.999999999+08:00")
	text := b[p:min(p+longest+1, len(b))]
	n := bytes.IndexByte(text, '"')
	if n < 0 {
		return -1
	}
	ms, ok := quickInstant(text[:n])
	if !ok {
		return -1
	}
	row.Time = ms
	return p + n + 1
}

// inBounds reports whether the row's time is within the stream's bounds.
func (d *Decoder) inBounds(row *Row) bool {
	s := &d.stream
	return row.Time >= earliest && row.Time <= row.AppendTime+s.Forward.Milliseconds() &&
		(s.Backward == 0 || row.Time >= row.AppendTime-s.Backward.Milliseconds())
}

// typeNamed returns a type by its name, nil when there is none.
func (q *quick) typeNamed(name []byte) *Type {
	slot := &q.types[hashText(name)%uint64(len(q.types))]
	if t := *slot; t != nil && t.Name == string(name) {
		return t
	}
	t := types[string(name)]
	if t != nil {
		*slot = t
	}
	return t
}

// quickOptions checks the attributes that need not be there. Empty ones are absent.
func (d *Decoder) quickOptions(b []byte, seen uint64, row *Row) bool {
	if seen>>requiredAttributes == 0 {
		return true
	}
	given := func(member int) []byte {
		if seen>>member&1 == 0 {
			return nil
		}
		return b[d.quick.options[member].from:d.quick.options[member].to]
	}
	if v := given(attrDataschema); len(v) > 0 && string(v) != d.quick.typ.dataSchema {
		return false
	}
	if v := given(attrContentType); len(v) > 0 && string(v) != "application/json" {
		return false
	}
	if v := given(attrZone); len(v) > 0 && string(v) != row.Zone {
		if !d.zones[string(v)] {
			return false
		}
		row.Zone = d.texts.again(v)
	}
	return true
}
