// Package simulate makes up a month of a phone desk: who works there, when they were at work, and their calls, with
// everything in it that goes wrong in real life: copies, late and contradictory events, events taken back, broken records.
//
// The same configuration gives the same bytes, and what the pipeline must make of them is counted while they are made
// up, independently of the code that folds and measures: see [Expected].
package simulate

import (
	"cmp"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// source is the CloudEvents source of all that is made up.
const source = "simulate"

// Record is one record to produce. Records of one key must be produced in the order given: of contradictory copies the
// first one stands.
type Record struct {
	Key, Value []byte
	Reason     event.Reason // why the pipeline rejects it, "" when it does not
}

// Month is a month that was made up.
type Month struct {
	Expected Expected
	records  []placed
}

// placed is a record with its place in the order of production: milliseconds, as if each had been produced at an instant.
type placed struct {
	Record
	place int64
}

// Records returns the records in the order in which to produce them.
func (m *Month) Records() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		for _, p := range m.records {
			if !yield(p.Record) {
				return
			}
		}
	}
}

// maker makes up a month.
type maker struct {
	cfg    Config
	zone   *time.Location
	first  time.Time // midnight of the first date
	next   time.Time // midnight of the first date after the month
	run    string    // part of every id: two months, or two seeds, must not share identities
	rng    *rand.Rand
	agents []*agent
	calls  int // so far, for their ids
	month  Month
	err    error // the first one that encoding met
}

// New makes up the month that the configuration describes. All of it is held in memory: about 400 bytes a call.
func New(cfg Config) (*Month, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	zone, _ := time.LoadLocation(cfg.Zone) // validated
	first, _ := time.ParseInLocation(monthLayout, cfg.Month, zone)
	m := &maker{
		cfg: cfg, zone: zone, first: first, next: first.AddDate(0, 1, 0), run: fmt.Sprintf("%s-%d", cfg.Month, cfg.Seed),
		rng: rand.New(rand.NewPCG(cfg.Seed, uint64(first.Year())<<8|uint64(first.Month()))),
	}
	m.month.Expected.Reasons = map[event.Reason]int{}
	m.people()
	m.roster()
	for date := m.first; date.Before(m.next); date = date.AddDate(0, 0, 1) {
		m.day(date)
	}
	m.edges()
	m.broken()
	if m.err != nil {
		return nil, fmt.Errorf("simulate month %s: %w", cfg.Month, m.err)
	}
	slices.SortStableFunc(m.month.records, func(a, b placed) int { return cmp.Compare(a.place, b.place) })
	m.month.Expected.finish(m.agents)
	return &m.month, nil
}

// emit adds a valid event at a place and returns its bytes.
func (m *maker) emit(place int64, e event.Event) []byte {
	e.Source, e.Zone = source, m.cfg.Zone
	value, err := event.Encode(&e)
	m.err = cmp.Or(m.err, err)
	m.put(place, Record{Key: []byte(e.Subject), Value: value})
	return value
}

func (m *maker) put(place int64, r Record) {
	m.month.records = append(m.month.records, placed{Record: r, place: place})
	x := &m.month.Expected
	x.Records++
	if r.Reason == "" {
		x.Accepted++
		return
	}
	x.Rejected++
	x.Reasons[r.Reason]++
}

// The chances below are whole numbers, so that no machine rounds them differently.

// perMille is true in n of a thousand cases.
func (m *maker) perMille(n int) bool { return m.rng.IntN(1000) < n }

// between returns a number from low to high, both included.
func (m *maker) between(low, high int) int { return low + m.rng.IntN(high-low+1) }

// milliseconds returns an optional duration between two numbers of seconds.
func (m *maker) milliseconds(low, high int) *int64 {
	ms := int64(m.between(low*1000, high*1000))
	return &ms
}

// at returns an instant of a date: hours and minutes, and a random second within the following minutes.
func (m *maker) at(date time.Time, hour, minute, within int) time.Time {
	y, mon, d := date.Date()
	return time.Date(y, mon, d, hour, minute, 0, 0, m.zone).Add(time.Duration(m.rng.IntN(within*60*1000)) * time.Millisecond)
}
