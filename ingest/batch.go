package ingest

import (
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// batch is a batch under way, with what it holds of the budget.
type batch struct {
	event.Batch
	budget  *budget
	refused int64 // bytes of the rejected records, which are kept whole
	held    int64
}

// newBatch returns an empty batch that begins at an offset, in memory that an earlier one has left or with room for so
// many rows as are waiting, if they fit into one and the memory is free.
func (in *Ingest) newBatch(p event.Partition, first, waiting int64) *batch {
	b := &batch{budget: in.budget}
	b.Partition, b.Range = p, event.Range{First: first, Last: first}
	var ok bool
	if b.Rows, b.held, ok = in.budget.takeSpare(); ok {
		return b
	}
	rows := int(min(max(waiting, 0), int64(in.cfg.BatchRows), maxRoom))
	if room := event.RoomFor(rows); in.budget.tryTake(room) {
		b.Rows.Grow(rows)
		b.held = room
	}
	return b
}

// maxRoom is for how many rows room is made ahead: a configuration may ask for batches of any number of rows, which then
// seldom come.
const maxRoom = 200_000

// maxExt is the largest column of `ext` that is kept, in bytes.
const maxExt = 32 << 20

// rejectedBytes is what a rejected record takes beside its key and value.
const rejectedBytes = 192

// book books what the batch has come to take. Where that is not free it is booked out of a reserve, and beyond that all the
// same, for it is in use already; it reports whether the batch may grow on.
func (b *batch) book(reserve *int64) (more bool) {
	need := b.Rows.Room() + b.refused - b.held
	if need <= 0 {
		return true
	}
	b.held += need
	if b.budget.tryTake(need) {
		return true
	}
	b.budget.must(max(need-*reserve, 0))
	*reserve = max(*reserve-need, 0)
	return *reserve > 2*bookEvery // columns grow in steps
}

// release gives the batch's memory back. It must not be used afterwards.
func (b *batch) release() {
	if b.budget != nil {
		b.budget.leaveSpare(b.Rows, b.held)
		b.budget, b.Rows, b.held = nil, event.Rows{}, 0
	}
}

// maxMonths is how many month partitions one batch may touch. ClickHouse refuses more than 100 in one block,
// for ever; a file of many years must therefore be split.
const maxMonths = 90

// monthSet is the months, in UTC, of the partitions that a batch touches in `events` and in `rejected` together.
type monthSet struct {
	seen        map[int]struct{}
	first, next int64 // the month seen last, in Unix milliseconds: most events are of the same
}

func newMonthSet() monthSet { return monthSet{seen: map[int]struct{}{}} }

func (m *monthSet) add(ms int64) {
	if m.first <= ms && ms < m.next {
		return
	}
	year, month, _ := time.UnixMilli(ms).UTC().Date()
	m.first = time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	m.next = time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	m.seen[12*year+int(month)] = struct{}{}
}

func (m *monthSet) clear() {
	clear(m.seen)
	m.first, m.next = 0, 0
}
