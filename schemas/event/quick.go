package event

import "bytes"

// quick is what the quick path keeps between records: what it expects next, and where the parts of the record at hand are.
//
// The quick path reads in one pass what nearly all sources write: plain texts, plain integers, members in any order, spaces
// where they may be, escapes that need not be ([unescape]), unknown members that are no lists and objects and that nobody
// keeps. An envelope that is written as the ones before it is followed ([route]), any other is looked through. The quick path decides nothing on its own: whatever
// it does not take, be it valid or not, it leaves to the strict path, whose answer is then the answer. So that both always
// agree, it must take only what the strict path takes, and make the same row of it.
type quick struct {
	learned  []*habits             // by the number of the shape
	types    [64]*Type             // by the hash of their names
	typ      *Type                 // of the record at hand, nil until it is known
	source   string                // of the record before
	route    route                 // through the envelope
	way      [len(attributes)]stop // through the envelope at hand
	options  [len(attributes)]span // where the attributes are that need not be there
	outside  strangers             // among the attributes
	inside   strangers             // among the members of data
	members  [maxMembers]span
	elements [maxMembers]span // of one object in a list
	lists    []byte           // as they are stored
	unknown  int64
	keep     []string // members of data that the schema does not know and the stream keeps
	escapes  bool     // the record before had some
	plain    []byte   // the record without those that need not be
}

// span is a part of a text.
type span struct{ from, to int }

func newQuick(s Stream) quick {
	return quick{learned: make([]*habits, shapes), keep: s.Keep}
}

// quickly reads one record into row and reports whether it did. If not, the row is of no use and nothing was counted.
func (d *Decoder) quickly(key, value []byte, appended int64, row *Row) bool {
	q := &d.quick
	looked := q.escapes // where the record before had escapes, this one may have some too
	if !looked && d.quickRecord(key, value, appended, row) {
		return true
	}
	if q.escapes = bytes.IndexByte(value, '\\') >= 0; !q.escapes {
		return looked && d.quickRecord(key, value, appended, row)
	}
	q.plain = unescape(q.plain[:0], value)
	return d.quickRecord(key, q.plain, appended, row)
}

// quickRecord reads one record as it is.
func (d *Decoder) quickRecord(key, b []byte, appended int64, row *Row) bool {
	q := &d.quick
	d.start(appended, row)
	if d.follow(key, b, row) {
		q.route.strays = 0
	} else {
		d.start(appended, row)
		if !d.quickEnvelope(key, b, row) {
			return false
		}
	}
	d.unknown += q.unknown
	return true
}

// start forgets what was read.
func (d *Decoder) start(appended int64, row *Row) {
	q := &d.quick
	q.typ, q.outside.n, q.inside.n, q.unknown, q.lists = nil, 0, 0, 0, q.lists[:0]
	*row = Row{}
	row.Company, row.AppendTime, row.Zone = d.stream.Company, appended, d.stream.Zone
}
