package clickhouse

import (
	"bytes"
	"context"
	"iter"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// SubjectsInChunks reads ranges of ids of other sizes than the binary's own, and says how many there are.
func SubjectsInChunks(ctx context.Context, s *Store, q Query, rows int64) (iter.Seq2[[]event.Event, error], int, error) {
	ranges, err := s.ranges(ctx, q, rows)
	return s.subjects(ctx, q, rows), len(ranges), err
}

// ReadEventBlock reads the bytes of a block, as a server sends it, and returns its rows with their partitions.
func ReadEventBlock(raw []byte, compressed bool) ([]event.Row, []event.Partition, error) {
	n := newNative(bytes.NewReader(raw), compressed)
	n.revision = nativeRevision
	b, err := n.header()
	if err != nil {
		return nil, nil, err
	}
	c := newEventColumns()
	if err := n.readBlock(b, c.columns); err != nil {
		return nil, nil, err
	}
	rows, places := make([]event.Row, b.Rows), make([]event.Partition, b.Rows)
	for i := range rows {
		c.row(i, &rows[i])
		places[i] = c.place(i)
	}
	return rows, places, nil
}

// WriteEventBlock writes what a server sends, by ch-go's own encoding; the keys of dictionaries are as wide as asked for.
func WriteEventBlock(rows []event.Row, p event.Partition, width proto.CardinalityKey) []byte {
	var columns []proto.InputColumn
	each := func(do func(r *event.Row)) {
		for i := range rows {
			do(&rows[i])
		}
	}
	text := func(name string, of func(r *event.Row) string) {
		c := new(proto.ColStr)
		each(func(r *event.Row) { c.Append(of(r)) })
		columns = append(columns, proto.InputColumn{Name: name, Data: c})
	}
	keyed := func(name string, of func(r *event.Row) string) {
		index, c, known := new(proto.ColStr), &proto.ColLowCardinalityRaw{Key: width}, map[string]int{}
		c.Index = index
		each(func(r *event.Row) {
			v := of(r)
			if _, ok := known[v]; !ok {
				known[v] = len(known)
				index.Append(v)
			}
			c.AppendKey(known[v])
		})
		columns = append(columns, proto.InputColumn{Name: name, Data: c})
	}
	number := func(name string, c proto.ColInput, do func(r *event.Row)) {
		each(do)
		columns = append(columns, proto.InputColumn{Name: name, Data: c})
	}
	keyed("company", func(r *event.Row) string { return r.Company })
	text("conversation_id", func(r *event.Row) string { return r.Subject })
	keyed("source", func(r *event.Row) string { return r.Source })
	text("event_id", func(r *event.Row) string { return r.ID })
	keyed("type", func(r *event.Row) string { return r.Type })
	version := new(proto.ColUInt16)
	number("version", version, func(r *event.Row) { version.Append(r.Version) })
	keyed("zone", func(r *event.Row) string { return r.Zone })
	times, appends := new(proto.ColDateTime64Raw), new(proto.ColDateTime64Raw)
	times.Precision, times.PrecisionSet, appends.Precision, appends.PrecisionSet = 3, true, 3, true
	number("occurred_at", instants{times}, func(r *event.Row) { times.Append(proto.DateTime64(r.Time)) })
	number("appended_at", instants{appends}, func(r *event.Row) { appends.Append(proto.DateTime64(r.AppendTime)) })
	keyed("stream", func(*event.Row) string { return p.Stream })
	epoch, partition, offsets := new(proto.ColUInt32), new(proto.ColInt32), new(proto.ColInt64)
	number("epoch", epoch, func(*event.Row) { epoch.Append(p.Epoch) })
	number("partition", partition, func(*event.Row) { partition.Append(p.ID) })
	number("offset", offsets, func(r *event.Row) { offsets.Append(r.Offset) })
	for t := range event.TextColumns {
		keyed(t.String(), func(r *event.Row) string { return r.Text[t] })
	}
	for n := range event.NumberColumns {
		c := new(proto.ColInt64).Nullable()
		number(n.String(), c, func(r *event.Row) {
			c.Append(proto.Nullable[int64]{Value: r.Number[n].Value + 7*int64(1-b2i(r.Number[n].Valid)), Set: r.Number[n].Valid})
		})
	}
	text("ext", func(r *event.Row) string { return r.Ext })
	b := new(proto.Buffer)
	b.PutString("") // no external table
	if err := (proto.Block{Columns: len(columns), Rows: len(rows)}).EncodeBlock(b, nativeRevision, columns); err != nil {
		panic(err)
	}
	return b.Buf
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// instants are of the table's type.
type instants struct{ *proto.ColDateTime64Raw }

func (instants) Type() proto.ColumnType { return milliseconds }
