// Package simulate makes up a month of a parcel company's desk: who works there, when they were at work, their calls, chats,
// e-mails, inquiries and query reports, and how they were judged, with everything in it that goes wrong in real life:
// copies, late and contradictory events, events taken back, broken records.
//
// The same configuration gives the same bytes, and what the pipeline must make of them is counted while they are made
// up, independently of the code that folds and measures: see [Expected].
package simulate

import (
	"cmp"
	"fmt"
	"hash/fnv"
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

// maker makes up one concern of a month. Each concern has its own source of chance, so that a change of one leaves the
// others as they were.
type maker struct {
	*shared
	rng     *rand.Rand
	threads int // conversations of the concern so far, for their ids
}

// shared is what the concerns of a month have in common.
type shared struct {
	cfg    Config
	zone   *time.Location
	first  time.Time // midnight of the first date
	next   time.Time // midnight of the first date after the month
	run    string    // part of every id: two months, or two seeds, must not share identities
	agents []*agent
	calls  int // so far, for their ids
	month  Month
	err    error // the first one that encoding met
}

// New makes up the month that the configuration describes. All of it is held in memory: about 400 bytes an event.
func New(cfg Config) (*Month, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	zone, _ := time.LoadLocation(cfg.Zone) // validated
	first, _ := time.ParseInLocation(monthLayout, cfg.Month, zone)
	all := &shared{cfg: cfg, zone: zone, first: first, next: first.AddDate(0, 1, 0), run: fmt.Sprintf("%s-%d", cfg.Month, cfg.Seed)}
	all.month.Expected.Reasons = map[event.Reason]int{}
	m := &maker{shared: all, rng: rand.New(rand.NewPCG(cfg.Seed, all.number()))}
	m.people()
	m.roster()
	clock := m.concern("time clock")
	for date := m.first; date.Before(m.next); date = date.AddDate(0, 0, 1) {
		m.day(date, clock)
	}
	m.edges()
	m.broken()
	m.desk()
	m.judgements()
	if m.err != nil {
		return nil, fmt.Errorf("simulate month %s: %w", cfg.Month, m.err)
	}
	slices.SortStableFunc(m.month.records, func(a, b placed) int { return cmp.Compare(a.place, b.place) })
	m.month.Expected.finish(m.agents)
	return &m.month, nil
}

// number returns the month as a number.
func (s *shared) number() uint64 { return uint64(s.first.Year())<<8 | uint64(s.first.Month()) }

// concern returns a maker of the same month with a source of chance that follows from the concern's name.
func (m *maker) concern(name string) *maker {
	h := fnv.New64a()
	h.Write([]byte(name)) // never fails
	return &maker{shared: m.shared, rng: rand.New(rand.NewPCG(m.cfg.Seed, h.Sum64()^m.number()))}
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

// about returns a number near n, and 0 for 0.
func (m *maker) about(n int) int {
	if n == 0 {
		return 0
	}
	return m.between(n-1, n+1)
}

// minutes returns a random duration of whole milliseconds between two numbers of minutes.
func (m *maker) minutes(low, high int) time.Duration {
	return time.Duration(m.between(low*60_000, high*60_000)) * time.Millisecond
}

// seconds returns a random duration of whole milliseconds between two numbers of seconds.
func (m *maker) seconds(low, high int) time.Duration {
	return time.Duration(m.between(low*1000, high*1000)) * time.Millisecond
}

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
