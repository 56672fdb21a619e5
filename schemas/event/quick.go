package event

// quick is what the quick path keeps between records: what it expects next, and where the parts of the record at hand are.
//
// The quick path reads in one pass what nearly all sources write: plain texts, plain integers, members in any order, spaces
// where they may be, unknown members that are no lists and objects. It decides nothing on its own: whatever it does not
// take, be it valid or not, it leaves to the strict path, whose answer is then the answer. So that both always agree, it
// must take only what the strict path takes, and make the same row of it.
type quick struct {
	learned  []*habits             // by the number of the shape
	types    [64]*Type             // by the hash of their names
	typ      *Type                 // of the record at hand, nil until it is known
	last     *Type                 // of the record before
	options  [len(attributes)]span // where the attributes are that need not be there
	outside  strangers             // among the attributes
	inside   strangers             // among the members of data
	members  [maxMembers]span
	elements [maxMembers]span // of one object in a list
	lists    []byte           // as they are stored
	unknown  int64
	keep     bool // the stream keeps members that the schema does not know
}

func newQuick(s Stream) quick {
	return quick{learned: make([]*habits, shapes), keep: len(s.Keep) > 0}
}

// quickly reads one record into row and reports whether it did. If not, the row is of no use and nothing was counted.
func (d *Decoder) quickly(key, value []byte, appended int64, row *Row) bool {
	q := &d.quick
	q.typ, q.outside.n, q.inside.n, q.unknown, q.lists = nil, 0, 0, 0, q.lists[:0]
	*row = Row{Company: d.stream.Company, AppendTime: appended, Zone: d.stream.Zone}
	if !d.quickEnvelope(key, value, row) {
		return false
	}
	d.unknown += q.unknown
	q.last = q.typ
	return true
}
