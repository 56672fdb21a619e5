package ingest

import (
	"context"
	"errors"
	"runtime/pprof"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// collector reads a partition from an offset on and cuts it into batches.
type collector struct {
	w       *worker
	decoder *event.Decoder
	next    int64 // offset to read next
	end     int64 // of the log, when it was last read
	open    *batch
	sealed  time.Time // when the last batch was sealed
	months  monthSet
	row     event.Row // of the record in hand
	loose   int64     // bytes that were added about since the open batch was last booked
}

func newCollector(w *worker, next int64) *collector {
	return &collector{w: w, decoder: event.NewDecoder(w.stream), next: next, months: newMonthSet()}
}

// run sends batches until ctx ends or fetching fails.
func (c *collector) run(ctx context.Context, sealed chan<- *batch) error {
	defer func() {
		if c.open != nil {
			c.open.release()
		}
	}()
	for {
		if err := c.round(ctx, sealed); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return err
		}
	}
}

// round fetches once and seals what is ready.
func (c *collector) round(ctx context.Context, sealed chan<- *batch) error {
	room, err := c.takeRoom(ctx, sealed)
	if err != nil {
		return err
	}
	defer func() { c.w.in.budget.give(room.fetch + room.reserve) }()
	pprof.SetGoroutineLabels(stageFetch)
	got, err := c.w.log.FetchWithin(ctx, c.next, c.patience(), int(room.fetch))
	pprof.SetGoroutineLabels(stageDecode)
	if err != nil {
		return c.explain(err)
	}
	defer got.Release()
	if more := int64(got.Bytes) - room.fetch; more > 0 { // one record batch that is larger than what was asked for
		c.w.in.budget.must(more)
		room.fetch += more
	}
	c.end = got.End
	if err := c.consume(ctx, got, &room.reserve, sealed); err != nil {
		return err
	}
	c.w.state.fetched(got.End)
	if c.open != nil && time.Since(c.sealed) >= c.w.in.cfg.BatchAge {
		return c.seal(ctx, sealed)
	}
	return nil
}

// patience is how long a fetch may wait for records. An open batch is sealed as soon as the one before is old enough: a
// single event after a silence at once, a steady flow once in every BatchAge.
func (c *collector) patience() time.Duration {
	if c.open == nil {
		return time.Hour // as long as the configuration lets it
	}
	return c.w.in.cfg.BatchAge - time.Since(c.sealed)
}

// room is the memory that one round has of the budget, in bytes. What is not needed goes back at its end.
type room struct {
	fetch   int64 // for what the broker sends
	reserve int64 // for rows, where no more memory is free: every round can put some into a batch
}

// A full fetch is what consumers ask for by default. Who finds nothing waiting, or little memory free, asks for less, so
// that many partitions can ask at the same time.
var (
	fullRoom  = room{fetch: 4 << 20, reserve: leastRoom}
	smallRoom = room{fetch: 256 << 10, reserve: leastRoom}
)

// leastRoom is for the first rows of a batch: empty columns take half of it.
const leastRoom = 512 << 10

// leastInFlight is the memory without which nothing would ever be fetched.
const leastInFlight = 4 << 20

// takeRoom takes the memory for a fetch. When there is none the open batch is sealed first, because a batch that waits for
// memory must not be the one that holds it.
func (c *collector) takeRoom(ctx context.Context, sealed chan<- *batch) (room, error) {
	b := c.w.in.budget
	for _, r := range []room{fullRoom, smallRoom} {
		if (r == smallRoom || c.end == 0 || c.end > c.next) && b.tryTake(r.fetch+r.reserve) {
			return r, nil
		}
	}
	if c.open != nil {
		if err := c.seal(ctx, sealed); err != nil {
			return room{}, err
		}
	}
	return smallRoom, b.take(ctx, smallRoom.fetch+smallRoom.reserve)
}

// bookEvery is after how many bytes, about, the memory of the open batch is looked at again, and rowBytes what a row takes
// beside its texts.
const (
	bookEvery = 64 << 10
	rowBytes  = 128
)

