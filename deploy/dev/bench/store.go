package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

var (
	//go:embed applied.sql
	appliedSQL string
	//go:embed arrived.sql
	arrivedSQL string
	//go:embed merges.sql
	mergesSQL string
	//go:embed drop.sql
	dropSQL string
)

// store is a connection to one database of the engine.
type store struct {
	driver.Conn
	name string
}

func (w *world) store(name string) (*store, error) {
	e := w.engine.Endpoint()
	conn, err := clickhousego.Open(&clickhousego.Options{
		Addr: []string{e.Native}, Auth: clickhousego.Auth{Database: name, Username: e.User, Password: e.Password}, ReadTimeout: time.Minute,
	})
	if err != nil {
		return nil, fmt.Errorf("open database %q: %w", name, err)
	}
	return &store{conn, name}, nil
}

// number asks for one number.
func (s *store) number(ctx context.Context, query string) (n int64, err error) {
	if err := s.QueryRow(ctx, query).Scan(&n); err != nil {
		return 0, fmt.Errorf("ask database %q: %w", s.name, err)
	}
	return n, nil
}

// drop drops the database and waits until no merge of any is under way, so that nothing of it takes part in the next turn.
func (s *store) drop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	named := clickhousego.Context(ctx, clickhousego.WithParameters(clickhousego.Parameters{"database": s.name}))
	err := s.Exec(named, dropSQL)
	if err == nil {
		err = every(ctx, 20*time.Millisecond, func() (bool, error) {
			n, err := s.number(ctx, mergesSQL)
			return n == 0, err
		})
	}
	return errors.Join(err, s.Close())
}
