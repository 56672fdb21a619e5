package clickhouse

import (
	"sync"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var sorters = sync.Pool{New: func() any { return newSorter() }}

// eventsOf lays out the rows of a batch in the order given, the table's. The block refers to the batch.
func eventsOf(batch *event.Batch, order []int32) *block {
	b, rows := new(block), &batch.Rows
	codes := func(name string, c *event.Codes) { add(b, name, orderedCodes{c, order}) }
	texts := func(name string, c *event.Texts) { add(b, name, orderedTexts{c, order}) }
	numbers := func(name string, c []int64) { add(b, name, orderedInt64s{c, order}) }
	codes("company", &rows.Company)
	texts("conversation_id", &rows.Subject)
	codes("source", &rows.Source)
	texts("event_id", &rows.ID)
	codes("type", &rows.Type)
	add(b, "version", orderedUInt16s{rows.Version, order})
	codes("zone", &rows.Zone)
	numbers("occurred_at", rows.Time)
	numbers("appended_at", rows.AppendTime)
	add(b, "stream", sameText{batch.Partition.Stream, len(order)})
	add(b, "epoch", sameUInt32{batch.Partition.Epoch, len(order)})
	add(b, "partition", sameInt32{sameUInt32{uint32(batch.Partition.ID), len(order)}})
	numbers("offset", rows.Offset)
	for t := range event.TextColumns {
		codes(t.String(), &rows.Text[t])
	}
	for n := range event.NumberColumns {
		add(b, n.String(), orderedNumbers{&rows.Number[n], order})
	}
	texts("ext", &rows.Ext)
	codes("origin", &rows.Origin)
	return b
}

// rejectedOf lays out the rejected records of a batch, which come in order of their offsets, the table's order.
func rejectedOf(batch *event.Batch) *block {
	b := new(block)
	place := addPlace(b)
	offset := add(b, "offset", new(proto.ColInt64))
	company := add(b, "company", new(dictionary))
	appended := add(b, "appended_at", new(proto.ColInt64))
	reason := add(b, "reason", new(dictionary))
	detail := add(b, "detail", new(texts))
	key := add(b, "key", new(texts))
	value := add(b, "value", new(texts))
	origin := add(b, "origin", new(dictionary))
	for i := range batch.Rejected {
		r := &batch.Rejected[i]
		place.Append(batch.Partition)
		offset.Append(r.Offset)
		company.Append(r.Company)
		appended.Append(r.AppendTime)
		reason.Append(string(r.Reason))
		detail.Append(r.Detail)
		key.AppendBytes(r.Key)
		value.AppendBytes(r.Value)
		origin.Append(r.Origin)
	}
	return b
}

// appliedOf lays out the one row of the table `batches`.
func appliedOf(a event.Applied) *block {
	b := new(block)
	addPlace(b).Append(a.Partition)
	for _, c := range []struct {
		name  string
		value int64
	}{
		{"first", a.Range.First}, {"last", a.Range.Last},
		{"accepted", a.Accepted}, {"rejected", a.Rejected}, {"absent", a.Absent}, {"lost", a.Lost},
	} {
		add(b, c.name, new(proto.ColInt64)).Append(c.value)
	}
	add(b, "topic_id", new(dictionary)).Append(a.TopicID)
	return b
}
