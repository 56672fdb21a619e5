package clickhouse

import (
	"sync"
	"unsafe"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// eventBlock is a block for the table `events`. Blocks are used again: a batch fills some 30 MB.
type eventBlock struct {
	block
	order   sorter
	company *dictionary
	subject *texts
	source  *dictionary
	id      *texts
	typ     *dictionary
	version *proto.ColUInt16
	zone    *dictionary
	times   *proto.ColInt64 // DateTime64(3) is an Int64 of milliseconds
	appends *proto.ColInt64
	place   placeColumns
	offsets *proto.ColInt64
	text    [event.TextColumns]*dictionary
	number  [event.NumberColumns]*nullInt64s
	ext     *texts
	origin  *dictionary
}

var eventBlocks = sync.Pool{New: func() any { return newEventBlock() }}

func newEventBlock() *eventBlock {
	e := new(eventBlock)
	b := &e.block
	e.company = add(b, "company", new(dictionary))
	e.subject = add(b, "conversation_id", new(texts))
	e.source = add(b, "source", new(dictionary))
	e.id = add(b, "event_id", new(texts))
	e.typ = add(b, "type", new(dictionary))
	e.version = add(b, "version", new(proto.ColUInt16))
	e.zone = add(b, "zone", new(dictionary))
	e.times = add(b, "occurred_at", new(proto.ColInt64))
	e.appends = add(b, "appended_at", new(proto.ColInt64))
	e.place = addPlace(b)
	e.offsets = add(b, "offset", new(proto.ColInt64))
	for t := range event.TextColumns {
		e.text[t] = add(b, t.String(), new(dictionary))
	}
	for n := range event.NumberColumns {
		e.number[n] = add(b, n.String(), new(nullInt64s))
	}
	e.ext = add(b, "ext", new(texts))
	e.origin = add(b, "origin", new(dictionary))
	return e
}

// eventsOf lays out the rows of a batch in the table's order. It goes row by row, not column by column: sorted rows lie
// scattered in memory, and each is to be fetched from there once.
func eventsOf(batch *event.Batch) *eventBlock {
	e := eventBlocks.Get().(*eventBlock)
	for _, i := range e.order.sort(batch.Rows) {
		r := &batch.Rows[i]
		e.company.Append(r.Company)
		e.subject.Append(r.Subject)
		e.source.Append(r.Source)
		e.id.Append(r.ID)
		e.typ.Append(r.Type)
		e.version.Append(r.Version)
		e.zone.Append(r.Zone)
		e.times.Append(r.Time)
		e.appends.Append(r.AppendTime)
		e.place.Append(batch.Partition)
		e.offsets.Append(r.Offset)
		for t, v := range r.Text {
			e.text[t].Append(v)
		}
		for n, v := range r.Number {
			e.number[n].Append(v)
		}
		e.ext.Append(r.Ext)
		e.origin.Append(r.Origin)
	}
	return e
}

// release gives the block back.
func (e *eventBlock) release() {
	e.reset()
	e.order.forget()
	eventBlocks.Put(e)
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
		key.Append(alias(r.Key))
		value.Append(alias(r.Value))
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

// alias views bytes as a string without copying; the block is gone before the batch changes.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
