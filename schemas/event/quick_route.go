package event

// route is the way through an envelope as one source writes it: the same members in the same order, with the same bytes
// between their values. Once it is known, only those bytes and the values are looked at.
type route struct {
	legs   []leg
	end    string // what stands behind the last value
	seen   uint64 // the members that are there
	strays int    // records one after the other that took another way
}

// leg leads from the end of a value, or from the record's first byte, to the next value.
type leg struct {
	label  label // the bytes between, with the quote that opens a text
	member int
}

// patience is how many records may take another way before theirs becomes the route: to learn it costs as much as to read
// a few records, and where sources take turns it shall not be learned again and again.
const patience = 16

// follow reads a record that takes the route, and reports whether it did.
func (d *Decoder) follow(key, b []byte, row *Row) bool {
	r, p := &d.quick.route, 0
	for i := range r.legs {
		l := &r.legs[i]
		if !l.label.at(b, p) {
			return false
		}
		p += len(l.label.text)
		switch l.member {
		case attrData:
			p = d.quickData(b, p, d.quick.typ, row)
		case attrTime:
			p = quickTime(b, p, row)
		default:
			p = d.quickAttribute(key, b, p, l.member, row)
		}
		if p < 0 {
			return false
		}
	}
	return p > 0 && string(b[p:]) == r.end && (r.seen>>requiredAttributes == 0 || d.quickOptions(b, r.seen, row)) && d.inBounds(row)
}

// learn makes the way of a record that was read the route. There is none where data comes before its type, and where members
// are null or unknown: unknown ones have to be counted.
func (r *route) learn(b []byte, way []stop, unknown int) {
	*r = route{legs: r.legs[:0]}
	if unknown > 0 {
		return
	}
	from := 0
	for _, s := range way {
		if b[s.from] == 'n' || s.member == attrData && r.seen>>attrType&1 == 0 {
			r.legs = r.legs[:0]
			return
		}
		r.seen |= 1 << s.member
		if s.member == attrSpecversion { // it can have one value only, which is part of the way
			continue
		}
		if b[s.from] == '"' {
			s.from++
		}
		r.legs = append(r.legs, leg{labelOf(string(b[from:s.from])), s.member})
		from = s.to
	}
	r.end = string(b[from:])
}

// stop is where a record has the value of a member.
type stop struct{ member, from, to int }
