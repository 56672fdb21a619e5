package clickhouse

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// eventColumns is a block of the table `events` as the queries for subjects select it.
type eventColumns struct {
	columns []resultColumn
	rows    int

	company   keyedColumn
	subject   stringColumn
	source    keyedColumn
	id        stringColumn
	kind      keyedColumn
	version   proto.ColUInt16
	zone      keyedColumn
	times     proto.ColInt64
	appends   proto.ColInt64
	stream    keyedColumn
	epoch     proto.ColUInt32
	partition proto.ColInt32
	offsets   proto.ColInt64
	text      [event.TextColumns]keyedColumn
	number    [event.NumberColumns]nullableColumn
	ext       stringColumn
}

const milliseconds = "DateTime64(3, 'UTC')" // an Int64 of milliseconds

func newEventColumns() *eventColumns {
	c := new(eventColumns)
	c.columns = []resultColumn{&c.company, &c.subject, &c.source, &c.id, &c.kind, fixedColumn{&c.version, "UInt16"}, &c.zone,
		fixedColumn{&c.times, milliseconds}, fixedColumn{&c.appends, milliseconds},
		&c.stream, fixedColumn{&c.epoch, "UInt32"}, fixedColumn{&c.partition, "Int32"}, fixedColumn{&c.offsets, "Int64"}}
	for t := range c.text {
		c.columns = append(c.columns, &c.text[t])
	}
	for n := range c.number {
		c.columns = append(c.columns, &c.number[n])
	}
	c.columns = append(c.columns, &c.ext)
	return c
}

// row puts a row together.
func (c *eventColumns) row(i int, r *event.Row) {
	r.Company, r.Subject, r.Source, r.ID = c.company.row(i), c.subject.row(i), c.source.row(i), c.id.row(i)
	r.Type, r.Version, r.Zone = c.kind.row(i), c.version[i], c.zone.row(i)
	r.Time, r.AppendTime, r.Offset = c.times[i], c.appends[i], c.offsets[i]
	for t := range c.text {
		r.Text[t] = c.text[t].row(i)
	}
	for n := range c.number {
		r.Number[n] = event.NullInt64{}
		if column := &c.number[n]; column.nulls[i] == 0 { // where there is no value, what stands there means nothing
			r.Number[n] = event.NullInt64{Value: column.values[i], Valid: true}
		}
	}
	r.Ext = c.ext.row(i)
}

// place returns where the record of a row stands.
func (c *eventColumns) place(i int) event.Partition {
	return event.Partition{Stream: c.stream.row(i), Epoch: c.epoch[i], ID: c.partition[i]}
}

// typer makes events of rows and hands them over, a subject at a time.
type typer struct {
	yield   func([]event.Event) bool
	reader  event.Reader
	row     event.Row
	runs    []run
	subject []event.Event // used again
	content []byte        // of the subject's events, used again
}

// run is consecutive rows of a block that have one subject.
type run struct {
	subject     string
	prefix      uint64 // of the subject: most subjects differ in it
	block       *eventColumns
	first, next int
}

// chunk hands over the subjects of a chunk in order and reports whether more are wanted.
func (t *typer) chunk(c chunk) (more bool, err error) {
	t.runs = t.runs[:0]
	for _, block := range c {
		t.addRuns(block)
	}
	slices.SortFunc(t.runs, func(a, b run) int {
		return cmp.Or(cmp.Compare(a.prefix, b.prefix), cmp.Compare(a.subject, b.subject))
	})
	for i := range t.runs {
		r := &t.runs[i]
		if i > 0 && t.runs[i-1].subject != r.subject && !t.flush() {
			return false, nil
		}
		for row := r.first; row < r.next; row++ {
			if err := t.event(r.block, row); err != nil {
				return false, err
			}
		}
	}
	return t.flush(), nil
}

func (t *typer) addRuns(block *eventColumns) {
	for first := 0; first < block.rows; {
		subject, next := block.subject.row(first), first+1
		for next < block.rows && block.subject.row(next) == subject {
			next++
		}
		t.runs = append(t.runs, run{subject, prefixOf(subject), block, first, next})
		first = next
	}
}

// prefixOf returns the first bytes of a text as a number of the same order.
func prefixOf(text string) uint64 {
	var b [8]byte
	copy(b[:], text)
	return binary.BigEndian.Uint64(b[:])
}

// flush hands the subject over in the order of the table, if there is one.
func (t *typer) flush() bool {
	if len(t.subject) == 0 {
		return true
	}
	subject := t.subject
	if !slices.IsSortedFunc(subject, inTable) {
		slices.SortFunc(subject, inTable)
	}
	t.subject, t.content = t.subject[:0], t.content[:0]
	return t.yield(subject)
}

// inTable is the order of the table within a subject; copies of one event come in order of their positions.
func inTable(a, b event.Event) int {
	if c := cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID)); c != 0 {
		return c
	}
	switch {
	case a.Position.Before(b.Position):
		return -1
	case b.Position.Before(a.Position):
		return 1
	}
	return 0
}

// passing reports whether events of a type are so many that hardly any is kept. What is known of people and how they were
// judged is kept as it is by whoever measures: its texts must not hold those of a whole block.
func passing(typ string) bool {
	switch family, _, _ := strings.Cut(typ, "."); family {
	case "call", "message", "conversation", "order", "case", "solution":
		return true
	}
	return typ == "agent.presence"
}

// event adds a row to the subject.
func (t *typer) event(block *eventColumns, i int) error {
	r := &t.row
	block.row(i, r)
	if !passing(r.Type) {
		r.Subject, r.ID, r.Ext = strings.Clone(r.Subject), strings.Clone(r.ID), strings.Clone(r.Ext)
	}
	data, err := t.reader.Data(r)
	if err != nil {
		return err
	}
	begin := len(t.content)
	t.content = r.AppendContent(t.content)
	t.subject = append(t.subject, event.Event{
		Company: r.Company, Source: r.Source, Subject: r.Subject, ID: r.ID, Type: r.Type, Zone: r.Zone,
		Time: time.UnixMilli(r.Time).UTC(), AppendTime: time.UnixMilli(r.AppendTime).UTC(),
		Position: event.Position{Partition: block.place(i), Offset: r.Offset},
		Data:     data,
		Content:  t.content[begin:len(t.content):len(t.content)],
	})
	return nil
}
