package event

// quick is what the quick path keeps between records: what it expects next, and where the parts of the record at hand are.
//
// The quick path reads in one pass what nearly all sources write: plain texts, plain integers, members in any order, spaces
// where they may be, unknown members that are no lists and objects. It decides nothing on its own: whatever it does not
// take, be it valid or not, it leaves to the strict path, whose answer is then the answer. So that both always agree, it
// must take only what the strict path takes, and make the same row of it.
type quick struct {
	next     []followers // by the number of the shape
	types    [64]*Type   // by the hash of their names
	attrs    [len(attributes)]span
	outside  strangers // among the attributes
	inside   strangers // among the members of data
	members  [maxMembers]span
	elements [maxMembers]span // of one object in a list
	lists    []byte           // as they are stored
	unknown  int64
	keep     bool // the stream keeps members that the schema does not know
}

func newQuick(s Stream) quick {
	return quick{next: make([]followers, shapes), keep: len(s.Keep) > 0}
}

// quickly reads one record into row and reports whether it did. If not, the row is of no use and nothing was counted.
func (d *Decoder) quickly(key, value []byte, appended int64, row *Row) bool {
	q := &d.quick
	q.outside.n, q.inside.n, q.unknown, q.lists = 0, 0, 0, q.lists[:0]
	*row = Row{Company: d.stream.Company, AppendTime: appended, Zone: d.stream.Zone}
	if !d.quickEnvelope(key, value, row) {
		return false
	}
	d.unknown += q.unknown
	return true
}

// quickEnvelope reads the whole record.
func (d *Decoder) quickEnvelope(key, b []byte, row *Row) bool {
	q := &d.quick
	p, c := token(b, 0)
	if c != '{' {
		return false
	}
	var t *Type
	late := -1 // where data begins when it comes before the type
	next, seen, member := &q.next[envelopeShape.number], uint64(0), envelopeShape.start()
	for {
		if p, c = token(b, p+1); c != '"' {
			return false
		}
		name := p
		if member, p = envelopeShape.name(b, p, member, next); p < 0 {
			return false
		}
		switch {
		case member == len(attributes):
			if !q.outside.add(b, name) {
				return false
			}
			q.unknown++
			p = flatEnd(b, p)
		case seen>>member&1 != 0:
			return false
		case member == attrData && t == nil:
			late, p = p, objectEnd(b, p)
		case member == attrData:
			p = d.quickData(b, p, t, row)
		default:
			if p = q.attribute(b, p, member); member == attrType && p >= 0 {
				t = q.typeNamed(b[q.attrs[attrType].from:q.attrs[attrType].to])
			}
		}
		seen |= 1 << member
		if p < 0 {
			return false
		}
		if p, c = token(b, p); c == ',' {
			continue
		}
		if c != '}' || seen&envelopeShape.required != envelopeShape.required || t == nil {
			return false
		}
		if p, _ = token(b, p+1); p != len(b) {
			return false
		}
		break
	}
	if late >= 0 && d.quickData(b, late, t, row) != objectEnd(b, late) {
		return false
	}
	return d.quickAttributes(key, b, t, seen, row)
}

// attribute notes where a text attribute is and returns its end.
func (q *quick) attribute(b []byte, p, member int) int {
	if at(b, p) == 'n' && member >= requiredAttributes {
		q.attrs[member] = span{} // null is absent
		return literalEnd(b, p, "null")
	}
	if at(b, p) != '"' {
		return -1
	}
	end := textEnd(b, p+1)
	q.attrs[member] = span{p + 1, end}
	if end < 0 || end-p-1 > defaultMaxLen {
		return -1
	}
	return end + 1
}

// typeNamed returns a type by its name, nil when there is none.
func (q *quick) typeNamed(name []byte) *Type {
	slot := &q.types[hashText(name)>>(64-6)]
	if t := *slot; t != nil && t.Name == string(name) {
		return t
	}
	t := types[string(name)]
	if t != nil {
		*slot = t
	}
	return t
}

// quickAttributes checks the attributes and puts them into the row.
func (d *Decoder) quickAttributes(key, b []byte, t *Type, seen uint64, row *Row) bool {
	a := &d.quick.attrs
	id, source, subject := a[attrID], a[attrSource], a[attrSubject]
	if string(b[a[attrSpecversion].from:a[attrSpecversion].to]) != "1.0" || id.from == id.to || source.from == source.to ||
		subject.from == subject.to || string(b[subject.from:subject.to]) != string(key) {
		return false
	}
	var ok bool
	if row.Time, ok = quickInstant(b[a[attrTime].from:a[attrTime].to]); !ok {
		return false
	}
	s := &d.stream
	if s.Backward > 0 && row.Time < row.AppendTime-s.Backward.Milliseconds() || row.Time < earliest ||
		row.Time > row.AppendTime+s.Forward.Milliseconds() {
		return false
	}
	if seen>>requiredAttributes != 0 && !d.quickOptions(b, t, seen, row) {
		return false
	}
	row.ID = d.texts.unique(b[id.from:id.to])
	row.Subject = d.texts.unique(b[subject.from:subject.to])
	row.Source = d.texts.again(b[source.from:source.to])
	row.Type, row.Version = t.Name, t.Version
	return true
}

// quickOptions checks the attributes that need not be there. Empty ones are absent.
func (d *Decoder) quickOptions(b []byte, t *Type, seen uint64, row *Row) bool {
	given := func(member int) []byte {
		if seen>>member&1 == 0 {
			return nil
		}
		return b[d.quick.attrs[member].from:d.quick.attrs[member].to]
	}
	if v := given(attrDataschema); len(v) > 0 && string(v) != t.dataSchema {
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
