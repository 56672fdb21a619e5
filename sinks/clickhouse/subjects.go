package clickhouse

import (
	"context"
	_ "embed"
	"fmt"
	"iter"
	"time"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/schemas/event"
)

//go:embed subjects.sql
var subjectsSQL string

// Query chooses subjects.
type Query struct {
	// Company is whose events to read.
	Company string
	// Types are the types of events of which a subject must have one.
	Types []string
	// From and To bound when it happened: From included, To not.
	From, To time.Time
}

// Subjects streams every event, of all types and times, of each subject that has an event of one of the types between
// From and To: one slice per subject, subjects in order of their ids, events by time, source, id and position, repeated
// copies included. The slice is the caller's to keep. Memory is one subject's events and two blocks of the server.
// After an error nothing follows.
func (s *Store) Subjects(ctx context.Context, q Query) iter.Seq2[[]event.Event, error] {
	return func(yield func([]event.Event, error) bool) {
		op := fmt.Sprintf("read subjects of %q", q.Company)
		ctx, cancel := context.WithCancel(ctx) // ends the query if the caller stops early
		defer cancel()
		rows, err := s.conn.Query(inOrderOfTable(ctx), subjectsSQL, named("company", q.Company), named("types", q.Types),
			named("from", q.From.UnixMilli()), named("to", q.To.UnixMilli()))
		if err != nil {
			yield(nil, explain(op, err))
			return
		}
		defer rows.Close()
		defer cancel() // before Close, which waits for the rest of the rows
		if err := eachSubject(rows, yield); err != nil {
			yield(nil, explain(op, err))
		}
	}
}

// inOrderOfTable makes the server read along the primary key, a few small blocks ahead of us, rather than sort.
func inOrderOfTable(ctx context.Context) context.Context {
	return clickhousego.Context(ctx, clickhousego.WithBlockBufferSize(1), clickhousego.WithSettings(clickhousego.Settings{
		"optimize_read_in_order": 1,
		"max_block_size":         16_384,
		"max_threads":            2,
	}))
}

// eachSubject cuts the rows where the subject changes. It returns nil when the caller has had enough.
func eachSubject(rows driver.Rows, yield func([]event.Event, error) bool) error {
	var subject []event.Event
	for rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return err
		}
		if len(subject) > 0 && subject[0].Subject != e.Subject {
			if !yield(subject, nil) {
				return nil
			}
			subject = make([]event.Event, 0, cap(subject))
		}
		subject = append(subject, e)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(subject) > 0 {
		yield(subject, nil)
	}
	return nil
}

func scanEvent(rows driver.Rows) (event.Event, error) {
	var (
		r       event.Row
		p       event.Partition
		numbers [event.NumberColumns]*int64
	)
	dest := []any{&r.Company, &r.Subject, &r.Source, &r.ID, &r.Type, &r.Version, &r.Zone, &r.Time, &r.AppendTime,
		&p.Stream, &p.Epoch, &p.ID, &r.Offset}
	for t := range r.Text {
		dest = append(dest, &r.Text[t])
	}
	for n := range numbers {
		dest = append(dest, &numbers[n])
	}
	if err := rows.Scan(append(dest, &r.Ext)...); err != nil {
		return event.Event{}, err
	}
	for n, v := range numbers {
		if v != nil {
			r.Number[n] = event.NullInt64{Value: *v, Valid: true}
		}
	}
	return r.Event(p)
}
