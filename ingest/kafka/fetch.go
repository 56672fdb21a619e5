package kafka

import (
	"context"
	"errors"
	"fmt"
	"runtime/pprof"
	"time"

	kafkago "github.com/segmentio/kafka-go"
)

// Fetcher fetches one partition. It may run one Fetch at a time; the results of
// earlier ones may still be in use.
type Fetcher struct {
	client    *Client
	partition Partition
	topic     topicID   // the only one to fetch, zero for whichever has the name
	resume    time.Time // the broker's quota asks for silence until then
}

// keptBuffers is how many released buffers a Client keeps, for all of its
// partitions: many of them would keep much memory that they seldom use.
const keptBuffers = 8

// Fetcher returns a Fetcher of p, whose topic must be one of Config.Topics.
func (c *Client) Fetcher(p Partition) *Fetcher {
	return &Fetcher{client: c, partition: p}
}

// Fetched is the result of one fetch: the records, with Next, Err and Position,
// and what the broker says about the log. If it is never released it is garbage
// like any other value.
type Fetched struct {
	RecordSet
	// End is the last stable offset: every record before it is decided, and
	// fetches deliver up to it. A Position of End is "read to the end".
	End int64
	// HighWatermark is the end of the log; it is beyond End while a transaction
	// is open.
	HighWatermark int64
	// LogStart is the first offset in the log.
	LogStart int64
	// Bytes is the size of the record set as it was sent.
	Bytes int

	request fetchRequest
	aborted []AbortedTransaction
	owner   *Client
}

// Release gives the buffers back for a later fetch. Neither the Fetched nor
// any slice of its records may be used afterwards.
func (f *Fetched) Release() {
	if f.owner == nil {
		return // no Fetcher made it
	}
	if limit := 2 * f.owner.cfg.FetchMaxBytes; cap(f.request.body) > limit || cap(f.decompressor.buf) > 2*limit {
		return // one giant batch must not stay for ever
	}
	select {
	case f.owner.buffers <- f:
	default:
	}
}

// Fetch asks once for the records from offset on. The answer is empty if none
// came within Config.FetchMaxWait. An offset outside the log is an
// *OutOfRangeError. For what else can go wrong, see ClassOf; a partition whose
// leader moved is ClassRetry and is found after Config.MetadataTTL.
func (f *Fetcher) Fetch(ctx context.Context, offset int64) (*Fetched, error) {
	return f.FetchWithin(ctx, offset, f.client.cfg.FetchMaxWait, f.client.cfg.FetchMaxBytes)
}

// FetchWithin is Fetch for a caller who has something else to do after wait, and
// room for so many bytes: an empty answer comes then, if that is before
// Config.FetchMaxWait, and one of at most that size, if it is below
// Config.FetchMaxBytes. A first record batch that is larger comes all the same.
func (f *Fetcher) FetchWithin(ctx context.Context, offset int64, wait time.Duration, most int) (*Fetched, error) {
	cfg := &f.client.cfg
	out, err := f.fetch(ctx, offset, min(max(wait, 0), cfg.FetchMaxWait), min(max(most, 1), cfg.FetchMaxBytes))
	switch {
	case ctx.Err() != nil && err != nil:
		return nil, ctx.Err()
	case errors.Is(err, kafkago.OffsetOutOfRange):
		// The answer's own bounds are -1.
		first, end, err := f.client.Bounds(ctx, f.partition)
		if err != nil {
			return nil, err
		}
		return nil, f.failed(offset, &OutOfRangeError{Wanted: offset, LogStart: first, LogEnd: end})
	case err != nil:
		return nil, f.failed(offset, err)
	}
	return out, nil
}

func (f *Fetcher) failed(offset int64, err error) error {
	return fmt.Errorf("fetch %v at %d: %w", f.partition, offset, err)
}

// stageFetch is what a profile of the processor's time calls the reading of answers. It is done in a goroutine of the
// Transport, which takes the labels of the request's context for as long as the request lasts.
var stageFetch = pprof.Labels("stage", "fetch")

func (f *Fetcher) fetch(ctx context.Context, offset int64, wait time.Duration, most int) (*Fetched, error) {
	if err := f.waitQuota(ctx); err != nil {
		return nil, err
	}
	out := f.reuse()
	out.request = f.request(offset, wait, most, out.request.body)
	cfg := &f.client.cfg
	ctx, cancel := context.WithTimeout(pprof.WithLabels(ctx, stageFetch), cfg.FetchMaxWait+cfg.RequestTimeout)
	defer cancel()
	if _, err := f.client.transport.RoundTrip(ctx, f.client.addr, &out.request); err != nil {
		return nil, convert(err) // and out is lost: its buffer may still be written
	}
	a, err := out.decode()
	if err != nil {
		return nil, err
	}
	f.resume = time.Now().Add(time.Duration(a.throttle) * time.Millisecond)
	if err := fromCode(a.code); err != nil {
		return nil, err
	}
	if f.topic != (topicID{}) && !out.request.byID && len(a.records) > 0 {
		if err := f.stillBound(ctx); err != nil {
			return nil, err
		}
	}
	out.End, out.HighWatermark, out.LogStart = a.lastStable, a.highWatermark, a.logStart
	out.aborted, out.Bytes = a.aborted, len(a.records)
	out.Reset(a.records, offset, out.aborted, cfg.MaxBatchBytes)
	return out, nil
}

func (f *Fetched) decode() (fetchAnswer, error) {
	r := &f.request
	if r.byID {
		return decodeFetchByID(r.body, r.topic, r.partition, f.aborted[:0])
	}
	return decodeFetch(r.body, r.partition, f.aborted[:0])
}

// waitQuota waits out a throttle. A broker that asks for silence does not
// answer before it is over, which would look like a timeout.
func (f *Fetcher) waitQuota(ctx context.Context) error {
	d := time.Until(f.resume)
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func (f *Fetcher) reuse() *Fetched {
	select {
	case out := <-f.client.buffers:
		return out
	default:
		return &Fetched{owner: f.client}
	}
}

func (f *Fetcher) request(offset int64, wait time.Duration, most int, body []byte) fetchRequest {
	cfg := &f.client.cfg
	return fetchRequest{
		partition: f.partition,
		offset:    offset,
		maxWait:   int32(wait / time.Millisecond),
		minBytes:  int32(cfg.FetchMinBytes),
		maxBytes:  int32(most),
		clientID:  cfg.ClientID,
		limit:     cfg.FetchMaxBytes + cfg.MaxBatchBytes + responseSlack,
		body:      body,
		topic:     f.topic,
		speaks:    &f.client.speaks,
	}
}
