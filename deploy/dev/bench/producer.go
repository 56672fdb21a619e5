package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// producer hands events over at an even rate: number n is due n/rate after it began, whatever happened to those before it. It
// builds record batches by itself, because it works on the processors that are measured: at 400,000 events/s on a busy machine
// it took 0.6 s of processor time a million and kept the rate, kgo's producer took 1.2 s and fell to half of it.
type producer struct {
	broker     *kgo.Broker // leads all partitions
	compressor kgo.Compressor
	topic      string
	id         kadm.TopicID
	partitions int
	pool       []pooled
	events     int
	rate       float64 // events per second
	free       chan *request

	// What came of it, once run has returned.
	began  time.Time
	took   time.Duration // until the broker had acknowledged everything
	behind time.Duration // the longest that an event was handed over after it was due
	cpu    time.Duration // processor time of this process
}

// newProducer returns a producer for a topic that there is.
func (w *world) newProducer(ctx context.Context, topic string, rate float64, events int) (*producer, error) {
	if err := w.awaitLed(ctx, topic); err != nil {
		return nil, fmt.Errorf("wait for a leader of topic %q: %w", topic, err)
	}
	m, err := w.admin.Metadata(ctx, topic)
	if err != nil {
		return nil, fmt.Errorf("ask for topic %q: %w", topic, err)
	}
	of := m.Topics[topic]
	p := &producer{broker: w.client.Broker(int(of.Partitions[0].Leader)), topic: topic, id: of.ID, partitions: w.o.partitions, pool: w.pool,
		events: events, rate: rate, free: make(chan *request, inFlight)}
	for range inFlight {
		p.free <- &request{batches: make([]recordBatch, w.o.partitions)}
	}
	if w.o.compression == "lz4" {
		p.compressor, err = kgo.DefaultCompressor(kgo.Lz4Compression())
	}
	return p, err
}

// awaitLed waits until the broker leads all partitions. Of a topic that was just made it may not know so.
func (w *world) awaitLed(ctx context.Context, topic string) error {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	return every(ctx, 10*time.Millisecond, func() (bool, error) {
		ends, err := w.admin.ListEndOffsets(ctx, topic)
		if err == nil {
			err = ends.Error()
		}
		if kerr.IsRetriable(err) && !errors.Is(err, kerr.UnknownTopicOrPartition) {
			return false, nil
		}
		return len(ends[topic]) == w.o.partitions, err
	})
}

// pace is how often what has become due is sent, as a producer that lingers does.
const pace = 5 * time.Millisecond

// run produces all events and returns when they are acknowledged.
func (p *producer) run(ctx context.Context) error {
	before, err := cpuOf(os.Getpid())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var sending sync.WaitGroup
	made := 0
	p.began = time.Now()
	err = every(ctx, pace, func() (bool, error) {
		for due := p.due(); made < due; {
			select {
			case r := <-p.free:
				made = p.fill(r, made, due)
				sending.Go(func() { p.hand(ctx, r, cancel) })
			case <-ctx.Done():
				return false, context.Cause(ctx)
			}
		}
		return made == p.events, nil
	})
	sending.Wait()
	p.took = time.Since(p.began)
	if err == nil {
		err = context.Cause(ctx)
	}
	after, failed := cpuOf(os.Getpid())
	if err == nil {
		err = failed
	}
	p.cpu = after - before
	return err
}

// due returns how many events are due by now.
func (p *producer) due() int { return min(p.events, int(time.Since(p.began).Seconds()*p.rate)) }

// fill puts events into a request, from a number on, until it has all that are due or a batch is full, and returns the number
// of the next one.
func (p *producer) fill(r *request, from, due int) int {
	at := time.Duration(float64(from) / p.rate * float64(time.Second))
	p.behind = max(p.behind, time.Since(p.began)-at)
	for n := from; n < due; n++ {
		e := &p.pool[n%len(p.pool)]
		b := &r.batches[e.partition]
		b.add(e, n)
		if b.full() {
			return n + 1
		}
	}
	return due
}

// inFlight is how many requests may be unanswered, as a producer has it by default.
const inFlight = 5

// request is what goes to the broker at once: a batch for each partition.
type request struct{ batches []recordBatch }

// produceTimeout is how long the broker may take for a request.
const produceTimeout = 30 * time.Second

// hand sends a request, waits until it is acknowledged and gives it back. One that failed may still be on its way.
func (p *producer) hand(ctx context.Context, r *request, failed context.CancelCauseFunc) {
	if err := p.send(ctx, r); err != nil {
		failed(fmt.Errorf("produce to topic %q: %w", p.topic, err))
		return
	}
	p.free <- r
}

func (p *producer) send(ctx context.Context, r *request) error {
	to := kmsg.ProduceRequestTopic{Topic: p.topic, TopicID: p.id}
	for n := range r.batches {
		if b := &r.batches[n]; b.events > 0 {
			to.Partitions = append(to.Partitions, kmsg.ProduceRequestTopicPartition{Partition: int32(n), Records: b.seal(time.Now(), p.compressor)})
		}
	}
	req := kmsg.NewPtrProduceRequest()
	req.Acks, req.TimeoutMillis, req.Topics = -1, int32(produceTimeout.Milliseconds()), []kmsg.ProduceRequestTopic{to}
	got, err := p.broker.Request(ctx, req)
	if err != nil {
		return err
	}
	resp, ok := got.(*kmsg.ProduceResponse)
	if !ok || len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != len(to.Partitions) {
		return fmt.Errorf("unexpected answer of the broker: %+v", got)
	}
	for _, part := range resp.Topics[0].Partitions {
		if err := kerr.ErrorForCode(part.ErrorCode); err != nil {
			return fmt.Errorf("partition %d: %w", part.Partition, err)
		}
	}
	return nil
}
