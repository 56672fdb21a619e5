package ingest

import (
	"errors"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Config sets how batches are made and when a partition counts as stuck.
type Config struct {
	// BatchRows closes a batch at this many records. Blocks of 100 to 125 thousand rows cost ClickHouse the least per row.
	BatchRows int `yaml:"batch_rows"`
	// BatchBytes closes a batch at this many bytes of keys and values.
	BatchBytes int64 `yaml:"batch_bytes"`
	// BatchAge closes a batch when the one before was closed so long ago: what comes after a silence is not held back, and a
	// steady flow becomes one batch of each partition in this time.
	BatchAge time.Duration `yaml:"batch_age"`
	// InFlightBytes bounds the memory of all that the process has fetched and not yet applied, with the room that its columns
	// keep; fetching waits at the bound. A batch of 100,000 rows takes 18 MB, and a busy partition fills one while it writes
	// another.
	InFlightBytes int64 `yaml:"in_flight_bytes"`
	// InsertDeadline is how long the store lets one insert take; it is set from the store's configuration. Recovery waits
	// this long for inserts that may still be on their way.
	InsertDeadline time.Duration `yaml:"-"`
	// Lease is for how long after a claim no other member of the group can own the partition; it is set from the group's
	// configuration. Inserts are over by then, so it must be longer than InsertDeadline, which is for who sets both to see to.
	Lease time.Duration `yaml:"-"`
	// StuckAfter is how long a partition may have records to read and commit nothing before it counts as unhealthy.
	StuckAfter time.Duration `yaml:"stuck_after"`
}

// DefaultConfig returns the defaults.
func DefaultConfig() Config {
	return Config{
		BatchRows:      100_000,
		BatchBytes:     32 << 20,
		BatchAge:       500 * time.Millisecond,
		InFlightBytes:  192 << 20,
		InsertDeadline: 5 * time.Second,
		Lease:          9 * time.Second,
		StuckAfter:     30 * time.Second,
	}
}

// Validate returns every fault at once.
func (c Config) Validate() error {
	var errs []error
	for _, f := range []struct {
		name  string
		value int64
	}{
		{"batch_rows", int64(c.BatchRows)},
		{"batch_bytes", c.BatchBytes},
		{"batch_age", int64(c.BatchAge)},
		{"in_flight_bytes", c.InFlightBytes},
		{"insert_deadline", int64(c.InsertDeadline)},
		{"lease", int64(c.Lease)},
		{"stuck_after", int64(c.StuckAfter)},
	} {
		if f.value <= 0 {
			errs = append(errs, fmt.Errorf("ingest.%s: want more than 0", f.name))
		}
	}
	if c.StuckAfter < 3*c.InsertDeadline {
		errs = append(errs, fmt.Errorf("ingest.stuck_after: want at least three times the insert deadline, %s: recovery waits one, and an insert may take one",
			3*c.InsertDeadline))
	}
	if c.BatchBytes > event.MaxBatchBytes {
		errs = append(errs, fmt.Errorf("ingest.batch_bytes: want at most %d", event.MaxBatchBytes))
	}
	if c.InFlightBytes < c.BatchBytes {
		errs = append(errs, errors.New("ingest.in_flight_bytes: want at least batch_bytes"))
	}
	if c.InFlightBytes < leastInFlight {
		errs = append(errs, fmt.Errorf("ingest.in_flight_bytes: want at least %d", leastInFlight))
	}
	return errors.Join(errs...)
}
