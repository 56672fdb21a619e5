package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/twmb/franz-go/pkg/kgo"
)

// topicKind is what a load writes into its topic.
type topicKind string

const (
	plainTopic         topicKind = "plain"
	gzipTopic          topicKind = "gzip"
	snappyTopic        topicKind = "snappy"
	lz4Topic           topicKind = "lz4"
	zstdTopic          topicKind = "zstd"
	transactionalTopic topicKind = "transactional" // committed, aborted, and open for a while and then aborted
	compactedTopic     topicKind = "compacted"     // few keys, tombstones, and the cleaner behind them
)

// sent is a record that was given to the producer, and what must become of it.
type sent struct {
	identity string       // of an event that must be accepted
	reason   event.Reason // why it must be rejected, else ""
	bytes    int          // key and value
	digest   digest       // of them
	columns  columns      // of its row in `events`, unless it is never to be there
	aborted  bool         // its transaction was: it must be nowhere
}

// load produces events, copies of events and poison until it is told to stop. Every record carries its number in a header,
// so that the log itself says afterwards which record got which offset.
type load struct {
	topic  string
	kind   topicKind
	client *kgo.Client
	other  *kgo.Client // opens transactions and aborts them
	rng    *rand.Rand
	keys   int
	refuse bool // some of the events are ones that a constraint of the table refuses
	large  bool // many records at once
	breaks bool // the brokers are broken: a transaction may fail

	brokers  []string
	unsure   []event.Range // of records by number, whose transaction was to be committed and failed
	failures []error       // why transactions failed

	earlier []*kgo.Record // events that were produced, to be copied
	cancel  context.CancelFunc
	done    chan error

	resting  atomic.Bool // few records, with time between for everything to be applied
	spoiling atomic.Bool // one record in five is poison

	mu    sync.Mutex // guards what follows
	begun int        // how many were sent of earlier topics, which do not count for the bounds
	sent  []sent     // by number
	acked map[position]int
}

// position is where a record stands.
type position struct {
	partition int32
	offset    int64
}

// numberHeader is the header with a record's number.
const numberHeader = "n"

// Bounds of a load that goes on for long: after loadFull records it only drips, after loadLimit a record a second, for faults
// that wait for one.
const (
	loadFull  = 6_000
	loadLimit = 20_000
)

// newLoad makes a producer that writes every record exactly once, whatever the brokers do.
func newLoad(t *testing.T, brokers []string, topic string, kind topicKind, seed uint64) *load {
	t.Helper()
	l := &load{topic: topic, kind: kind, brokers: brokers, rng: rand.New(rand.NewPCG(seed, 1)), keys: 997,
		acked: make(map[position]int), done: make(chan error, 1)}
	if kind == compactedTopic {
		l.keys = 211
	}
	client, err := kgo.NewClient(l.options(brokers, mainRole)...)
	if err != nil {
		t.Fatal(err)
	}
	l.client = client
	t.Cleanup(l.close)
	if kind == transactionalTopic {
		if l.other, err = kgo.NewClient(l.options(brokers, otherRole)...); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// options of a producer; role tells the transactional ids of one topic from one another.
func (l *load) options(brokers []string, role string) []kgo.Opt {
	o := []kgo.Opt{kgo.SeedBrokers(brokers...), kgo.DefaultProduceTopic(l.topic), kgo.ProducerLinger(0),
		kgo.RecordPartitioner(partitioner()), kgo.MetadataMinAge(250 * time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 100 * time.Millisecond }), kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.RequestRetries(1000), kgo.RetryTimeout(time.Minute), kgo.UnknownTopicRetries(-1)} // for as long as a broker is away
	codecs := map[topicKind]kgo.CompressionCodec{gzipTopic: kgo.GzipCompression(), snappyTopic: kgo.SnappyCompression(),
		lz4Topic: kgo.Lz4Compression(), zstdTopic: kgo.ZstdCompression()}
	codec, ok := codecs[l.kind]
	if !ok {
		codec = kgo.NoCompression()
	}
	if l.kind == transactionalTopic {
		o = append(o, kgo.TransactionalID(l.topic+role), kgo.TransactionTimeout(transactionTimeout))
	}
	return append(o, kgo.ProducerBatchCompression(codec))
}

// start begins to produce.
func (l *load) start(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	go func() { l.done <- l.run(ctx) }()
	t.Cleanup(cancel)
}

// run produces a few records at a time with a pause between, so that batches of all sizes come, and commits of both kinds:
// with the next intent, and alone because nothing more is ready.
func (l *load) run(ctx context.Context) error {
	for {
		count, pause := l.next(l.ofThisTopic())
		if err := l.burst(count); err != nil {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
	}
}

// rest has the load pause between its bursts until the function it returns is called: a commit stands alone only where no
// next batch is ready.
func (l *load) rest() (end func()) {
	l.resting.Store(true)
	return func() { l.resting.Store(false) }
}

// spoil has the load produce much poison until the function it returns is called: some steps only rejected records come to.
func (l *load) spoil() (end func()) {
	l.spoiling.Store(true)
	return func() { l.spoiling.Store(false) }
}

// afresh begins to count anew for the bounds of the load: the topic is another one.
func (l *load) afresh() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun = len(l.sent)
}

func (l *load) ofThisTopic() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.sent) - l.begun
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.sent)
}

