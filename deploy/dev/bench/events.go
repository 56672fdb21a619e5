package main

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/go-json-experiment/json"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/ingest/simulate"

	"github.com/deskpulse/deskpulse/deploy/dev/progress"
)

const (
	// month is when it all happened. The stream is not bound backwards, so that any month does.
	month = "2024-03"
	zone  = "Asia/Shanghai"
	// agents are those of one simulated desk: about 170,000 events, 70 MB of them at a time.
	agents = 40
)

// truth is what was produced, and what must come out.
type truth struct {
	Events int64  `json:"events"`
	Bytes  int64  `json:"bytes"`
	Hash   uint64 `json:"hash"` // the sum over all events of the hash of what identifies them
}

// record is one event as its producer sends it.
type record struct{ key, value []byte }

// desks makes up n events: month after month of desks of 40 people, as it comes from `deskpulse simulate`, with its copies
// and late events but without its broken records, because not every peer can reject.
func desks(n int) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		for seed := uint64(1); n > 0; seed++ {
			cfg := simulate.Default(month)
			cfg.Seed, cfg.Zone, cfg.Agents = seed, zone, agents
			cfg.ChatsPerDay, cfg.MailsPerDay = 10, 6
			cfg.Invalid, cfg.Oversized = 0, 0
			m, err := simulate.New(cfg)
			if err != nil {
				yield(record{}, err)
				return
			}
			for r := range m.Records() {
				if n == 0 || !yield(record{r.Key, plain(r.Value)}, nil) {
					return
				}
				n--
			}
		}
	}
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

// add counts an event that was produced.
func (t *truth) add(r record) error {
	var e struct {
		ID      string    `json:"id"`
		Source  string    `json:"source"`
		Type    string    `json:"type"`
		Subject string    `json:"subject"`
		Time    time.Time `json:"time"`
	}
	if err := json.Unmarshal(r.value, &e); err != nil {
		return fmt.Errorf("read an event that was made up: %w", err)
	}
	t.Events++
	t.Bytes += int64(len(r.key) + len(r.value))
	t.Hash += xxhash.Sum64String(e.Source + "\n" + e.Subject + "\n" + e.ID + "\n" + e.Type + "\n" + strconv.FormatInt(e.Time.UnixMilli(), 10))
	return nil
}

// produce makes up the events and writes them to the topic.
func produce(ctx context.Context, c *kgo.Client, topic string, n int) (t truth, err error) {
	b := progress.New("producing", int64(n))
	defer b.Close()
	var failed firstError
	for r, err := range desks(n) {
		if err == nil {
			err = t.add(r)
		}
		if err != nil {
			return t, err
		}
		c.Produce(ctx, &kgo.Record{Topic: topic, Key: r.key, Value: r.value}, func(_ *kgo.Record, err error) { failed.set(err) })
		if t.Events%10_000 == 0 {
			b.Set(t.Events)
		}
	}
	if err := c.Flush(ctx); err != nil {
		return t, fmt.Errorf("produce: %w", err)
	}
	return t, failed.get()
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