// consume decodes what was fetched. Where memory runs out the batch is sealed and the rest is left: it is fetched again
// when there is some.
func (c *collector) consume(ctx context.Context, got *kafka.Fetched, reserve *int64, sealed chan<- *batch) error {
	var rec kafka.Record
	for got.Next(&rec) {
		b := c.batch()
		c.add(&rec)
		b.Range.Last, c.next = rec.Offset, rec.Offset+1
		more := true
		if c.loose += int64(len(rec.Key)+len(rec.Value)) + rowBytes; c.loose >= bookEvery {
			c.loose, more = 0, b.book(reserve)
		}
		if more && !c.full() {
			continue
		}
		b.book(reserve)
		if err := c.seal(ctx, sealed); err != nil {
			return err
		}
		if !more {
			return nil
		}
	}
	if err := got.Err(); err != nil {
		return err
	}
	if end := got.Position(); end > c.next { // offsets without a record at the end of what was fetched
		c.batch().Range.Last = end - 1
		c.next = end
	}
	if c.open != nil && !c.open.book(reserve) {
		return c.seal(ctx, sealed)
	}
	return nil
}

// batch returns the open batch, beginning one at the next offset if there is none.
func (c *collector) batch() *batch {
	if c.open == nil {
		c.open = c.w.in.newBatch(c.w.partition, c.next, c.end-c.next)
		c.months.clear()
	}
	return c.open
}

// add decodes one record into the open batch, as a row or as a rejection.
func (c *collector) add(rec *kafka.Record) {
	b, d := c.open, c.decoder
	b.Bytes += int64(len(rec.Key) + len(rec.Value))
	row := &c.row
	err := d.Decode(rec.Key, rec.Value, time.UnixMilli(rec.AppendTime), row)
	if err == nil {
		row.Offset, row.Origin = rec.Offset, origin(rec)
		b.Rows.Add(row)
		c.months.add(row.Time)
		return
	}
	b.Rejected = append(b.Rejected, rejection(d.Company(), rec, err))
	b.refused += int64(len(rec.Key)+len(rec.Value)) + rejectedBytes
	c.months.add(rec.AppendTime) // `rejected` is partitioned by it
}

// origin returns where a record that was sent again was first rejected, "" of all others and of what is no position.
func origin(rec *kafka.Record) string {
	value, ok := rec.Header(event.HeaderOrigin)
	if !ok {
		return ""
	}
	p, err := event.ParsePosition(string(value))
	if err != nil {
		return ""
	}
	return p.String()
}

func rejection(company string, rec *kafka.Record, err error) event.Rejected {
	r := event.Rejected{
		Offset: rec.Offset, AppendTime: rec.AppendTime, Company: company, Origin: origin(rec),
		Key: append([]byte(nil), rec.Key...), Value: append([]byte(nil), rec.Value...),
	}
	if inv := new(event.Invalid); errors.As(err, &inv) {
		r.Reason, r.Detail = inv.Reason, inv.Detail
	}
	return r
}

// full reports whether the open batch takes no more.
func (c *collector) full() bool {
	b, cfg := c.open, &c.w.in.cfg
	return b.Rows.Len()+len(b.Rejected) >= cfg.BatchRows || b.Bytes >= cfg.BatchBytes || len(c.months.seen) >= maxMonths
}

// seal hands the open batch to the applier, waiting until it takes it.
func (c *collector) seal(ctx context.Context, sealed chan<- *batch) error {
	b := c.open
	c.w.in.metrics.dropped.Add(float64(c.decoder.TakeUnknown()))
	select {
	case sealed <- b:
		c.open, c.sealed = nil, time.Now()
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// explain turns an offset outside the log into what it means here. Behind the start is a case for recovery, which counts
// what was lost; beyond the end means that the topic is another one.
func (c *collector) explain(err error) error {
	if out := new(kafka.OutOfRangeError); errors.As(err, &out) && out.Wanted > out.LogEnd {
		return c.w.haltOver(event.SameEnd(out.LogEnd, out.Wanted))
	}
	return err
}