// burst produces records and returns when they are acknowledged. Its context does not end with the load: what was counted
// must be produced.
func (l *load) burst(count int) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if l.kind == transactionalTopic {
		return l.transaction(ctx, count, l.rng.IntN(5) == 0)
	}
	return l.produce(ctx, l.client, count, false)
}

// produce writes records and waits for all of them.
func (l *load) produce(ctx context.Context, client *kgo.Client, count int, aborted bool) error {
	records := make([]*kgo.Record, count)
	for i := range records {
		records[i] = l.record(aborted)
	}
	for _, result := range client.ProduceSync(ctx, records...) {
		if result.Err != nil {
			return fmt.Errorf("produce: %w", result.Err)
		}
		l.acknowledged(result.Record)
	}
	return nil
}

func (l *load) acknowledged(r *kgo.Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := numberOf(r)
	if !l.sent[n].aborted {
		l.acked[position{r.Partition, r.Offset}] = n
	}
}

// numberOf reads the number that a record carries, -1 if it has none.
func numberOf(r *kgo.Record) int {
	for _, h := range r.Headers {
		if h.Key == numberHeader {
			n, err := strconv.Atoi(string(h.Value))
			if err == nil {
				return n
			}
		}
	}
	return -1
}

// stop ends the load; from then on what was sent is final.
func (l *load) stop(t *testing.T) {
	t.Helper()
	l.cancel()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
}

// record makes the next record: an event, a copy of an earlier one (see again), or poison, one in a hundred unless more is asked for.
func (l *load) record(aborted bool) *kgo.Record {
	n := l.count()
	r, s := l.draw(n)
	s.bytes, s.digest, s.aborted = len(r.Key)+len(r.Value), digestOf(r.Key, r.Value), aborted
	if s.reason == "" || s.reason == event.Refused {
		s.columns = columnsOf(r)
	}
	r.Headers = []kgo.RecordHeader{{Key: numberHeader, Value: strconv.AppendInt(nil, int64(n), 10)}}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, s)
	return r
}

func (l *load) draw(n int) (*kgo.Record, sent) {
	switch p := l.rng.IntN(100); {
	case p < 1, p < 20 && l.spoiling.Load():
		return l.poison(n)
	case p < 2 && l.refuse && (!l.large || l.rng.IntN(largeRefuseOne) == 0):
		return l.refused(n)
	case p < 2 && l.kind == compactedTopic:
		return &kgo.Record{Key: []byte(l.subject()), Value: nil}, sent{reason: event.InvalidJSON} // a tombstone
	case p < 7 && len(l.earlier) > 0:
		r := l.again(n)
		return r, sent{identity: identity(r)}
	}
	r := l.valid(n)
	l.earlier = append(l.earlier, r)
	if len(l.earlier) > 500 {
		l.earlier = l.earlier[1:]
	}
	return r, sent{identity: identity(r)}
}
