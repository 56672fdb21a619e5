package event

// route is the way through an envelope as one source writes it: the same members in the same order, with the same bytes
// between their values. Once it is known, only those bytes and the values are looked at.
type route struct {
	legs   []leg  // none where there is no route
	end    string // what stands behind the last value
	seen   uint64 // the members that are there
	strays int    // records that were read another way since one took the route, or since it was learned
	tried  bool   // a record was learned, or could not be
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
	return len(r.legs) > 0 && string(b[p:]) == r.end && d.quickOptions(b, r.seen, row) && d.inBounds(row)
}

// stray counts a record that was read another way, and learns its own when there have been enough of them.
func (r *route) stray(b []byte, way []stop, unknown int) {
	r.strays++
	if r.tried && r.strays <= patience {
		return
	}
	*r = route{legs: r.legs[:0], tried: true}
	if unknown == 0 && learnable(b, way) {
		r.learn(b, way)
	}
}

// learnable reports whether a way can be followed blindly: no data before its type, nothing null, and not so much white
// space that it would fill the memory. Unknown members, which have to be counted, are the caller's business.
func learnable(b []byte, way []stop) bool {
	from, typed := 0, false
	for _, s := range way {
		if b[s.from] == 'n' || s.member == attrData && !typed || s.from-from > longestLeg {
			return false
		}
		typed = typed || s.member == attrType
		from = s.to
	}
	return len(b)-from <= longestLeg
}

// longestLeg is the most bytes between two values: labels and spaces.
const longestLeg = 1 << 10

// learn makes the way of a record the route.
func (r *route) learn(b []byte, way []stop) {
	from := 0
	for _, s := range way {
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
