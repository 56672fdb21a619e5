package clickhouse

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"time"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var (
	//go:embed last_applied.sql
	lastAppliedSQL string
	//go:embed applied_topic.sql
	appliedTopicSQL string
	//go:embed present_above.sql
	presentAboveSQL string
	//go:embed append_time.sql
	appendTimeSQL string
	//go:embed present.sql
	presentSQL string
	//go:embed cancel.sql
	cancelSQL string
	//go:embed running.sql
	runningSQL string
)

// place binds the columns that name a partition. Values are always bound, never written into SQL.
func place(p event.Partition) []any {
	return []any{named("stream", p.Stream), named("epoch", p.Epoch), named("partition", p.ID)}
}

// named binds a value to the {name:Type} parameters of a query.
var named = clickhousego.Named

// LastApplied returns the last offset of the last applied range, ok=false when the partition has none.
func (s *Store) LastApplied(ctx context.Context, p event.Partition) (last int64, ok bool, err error) {
	var ranges uint64
	err = s.currentRow(ctx, lastAppliedSQL, place(p), &last, &ranges)
	return last, err == nil && ranges > 0, explain(fmt.Sprintf("read last applied of %s", p), err)
}

// AppliedTopic returns the id of the topic that the newest range was read of, "" when it is not known of any range.
func (s *Store) AppliedTopic(ctx context.Context, p event.Partition) (id string, err error) {
	err = s.currentRow(ctx, appliedTopicSQL, place(p), &id)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, explain(fmt.Sprintf("read applied topic of %s", p), err)
}

// PresentAbove returns the range from the least to the greatest offset in `events` or `rejected` above an offset,
// ok=false when there is none.
func (s *Store) PresentAbove(ctx context.Context, p event.Partition, above int64) (there event.Range, ok bool, err error) {
	var rows uint64
	err = s.currentRow(ctx, presentAboveSQL, append(place(p), named("above", above)), &there.First, &there.Last, &rows)
	return there, err == nil && rows > 0, explain(fmt.Sprintf("read what is present of %s above %d", p, above), err)
}

// AppendTime returns the append time, in Unix milliseconds, of the row at an offset, ok=false when neither table has it.
func (s *Store) AppendTime(ctx context.Context, p event.Partition, offset int64) (ms int64, ok bool, err error) {
	var rows uint64
	err = s.currentRow(ctx, appendTimeSQL, append(place(p), named("offset", offset)), &ms, &rows)
	return ms, err == nil && rows > 0, explain(fmt.Sprintf("read append time of %s at %d", p, offset), err)
}

// Present returns the offsets of the range that are in `events` and those that are in `rejected`, ascending, each once
// however many rows have it.
func (s *Store) Present(ctx context.Context, p event.Partition, r event.Range) (accepted, rejected []int64, err error) {
	op := fmt.Sprintf("read offsets present of %s/%s", p, r)
	conn, err := s.current(ctx)
	if err != nil {
		return nil, nil, explain(op, err)
	}
	rows, err := conn.Query(ctx, presentSQL, append(place(p), named("first", r.First), named("last", r.Last))...)
	if err != nil {
		return nil, nil, explain(op, err)
	}
	defer rows.Close()
	var (
		offset     int64
		isAccepted bool
	)
	for rows.Next() {
		if err := rows.Scan(&offset, &isAccepted); err != nil {
			return nil, nil, explain(op, err)
		}
		if isAccepted {
			accepted = append(accepted, offset)
		} else {
			rejected = append(rejected, offset)
		}
	}
	return accepted, rejected, explain(op, rows.Err())
}

// cancelPoll is the pause between two looks at the running queries.
const cancelPoll = 20 * time.Millisecond

// Cancel ends every insert of the partition that a server still works on, and returns when they have ended. A server that
// cannot be reached is left out if another one answers: an insert there ends within its deadline, which recovery waits for.
func (s *Store) Cancel(ctx context.Context, p event.Partition) error {
	conns, err := s.open()
	if err != nil {
		return err
	}
	var errs []error
	for _, conn := range conns {
		switch err := s.cancelAt(ctx, conn, p); {
		case err == nil:
		case len(conns) > 1 && ctx.Err() == nil && away(err):
			errs = append(errs, err)
		default:
			return err
		}
	}
	if len(errs) == len(conns) {
		return errs[0]
	}
	return nil
}

// away reports whether a server did not answer at all.
func away(err error) bool {
	e := new(Error)
	return errors.As(err, &e) && e.Code == 0 && e.Class == ClassRetry
}

func (s *Store) cancelAt(ctx context.Context, conn driver.Conn, p event.Partition) error {
	op := fmt.Sprintf("cancel inserts of %s", p)
	// The slash keeps partition 1 from ending the inserts of partition 10.
	prefix := named("prefix", p.String()+"/")
	tick := time.NewTicker(cancelPoll)
	defer tick.Stop()
	for {
		// Again in every round: an insert may have been waiting for its turn, unseen, during the last one.
		if err := conn.Exec(ctx, cancelSQL, prefix); err != nil {
			return explain(op, err)
		}
		var running uint64
		if err := conn.QueryRow(ctx, runningSQL, prefix).Scan(&running); err != nil {
			return explain(op, err)
		}
		if running == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s: %d still running: %w", op, running, ctx.Err())
		}
	}
}
