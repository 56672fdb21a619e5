package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/schemas/secret"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"

	"github.com/deskpulse/deskpulse/deploy/dev/progress"
)

// store is the engine as deskpulse sees it, and as anybody does.
type store struct {
	*clickhouse.Store
	conn driver.Conn
}

// storeConfig returns how deskpulse reaches the engine.
func storeConfig(e embedded.Endpoint) clickhouse.Config {
	cfg := clickhouse.DefaultConfig()
	cfg.Addresses, cfg.User, cfg.Password = []string{e.Native}, e.User, secret.Text(e.Password)
	cfg.InsertDeadline = time.Minute
	return cfg
}

func open(e embedded.Endpoint) (*store, error) {
	cfg := storeConfig(e)
	own, err := clickhouse.Open(cfg)
	if err != nil {
		return nil, err
	}
	conn, err := clickhousego.Open(&clickhousego.Options{Addr: cfg.Addresses, Auth: clickhousego.Auth{Database: cfg.Database, Username: e.User, Password: e.Password}})
	if err != nil {
		return nil, errors.Join(err, own.Close())
	}
	return &store{own, conn}, nil
}

func (s *store) close() {
	_ = s.conn.Close()
	_ = s.Close()
}

// month makes up the month and inserts it, unless an earlier run did.
func (s *store) month(ctx context.Context, o options, path string) (*Truth, error) {
	var truth Truth
	switch err := read(path, &truth); {
	case err == nil:
		return &truth, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if _, err := s.Migrate(ctx); err != nil {
		return nil, err
	}
	d, bar := newDesk(o.agents, o.seed), progress.New("inserting", o.events)
	defer bar.Close()
	err := d.hours(o.events, func(rows []event.Row) error {
		first := d.made - int64(len(rows))
		for i := range rows {
			rows[i].Offset = first + int64(i)
		}
		bar.Set(first)
		return s.insert(ctx, rows, first)
	})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(d.truth)
	if err != nil {
		return nil, err
	}
	return &d.truth, os.WriteFile(path, text, 0o600)
}

// batchRows is how many rows a batch of the pipeline has at most.
const batchRows = 100_000

func (s *store) insert(ctx context.Context, rows []event.Row, first int64) error {
	for chunk := range slices.Chunk(rows, batchRows) {
		last := first + int64(len(chunk)) - 1
		b := &event.Batch{Partition: event.Partition{Stream: "events", Epoch: 1}, Range: event.Range{First: first, Last: last}, Rows: event.RowsOf(chunk...)}
		if err := s.InsertEvents(ctx, b, 0); err != nil {
			return err
		}
		first = last + 1
	}
	return nil
}

const (
	bareSQL  = "SELECT agent, type, count() FROM events GROUP BY agent, type"
	bareRuns = 5
)

// bare returns how long the bare query takes: the median of a few runs.
func (s *store) bare(ctx context.Context) (time.Duration, error) {
	var took []time.Duration
	for range bareRuns {
		began := time.Now()
		rows, err := s.conn.Query(ctx, bareSQL)
		if err != nil {
			return 0, err
		}
		for rows.Next() {
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// cpu returns the processor time that the engine has spent on queries so far.
func (s *store) cpu(ctx context.Context) (time.Duration, error) {
	var micros uint64
	err := s.conn.QueryRow(ctx, "SELECT sum(value) FROM system.events WHERE event IN ('UserTimeMicroseconds', 'SystemTimeMicroseconds')").Scan(&micros)
	if err != nil {
		return 0, fmt.Errorf("processor time of the engine: %w", err)
	}
	return time.Duration(micros) * time.Microsecond, nil
}
