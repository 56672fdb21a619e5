package clickhouse

import "github.com/ClickHouse/ch-go/proto"

// dictionary is a LowCardinality(String) column: the distinct values, and each row's index among them.
type dictionary struct {
	index  map[string]uint32
	values []string
	keys   []uint32
	last   string // the value of the row before: rows come sorted, and comparing is cheaper than hashing
	key    uint32 // its index
}

// Append adds a row.
func (d *dictionary) Append(v string) {
	if v != d.last {
		d.last, d.key = v, d.find(v)
	}
	d.keys = append(d.keys, d.key)
}

// find returns the index of a value. Index 0 is "", the default value, as the format wants it.
func (d *dictionary) find(v string) uint32 {
	if d.index == nil {
		d.index = map[string]uint32{}
	}
	if len(d.values) == 0 {
		d.values = append(d.values, "")
		d.index[""] = 0
	}
	key, ok := d.index[v]
	if !ok {
		key = uint32(len(d.values))
		d.index[v] = key
		d.values = append(d.values, v)
	}
	return key
}

const lowCardinalityString proto.ColumnType = "LowCardinality(String)"

// Type returns the column's type.
func (d *dictionary) Type() proto.ColumnType { return lowCardinalityString }

// Rows returns the number of rows.
func (d *dictionary) Rows() int { return len(d.keys) }

// Reset empties the column.
func (d *dictionary) Reset() {
	clear(d.index)
	clear(d.values)
	d.values, d.keys, d.last, d.key = d.values[:0], d.keys[:0], "", 0
}

// EncodeState begins the column.
func (d *dictionary) EncodeState(w *proto.Buffer) { encodeDictionaryState(w) }

// EncodeColumn writes the dictionary, then the keys.
func (d *dictionary) EncodeColumn(w *proto.Buffer) {
	d.find("") // a column of nothing but "" has no dictionary yet
	width := encodeDictionary(w, d.values, len(d.keys))
	for _, k := range d.keys {
		switch width {
		case 0:
			w.PutUInt8(uint8(k))
		case 1:
			w.PutUInt16(uint16(k))
		default:
			w.PutUInt32(k)
		}
	}
}

// dictionaryComesAlong is in the format's header: the dictionary follows, and replaces any other. The lowest byte is the
// width of the keys: 0, 1, 2 for one, two, four bytes.
const dictionaryComesAlong = 1<<9 | 1<<10

// encodeDictionaryState writes the version of the format of the keys, the only one there is.
func encodeDictionaryState(w *proto.Buffer) { w.PutInt64(1) }

// encodeDictionary writes a dictionary, the first value of which is "", and how many keys follow. It returns their width:
// 0, 1, 2 for as few bytes as will do, one, two or four.
func encodeDictionary(w *proto.Buffer, values []string, rows int) (width uint64) {
	switch n := len(values); {
	case n > 1<<16:
		width = 2
	case n > 1<<8:
		width = 1
	}
	w.PutUInt64(dictionaryComesAlong | width)
	w.PutInt64(int64(len(values)))
	for _, v := range values {
		w.PutString(v)
	}
	w.PutInt64(int64(rows))
	return width
}
