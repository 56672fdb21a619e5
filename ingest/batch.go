package ingest

import (
	"sync"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// batch is a batch under way, with the share of the budget that it holds.
type batch struct {
	event.Batch
	in      *Ingest
	budget  *budget
	refused int64 // bytes of the rejected records, which are kept whole
	held    int64
}

// newBatch returns an empty batch that begins at an offset, in memory that an earlier one has left or with room for so
// many rows as are waiting, if they fit into one.
func (in *Ingest) newBatch(p event.Partition, first, waiting int64) *batch {
	b := &batch{in: in, budget: in.budget}
	b.Partition, b.Range = p, event.Range{First: first, Last: first}
	var ok bool
	if b.Rows, ok = in.spare.take(); !ok {
		b.Rows.Grow(int(min(max(waiting, 0), int64(in.cfg.BatchRows), maxRoom)))
	}
	return b
}

// maxRoom is for how many rows room is made ahead: a configuration may ask for batches of any number of rows, which then
// seldom come.
const maxRoom = 200_000

// maxExt is the largest column of `ext` that is kept, in bytes.
const maxExt = 32 << 20

// hold moves what the batch needs by now out of a share of the budget, takes more where the share is too small (records
// come compressed) and more is free, and returns what is left of the share. Memory that is in use already is not waited for.
func (b *batch) hold(share int64) (rest int64) {
	need := b.Rows.Size() + b.refused - b.held
	switch extra := need - share; {
	case need <= 0:
		return share
	case extra <= 0:
		b.held += need
		return share - need
	case b.budget.tryTake(extra):
		b.held += need
	default:
		b.held += share
	}
	return 0
}

// release gives the batch's memory and its share of the budget back. It must not be used afterwards.
func (b *batch) release() {
	b.budget.give(b.held)
	b.held = 0
	if b.in != nil {
		b.in.spare.keep(b.Rows)
		b.in = nil
	}
}

// spareRows are columns that batches have left, for the next ones: making room again and again costs a tenth of all time. A
// sync.Pool would forget them with every collection.
type spareRows struct {
	mu   sync.Mutex // guards rows
	rows []event.Rows
}

// maxSpare is how many are kept: of four partitions each one that is filled and one that is written.
const maxSpare = 8

func (s *spareRows) take() (rows event.Rows, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rows) == 0 {
		return rows, false
	}
	rows = s.rows[len(s.rows)-1]
	s.rows = s.rows[:len(s.rows)-1]
	return rows, true
}

func (s *spareRows) keep(rows event.Rows) {
	if cap(rows.Offset) > maxRoom || cap(rows.Ext.Bytes) > maxExt {
		return // one giant batch must not stay for ever
	}
	rows.Reset()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rows) < maxSpare {
		s.rows = append(s.rows, rows)
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
