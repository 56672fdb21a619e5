package clickhouse

import (
	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// EncodeEvents sorts the rows of a batch and writes all columns of their block, as an insert does.
func EncodeEvents(b *event.Batch, w *proto.Buffer) {
	order := sorters.Get().(*sorter)
	defer sorters.Put(order)
	block := eventsOf(b, order.sort(&b.Rows))
	w.Reset()
	for i, c := range block.columns {
		block.encodeColumn(w, i, tableColumn{block.names[i], string(c.Type())}, nativeRevision)
	}
}
