package clickhouse

import (
	"bytes"
	"fmt"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// block is the content of one insert, column by column. Columns of numbers and LowCardinality columns are written in
// the wire format and handed to the driver as if they had come from a server: its own Append boxes every value and hashes
// it as an interface, which costs more than the rest of the insert. Strings go in as slices, which it copies as they are.
type block struct {
	names   []string
	columns []encoder
	wire    proto.Buffer
}

// encoder is a column that grows row by row. The types of ch-go are such columns.
type encoder interface {
	Rows() int
	Reset()
	EncodeColumn(*proto.Buffer)
}

// add adds a column to a block and returns it, for its values to be appended.
func add[E encoder](b *block, name string, e E) E {
	b.names, b.columns = append(b.names, name), append(b.columns, e)
	return e
}

// fill hands the columns to the driver, in the order in which they were added.
func (b *block) fill(columns []column.Interface) error {
	if len(columns) != len(b.columns) {
		return fmt.Errorf("encode block: table takes %d columns, have %d", len(columns), len(b.columns))
	}
	b.wire.Reset()
	for _, e := range b.columns {
		e.EncodeColumn(&b.wire)
	}
	wire, rows := proto.NewReader(bytes.NewReader(b.wire.Buf)), b.columns[0].Rows()
	for i, c := range columns {
		var err error
		if s, ok := b.columns[i].(*texts); ok {
			_, err = c.Append([]string(*s))
		} else {
			err = c.Decode(wire, rows)
		}
		if err == nil && c.Rows() != rows {
			err = fmt.Errorf("%d rows of %d", c.Rows(), rows)
		}
		if err != nil {
			return fmt.Errorf("encode column %q: %w", b.names[i], err)
		}
	}
	return nil
}

// reset empties the columns. Strings are forgotten, so that a block in reserve keeps no batch alive.
func (b *block) reset() {
	for _, e := range b.columns {
		e.Reset()
	}
}

// texts is a String column. It has no wire format of its own.
type texts []string

func (t *texts) Rows() int                  { return len(*t) }
func (t *texts) Reset()                     { clear(*t); *t = (*t)[:0] }
func (t *texts) EncodeColumn(*proto.Buffer) {}
func (t *texts) Append(s string)            { *t = append(*t, s) }

// nullInt64s is a Nullable(Int64) column.
type nullInt64s struct {
	nulls  proto.ColUInt8
	values proto.ColInt64
}

func (n *nullInt64s) Rows() int { return len(n.nulls) }
func (n *nullInt64s) Reset()    { n.nulls.Reset(); n.values.Reset() }

func (n *nullInt64s) EncodeColumn(w *proto.Buffer) {
	n.nulls.EncodeColumn(w)
	n.values.EncodeColumn(w)
}

func (n *nullInt64s) Append(v event.NullInt64) {
	if !v.Valid {
		n.nulls, n.values = append(n.nulls, 1), append(n.values, 0)
		return
	}
	n.nulls, n.values = append(n.nulls, 0), append(n.values, v.Value)
}

// placeColumns are the three columns that are the same in every row of an insert.
type placeColumns struct {
	stream    *dictionary
	epoch     *proto.ColUInt32
	partition *proto.ColInt32
}

func addPlace(b *block) placeColumns {
	return placeColumns{
		stream:    add(b, "stream", new(dictionary)),
		epoch:     add(b, "epoch", new(proto.ColUInt32)),
		partition: add(b, "partition", new(proto.ColInt32)),
	}
}

func (c placeColumns) Append(p event.Partition) {
	c.stream.Append(p.Stream)
	c.epoch.Append(p.Epoch)
	c.partition.Append(p.ID)
}
