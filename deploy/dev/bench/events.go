package main

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/ingest/simulate"

	"github.com/deskpulse/deskpulse/deploy/dev/progress"
)

const (
	zone = "Asia/Shanghai"
	// agents are those of one simulated desk: about 170,000 events a month, 70 MB of them at a time.
	agents = 40
)

// record is one event as its producer sends it.
type record struct {
	key, value []byte
	said       string // what must come out, see [made.said]
}

// desks makes up n events: month after month of desks of 40 people, as it comes from `deskpulse simulate`, with its copies
// and late events but without its broken records, because not every peer can reject.
func desks(p period, n int) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		for seed := uint64(1); n > 0; seed++ {
			m, err := desk(p, seed)
			if err != nil {
				yield(record{}, err)
				return
			}
			for r := range m.Records() {
				e, err := readMade(r.Value)
				if err == nil && !p.has(e.Time) {
					continue
				}
				if n == 0 || !yield(record{r.Key, plain(r.Value), e.said()}, err) {
					return
				}
				n--
			}
		}
	}
}

// desk makes up the month of one desk.
func desk(p period, seed uint64) (*simulate.Month, error) {
	cfg := simulate.Default(p.month)
	cfg.Seed, cfg.Zone, cfg.Agents = seed, zone, agents
	cfg.ChatsPerDay, cfg.MailsPerDay = 10, 6
	cfg.Invalid, cfg.Oversized = 0, 0
	return simulate.New(cfg)
}

var (
	schemaMember = []byte(`"dataschema":"`)
	zoneMember   = []byte(`"zone":"` + zone + `",`)
)

// plain leaves out what a producer need not say: the schema, of which there is one, and the zone, which is the stream's.
// It takes an event from 300 bytes to 240.
func plain(value []byte) []byte {
	if i := bytes.Index(value, schemaMember); i >= 0 {
		if end := bytes.Index(value[i+len(schemaMember):], []byte(`",`)); end >= 0 {
			value = append(value[:i:i], value[i+len(schemaMember)+end+2:]...)
		}
	}
	return bytes.Replace(value, zoneMember, nil, 1)
}

// fill makes up n events and writes them to the topic.
func (w *world) fill(ctx context.Context, topic string, n int) (load, error) {
	l := load{topic: topic, same: new(same)}
	b := progress.New("producing", int64(n))
	defer b.Close()
	var failed firstError
	for r, err := range desks(w.period, n) {
		if err != nil {
			return l, err
		}
		l.truth.add(r)
		w.client.Produce(ctx, &kgo.Record{Topic: topic, Key: r.key, Value: r.value}, func(_ *kgo.Record, err error) { failed.set(err) })
		if l.truth.Events%10_000 == 0 {
			b.Set(l.truth.Events)
		}
	}
	if err := w.client.Flush(ctx); err != nil {
		return l, fmt.Errorf("produce: %w", err)
	}
	return l, failed.get()
}

// firstError is the first error of many goroutines.
type firstError struct {
	mu  sync.Mutex // guards err
	err error
}

func (f *firstError) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *firstError) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}
