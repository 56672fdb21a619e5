package clickhouse

import (
	"encoding/binary"
	"slices"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// The columns of a batch's rows, written in another order than they are kept in: the table's. Each writes straight into
// the wire's buffer, whose room is taken once.

// room makes a buffer longer by so many bytes and returns them.
func room(w *proto.Buffer, bytes int) []byte {
	at := len(w.Buf)
	w.Buf = slices.Grow(w.Buf, bytes)[:at+bytes]
	return w.Buf[at:]
}

// orderedInt64s is a column of Int64.
type orderedInt64s struct {
	values []int64
	order  []int32
}

func (c orderedInt64s) Type() proto.ColumnType { return proto.ColumnTypeInt64 }
func (c orderedInt64s) Rows() int              { return len(c.values) }

func (c orderedInt64s) EncodeColumn(w *proto.Buffer) {
	to := room(w, 8*len(c.order))
	for i, row := range c.order {
		binary.LittleEndian.PutUint64(to[8*i:], uint64(c.values[row]))
	}
}

// orderedUInt16s is a column of UInt16.
type orderedUInt16s struct {
	values []uint16
	order  []int32
}

func (c orderedUInt16s) Type() proto.ColumnType { return proto.ColumnTypeUInt16 }
func (c orderedUInt16s) Rows() int              { return len(c.values) }

func (c orderedUInt16s) EncodeColumn(w *proto.Buffer) {
	to := room(w, 2*len(c.order))
	for i, row := range c.order {
		binary.LittleEndian.PutUint16(to[2*i:], c.values[row])
	}
}

// orderedNumbers is a column of Nullable(Int64).
type orderedNumbers struct {
	*event.Numbers
	order []int32
}

func (c orderedNumbers) Type() proto.ColumnType { return nullableInt64 }
func (c orderedNumbers) Rows() int              { return len(c.Values) }

func (c orderedNumbers) EncodeColumn(w *proto.Buffer) {
	nulls := room(w, len(c.order))
	for i, row := range c.order {
		nulls[i] = c.Null[row]
	}
	orderedInt64s{c.Values, c.order}.EncodeColumn(w)
}

// orderedTexts is a column of String.
type orderedTexts struct {
	*event.Texts
	order []int32
}

func (c orderedTexts) Type() proto.ColumnType { return proto.ColumnTypeString }
func (c orderedTexts) Rows() int              { return len(c.Ends) }

func (c orderedTexts) EncodeColumn(w *proto.Buffer) {
	w.Buf = slices.Grow(w.Buf, len(c.Bytes)+3*len(c.order)) // three bytes hold the length of 2 MB
	for _, row := range c.order {
		text := c.At(int(row))
		w.Buf = append(binary.AppendUvarint(w.Buf, uint64(len(text))), text...)
	}
}

// orderedCodes is a column of LowCardinality(String).
type orderedCodes struct {
	*event.Codes
	order []int32
}

func (c orderedCodes) Type() proto.ColumnType      { return lowCardinalityString }
func (c orderedCodes) Rows() int                   { return len(c.Keys) }
func (c orderedCodes) EncodeState(w *proto.Buffer) { encodeDictionaryState(w) }

func (c orderedCodes) EncodeColumn(w *proto.Buffer) {
	width := encodeDictionary(w, c.Values, len(c.order))
	to := room(w, len(c.order)<<width)
	switch width {
	case 0:
		for i, row := range c.order {
			to[i] = uint8(c.Keys[row])
		}
	case 1:
		for i, row := range c.order {
			binary.LittleEndian.PutUint16(to[2*i:], uint16(c.Keys[row]))
		}
	default:
		for i, row := range c.order {
			binary.LittleEndian.PutUint32(to[4*i:], c.Keys[row])
		}
	}
}

// sameText is a column of LowCardinality(String) with one text in every row.
type sameText struct {
	text string
	rows int
}

func (c sameText) Type() proto.ColumnType      { return lowCardinalityString }
func (c sameText) Rows() int                   { return c.rows }
func (c sameText) EncodeState(w *proto.Buffer) { encodeDictionaryState(w) }

func (c sameText) EncodeColumn(w *proto.Buffer) {
	encodeDictionary(w, []string{"", c.text}, c.rows)
	for keys := room(w, c.rows); len(keys) > 0; keys = keys[1:] {
		keys[0] = 1
	}
}

// sameUInt32 is a column of UInt32, sameInt32 one of Int32, with one number in every row.
type sameUInt32 struct {
	value uint32
	rows  int
}

func (c sameUInt32) Type() proto.ColumnType { return proto.ColumnTypeUInt32 }
func (c sameUInt32) Rows() int              { return c.rows }

func (c sameUInt32) EncodeColumn(w *proto.Buffer) {
	for to := room(w, 4*c.rows); len(to) > 0; to = to[4:] {
		binary.LittleEndian.PutUint32(to, c.value)
	}
}

type sameInt32 struct{ sameUInt32 }

func (c sameInt32) Type() proto.ColumnType { return proto.ColumnTypeInt32 }
