package faults_test

import (
	"time"

	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// Every tenth point is large: ingest has the product's own sizes of batches and fetches, and the load brings enough for
// them, so that inserts are megabytes and are cut in the middle of those.
const (
	largeEvery      = 10
	largePartitions = 2 // few, so that batches are large
	largeKeys       = 20_011
	// largeMemory bounds a process instead of memoryBound: with in_flight_bytes at 192 MB, half of that until it is collected,
	// and what an idle process has.
	largeMemory = 384 << 20
	// gcPercent is what `deskpulse ingest` sets.
	gcPercent = 25
)

// Bounds of a large load, as loadFull and loadLimit are of a small one. What drips comes in bursts as large as before, only
// less often: a cut in the middle of an insert waits for one that is long enough. Events that ClickHouse refuses are fewer among
// many: the search for each takes some inserts.
const (
	largeFull      = 200_000
	largeLimit     = 1_500_000
	largeBurst     = 40_000
	largePause     = 1500 * time.Millisecond
	largeDripPause = 10 * time.Second
	largeRefuseOne = 20 // in so many
)

// largeCut is a fault that every large point has.
const largeCut = "cut ClickHouse during an insert"

// largeTurns lets one large point at a time be played: each takes some hundred megabytes to hold against the log.
var largeTurns = make(chan struct{}, 1)

// enlarge makes a point large that is planned so.
func (r *run) enlarge() {
	if !r.point.Large {
		return
	}
	r.spec.Large, r.load.large, r.load.keys = true, true, largeKeys
}

// sizes are the product's own; the deadlines stay as short as a loaded machine allows.
func (s childSpec) sizes(c ingest.Config) ingest.Config {
	d := ingest.DefaultConfig()
	c.BatchRows, c.BatchBytes, c.BatchAge, c.InFlightBytes = d.BatchRows, d.BatchBytes, d.BatchAge, d.InFlightBytes
	c.StuckAfter = max(c.StuckAfter, 3*s.deadline())
	return c
}

// deadline is of one insert, below the session timeout.
func (s childSpec) deadline() time.Duration {
	if s.Large {
		return sessionTimeout * 3 / 4
	}
	return insertDeadline
}

// fetchMaxBytes is how much one fetch brings.
func (s childSpec) fetchMaxBytes() int {
	if s.Large {
		return kafka.DefaultConfig().FetchMaxBytes
	}
	return 1 << 20
}

// next is how many records of a topic come at once, and the pause behind them.
func (l *load) next(n int) (count int, pause time.Duration) {
	count, pause = 5+l.rng.IntN(40), time.Duration(10+l.rng.IntN(140))*time.Millisecond
	full, limit := loadFull, loadLimit
	drip, dripPause := 5, 150*time.Millisecond
	if l.large {
		count, pause, full, limit, drip, dripPause = largeBurst, largePause, largeFull, largeLimit, largeBurst, largeDripPause
	}
	switch {
	case l.resting.Load():
		return 20, time.Second
	case n > limit:
		return 1, time.Second
	case n > full:
		return drip, dripPause
	}
	return count, pause
}

// depth is how many bytes of the rows of an insert pass before it is cut, of what was drawn for a small one.
func (r *run) depth(table string, bytes, most int) int {
	if !r.point.Large || table != "events" {
		return bytes
	}
	return bytes * (1 << 20) / most
}

// memoryBound is the most resident memory of one process of the point.
func (p point) memoryBound() int64 {
	if p.Large {
		return largeMemory
	}
	return memoryBound
}
