package clickhouse

import (
	"fmt"
	"strings"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// block is the content of one insert, column by column. Every column writes itself in the wire format: the driver's own
// Append boxes each value and hashes it as an interface, and even what it takes whole it copies twice more.
type block struct {
	names   []string
	columns []encoder
}

// encoder is a column that is sent. The types of ch-go are such columns.
type encoder interface {
	// Type returns the type that the wire format is of.
	Type() proto.ColumnType
	Rows() int
	EncodeColumn(*proto.Buffer)
}

// add adds a column to a block and returns it, for its values to be appended.
func add[E encoder](b *block, name string, e E) E {
	b.names, b.columns = append(b.names, name), append(b.columns, e)
	return e
}

// reset empties the columns.
func (b *block) reset() {
	for _, e := range b.columns {
		if r, ok := e.(proto.Resettable); ok {
			r.Reset()
		}
	}
}

// rows returns the number of rows, or a fault of ours: columns of different lengths.
func (b *block) rows() (int, error) {
	rows := b.columns[0].Rows()
	for i, c := range b.columns {
		if c.Rows() != rows {
			return 0, &schemaError{fmt.Errorf("column %q has %d rows of %d", b.names[i], c.Rows(), rows)}
		}
	}
	return rows, nil
}

// tableColumn is a column as the server announces it.
type tableColumn struct{ name, typ string }

// match holds the block against the columns that the server expects. What is sent under a wrong type would be read as
// other values, so nothing is sent then.
func (b *block) match(table []tableColumn) error {
	if len(table) != len(b.columns) {
		return &schemaError{fmt.Errorf("table takes %d columns, have %d", len(table), len(b.columns))}
	}
	for i, c := range table {
		if c.name != b.names[i] || !fits(string(b.columns[i].Type()), c.typ) {
			return &schemaError{fmt.Errorf("column %q is of type %s, have %q of type %s", c.name, c.typ, b.names[i], b.columns[i].Type())}
		}
	}
	return nil
}

// fits reports whether values of one type are written as those of the table's: a DateTime64 is an Int64 on the wire.
func fits(own, table string) bool {
	return own == table || own == "Int64" && strings.HasPrefix(table, "DateTime64(")
}

// encodeHeader begins the block on the wire, encodeColumn writes one of its columns.
func (b *block) encodeHeader(w *proto.Buffer, rows int) {
	proto.BlockInfo{BucketNum: -1}.Encode(w)
	w.PutInt(len(b.columns))
	w.PutInt(rows)
}

func (b *block) encodeColumn(w *proto.Buffer, i int, c tableColumn, revision int) {
	w.PutString(c.name)
	w.PutString(c.typ)
	if proto.FeatureCustomSerialization.In(revision) {
		w.PutBool(false)
	}
	if s, ok := b.columns[i].(proto.StateEncoder); ok {
		s.EncodeState(w)
	}
	b.columns[i].EncodeColumn(w)
}

// texts is a String column.
type texts = proto.ColStr

// nullInt64s is a Nullable(Int64) column.
type nullInt64s struct {
	nulls  proto.ColUInt8
	values proto.ColInt64
}

func (n *nullInt64s) Type() proto.ColumnType { return nullableInt64 }
func (n *nullInt64s) Rows() int              { return len(n.nulls) }
func (n *nullInt64s) Reset()                 { n.nulls.Reset(); n.values.Reset() }

const nullableInt64 proto.ColumnType = "Nullable(Int64)"

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

// placeColumns are the three columns that name the partition.
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
