package event

import "bytes"

// quickEnvelope reads the whole record.
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
		switch {
		case member == s.stranger():
			if p = q.stranger(&q.outside, b, name, p); p < 0 {
				return false
			}
		case member == attrData && q.typ == nil:
			late = p
			if lateEnd = objectEnd(b, p); lateEnd < 0 {
				return false
			}
			p = lateEnd
			seen |= 1 << attrData
		case member == attrData:
			p = d.quickData(b, p, q.typ, row)
			seen |= 1 << attrData
		default:
			p = d.quickAttribute(key, b, p, member, &learned.last[member], row)
			seen |= 1 << member
		}
		if p < 0 {
			return false
		}
		p, c = token(b, p)
	}
	if c != '}' || seen&s.required != s.required {
		return false
	}
	if p, _ = token(b, p+1); p != len(b) {
		return false
	}
	return (late < 0 || d.quickData(b, late, q.typ, row) == lateEnd) &&
		(seen>>requiredAttributes == 0 || d.quickOptions(b, seen, row)) && d.inBounds(row)
}

// quickAttribute reads an attribute into the row, or notes where it is, and returns its end.
func (d *Decoder) quickAttribute(key, b []byte, p, member int, last *string, row *Row) int {
	q := &d.quick
	switch member {
	case attrSpecversion:
		return literalEnd(b, p, `"1.0"`)
	case attrTime:
		return quickTime(b, p, row)
	case attrSource:
		if end, ok := says(b, p, *last); ok && *last != "" {
			row.Source = *last
			return end
		}
	case attrType:
		if q.last != nil {
			if end, ok := says(b, p, q.last.Name); ok {
				q.typ = q.last
				row.Type, row.Version = q.typ.Name, q.typ.Version
				return end
			}
		}
	}
	if at(b, p) == 'n' && member >= requiredAttributes {
		q.options[member] = span{} // null is absent
		return literalEnd(b, p, "null")
	}
	if at(b, p) != '"' {
		return -1
	}
	end := textEnd(b, p+1)
	n := end - p - 1
	if end < 0 || n > defaultMaxLen || n == 0 && member < requiredAttributes {
		return -1
	}
	text := b[p+1 : end]
	switch member {
	case attrID:
		row.ID = d.texts.unique(text)
	case attrSubject:
		if string(text) != string(key) {
			return -1
		}
		row.Subject = d.texts.unique(text)
	case attrSource:
		*last = d.texts.again(text)
		row.Source = *last
	case attrType:
		if q.typ = q.typeNamed(text); q.typ == nil {
			return -1
		}
		row.Type, row.Version = q.typ.Name, q.typ.Version
	default:
		q.options[member] = span{p + 1, end}
	}
	return end + 1
}

// quickTime reads the time attribute. What can be read as a time is plain text.
func quickTime(b []byte, p int, row *Row) int {
	const longest = len("2006-01-02T15:04:05.999999999+08:00")
	if at(b, p) != '"' {
		return -1
	}
	text := b[p+1 : min(p+1+longest+1, len(b))]
	n := bytes.IndexByte(text, '"')
	if n < 0 {
		return -1
	}
	ms, ok := quickInstant(text[:n])
	if !ok {
		return -1
	}
	row.Time = ms
	return p + n + 2
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
