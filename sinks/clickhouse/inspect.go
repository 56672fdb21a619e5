package clickhouse

import (
	"context"
	_ "embed"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

var (
	//go:embed inspect_clock.sql
	inspectClockSQL string
	//go:embed inspect_settings.sql
	inspectSettingsSQL string
	//go:embed inspect_disks.sql
	inspectDisksSQL string
	//go:embed inspect_parts.sql
	inspectPartsSQL string
	//go:embed inspect_limits.sql
	inspectLimitsSQL string
	//go:embed inspect_growth.sql
	inspectGrowthSQL string
	//go:embed inspect_rejected.sql
	inspectRejectedSQL string
	//go:embed inspect_reasons.sql
	inspectReasonsSQL string
	//go:embed inspect_grants.sql
	inspectGrantsSQL string
)

// Clock asks the server for its version and its clock, to the millisecond.
func (s *Store) Clock(ctx context.Context) (version string, now time.Time, err error) {
	err = s.conn.QueryRow(ctx, inspectClockSQL).Scan(&version, &now)
	return version, now, explain("ask for the server's clock", err)
}

// Setting is a setting as the user's profile has it.
type Setting struct {
	Name, Value string
	Readonly    bool   // the user may not change it
	Min, Max    string // "" where there is no such bound
}

// Settings returns those settings of the user's profile that the server knows, by name.
func (s *Store) Settings(ctx context.Context, names ...string) ([]Setting, error) {
	return inspected(ctx, s, "read settings", inspectSettingsSQL, func(rows driver.Rows, v *Setting) error {
		return rows.Scan(&v.Name, &v.Value, &v.Readonly, &v.Min, &v.Max)
	}, named("names", names))
}

// Disk is a disk of the server, in bytes.
type Disk struct {
	Name, Path string
	Free, Size uint64 // both without what is kept
	Kept       uint64 // what inserts leave alone
}

// Disks returns the server's disks.
func (s *Store) Disks(ctx context.Context) ([]Disk, error) {
	return inspected(ctx, s, "read disks", inspectDisksSQL, func(rows driver.Rows, v *Disk) error {
		return rows.Scan(&v.Name, &v.Path, &v.Free, &v.Size, &v.Kept)
	})
}

// TableParts is what a table consists of on disk.
type TableParts struct {
	Table string
	Parts uint64 // in all
	Most  uint64 // in one partition
	Bytes uint64
}

// Parts returns the parts of every table that has any, and from how many in one partition on inserts are delayed and
// refused.
func (s *Store) Parts(ctx context.Context) (tables []TableParts, delay, refuse uint64, err error) {
	tables, err = inspected(ctx, s, "count parts", inspectPartsSQL, func(rows driver.Rows, v *TableParts) error {
		return rows.Scan(&v.Table, &v.Parts, &v.Most, &v.Bytes)
	})
	if err != nil {
		return nil, 0, 0, err
	}
	limits, err := inspected(ctx, s, "read settings of tables", inspectLimitsSQL, func(rows driver.Rows, v *Setting) error {
		return rows.Scan(&v.Name, &v.Value)
	})
	for _, l := range limits {
		n, _ := strconv.ParseUint(l.Value, 10, 64)
		if l.Name == "parts_to_delay_insert" {
			delay = n
		} else {
			refuse = n
		}
	}
	return tables, delay, refuse, err
}

// Growth returns how many records were applied since an instant, and ever.
func (s *Store) Growth(ctx context.Context, since time.Time) (lately, ever int64, err error) {
	err = s.conn.QueryRow(ctx, inspectGrowthSQL, sinceInstant(since)).Scan(&lately, &ever)
	return lately, ever, explain("read growth", err)
}

// StreamCount is how many records of a stream became events, and how many could not.
type StreamCount struct {
	Stream             string
	Accepted, Rejected int64
}

// AppliedSince returns what became of the records that were applied since an instant of the server's clock, of every
// stream that had any.
func (s *Store) AppliedSince(ctx context.Context, since time.Time) ([]StreamCount, error) {
	return inspected(ctx, s, "count rejected records", inspectRejectedSQL, func(rows driver.Rows, v *StreamCount) error {
		return rows.Scan(&v.Stream, &v.Accepted, &v.Rejected)
	}, sinceInstant(since))
}

// ReasonsSince returns why records of a stream that were applied since an instant of the server's clock were rejected, the
// most frequent reason first.
func (s *Store) ReasonsSince(ctx context.Context, stream string, since time.Time) ([]RejectedCount, error) {
	return inspected(ctx, s, "count reasons", inspectReasonsSQL, func(rows driver.Rows, v *RejectedCount) error {
		return rows.Scan((*string)(&v.Reason), &v.Records)
	}, named("stream", stream), sinceInstant(since))
}

func sinceInstant(since time.Time) any {
	return named("since", since.UTC().Format("2006-01-02 15:04:05.000"))
}

// Grant is one thing that the user must be allowed.
type Grant struct {
	Privileges string // as GRANT writes them, with what they are on
	Purpose    string // for what they are needed
	Granted    bool
}

// Grants asks for everything that the user must be allowed.
func (s *Store) Grants(ctx context.Context) ([]Grant, error) {
	all, err := statements(inspectGrantsSQL)
	if err != nil {
		return nil, err
	}
	out := make([]Grant, 0, len(all))
	purpose := ""
	for _, statement := range all {
		at := strings.LastIndex(statement, "CHECK GRANT ")
		if lines := strings.Split(strings.TrimSpace(statement[:at]), "\n"); lines[0] != "" {
			purpose = strings.TrimPrefix(lines[len(lines)-1], "-- ")
		}
		g := Grant{Purpose: purpose, Privileges: strings.TrimPrefix(statement[at:], "CHECK GRANT ")}
		var granted uint8
		if err := s.conn.QueryRow(ctx, statement).Scan(&granted); err != nil {
			return nil, explain("check grants", err)
		}
		g.Granted = granted == 1
		out = append(out, g)
	}
	return out, nil
}

// inspected runs a query and scans each of its rows.
func inspected[T any](ctx context.Context, s *Store, op, query string, scan func(driver.Rows, *T) error, args ...any) ([]T, error) {
	rows, err := s.conn.Query(ctx, query, args...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, explain(op, err)
		}
		out = append(out, v)
	}
	return out, explain(op, rows.Err())
}
