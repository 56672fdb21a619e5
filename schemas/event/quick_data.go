package event

import (
	"math/bits"
	"time"
)

// tenThousand is the first instant that RFC 3339 cannot write.
var tenThousand = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// quickData reads the data of a type, which begins at p, and returns where it ends, -1 when it is left to the strict path.
func (d *Decoder) quickData(b []byte, p int, t *Type, row *Row) int {
	if at(b, p) != '{' {
		return -1
	}
	q, s := &d.quick, t.shape
	if end, c := token(b, p+1); c == '}' && s.required == 0 {
		return end + 1
	}
	learned, seen, ext, member := q.habits(s), uint64(0), uint64(0), s.start()
	for c := byte(','); c == ','; {
		if p, c = token(b, p+1); c != '"' {
			return -1
		}
		name := p
		if member, p = s.name(b, p, member, learned); p < 0 {
			return -1
		}
		if member == s.stranger() {
			if p = q.stranger(&q.inside, b, name, p, q.keep); p < 0 {
				return -1
			}
		} else {
			if seen>>member&1 != 0 {
				return -1
			}
			seen |= 1 << member
			var done bool
			if done, p = d.quickField(b, p, &s.fields[member], &q.members[member], &learned.last[member], row); p < 0 {
				return -1
			}
			if !done {
				ext |= 1 << member
			}
		}
		if p, c = token(b, p); c != ',' && c != '}' {
			return -1
		}
	}
	if seen&s.required != s.required {
		return -1
	}
	if ext != 0 {
		d.quickExt(b, s, ext, row)
	}
	return p + 1
}

// stranger passes over a member that the shape does not know, unless it is to be kept.
func (q *quick) stranger(met *strangers, b []byte, name, value int, keep []string) int {
	if !met.add(b, name, keep) {
		return -1
	}
	q.unknown++
	return flatEnd(b, value)
}

// quickField checks a member and puts it into its column. If it is one for ext, then where is the place of what is to be
// written; done says that nothing is.
func (d *Decoder) quickField(b []byte, p int, f *field, where *span, last *string, row *Row) (done bool, end int) {
	switch f.kind {
	case kindText:
		return d.quickText(b, p, f, where, last, row)
	case kindInteger:
		n, end := integerEnd(b, p)
		if n < f.min || n > f.max {
			return false, -1
		}
		if f.number >= 0 {
			row.Number[f.number] = NullInt64{Value: n, Valid: true}
			return true, end
		}
		*where = span{p, end}
		return false, end
	case kindList:
		return d.quickList(b, p, f, where)
	case kindBool, kindDate, kindMonth, kindInstant:
		end := quickScalarEnd(b, p, f)
		*where = span{p, end}
		return f.kind == kindBool && !f.required && !f.pointer && at(b, p) == 'f', end
	}
	return false, -1
}

// quickText reads a text into its column, if it has one. The last text of a column was found good before, and needs no
// second look.
func (d *Decoder) quickText(b []byte, p int, f *field, where *span, last *string, row *Row) (done bool, end int) {
	if f.text < 0 {
		end = quickScalarEnd(b, p, f)
		*where = span{p, end}
		return end == p+len(`""`), end
	}
	if *last != "" {
		if end, ok := says(b, p, *last); ok {
			row.Text[f.text] = *last
			return true, end
		}
	}
	if f.enum != nil {
		*last, end = f.value(b, p)
	} else {
		var text []byte
		if text, end = quickTextEnd(b, p, f); end < 0 {
			return false, -1
		}
		*last = d.texts.again(text)
	}
	row.Text[f.text] = *last
	return true, end
}

// value returns which value of an enumeration the record has at p, and where it ends.
func (f *field) value(b []byte, p int) (v string, end int) {
	for _, v := range f.enum {
		if end, ok := says(b, p, v); ok {
			return v, end
		}
	}
	return "", -1
}

// quickTextEnd returns the text of a member and where the member ends.
func quickTextEnd(b []byte, p int, f *field) (text []byte, end int) {
	if at(b, p) != '"' {
		return nil, -1
	}
	end = textEnd(b, p+1)
	if n := end - p - 1; end < 0 || n < f.minLen || n > f.maxLen {
		return nil, -1
	}
	return b[p+1 : end], end + 1
}

// quickScalarEnd checks a member that is no list and returns where it ends.
func quickScalarEnd(b []byte, p int, f *field) int {
	switch f.kind {
	case kindInteger:
		n, end := integerEnd(b, p)
		if n < f.min || n > f.max {
			return -1
		}
		return end
	case kindBool:
		if at(b, p) == 't' {
			return literalEnd(b, p, "true")
		}
		return literalEnd(b, p, "false")
	case kindText, kindDate, kindMonth, kindInstant:
		if f.enum != nil {
			_, end := f.value(b, p)
			return end
		}
		text, end := quickTextEnd(b, p, f)
		if end < 0 || !f.takes(text) {
			return -1
		}
		return end
	case kindList: // elementsOf lets none in, and those of data have a way of their own
	}
	return -1
}

// takes reports whether a plain text of the right length is one that the member may have.
func (f *field) takes(text []byte) bool {
	switch f.kind {
	case kindDate:
		_, ok := quickDate(text)
		return ok
	case kindMonth:
		return quickMonth(text)
	case kindInstant:
		ms, ok := quickInstant(text)
		return ok && ms >= earliest && ms < tenThousand
	default: // any text
	}
	return true
}

// quickExt writes the members that have no column, in the order of the schema.
func (d *Decoder) quickExt(b []byte, s *shape, members uint64, row *Row) {
	q, ext := &d.quick, d.ext[:0]
	for ; members != 0; members &= members - 1 {
		i := bits.TrailingZeros64(members)
		ext = append(ext, ',')
		ext = append(ext, s.labels[i].text...)
		from := b
		if s.fields[i].kind == kindList {
			from = q.lists
		}
		ext = append(ext, from[q.members[i].from:q.members[i].to]...)
	}
	ext[0] = '{'
	ext = append(ext, '}')
	d.ext = ext
	row.Ext = d.texts.unique(ext)
}
