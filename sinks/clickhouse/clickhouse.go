// Package clickhouse keeps deskpulse's events in ClickHouse and gives them back.
//
// [Store] is the durable side of the delivery contract: inserts that can be repeated, and the questions a worker asks
// when it takes over a partition. [Store.Verify] proves afterwards that every offset is there exactly once. The readers
// stream events by conversation and list rejected records. [Migrate] makes the tables.
//
// Everything goes over the native protocol. The HTTP protocol of the driver can lose an encoding error silently.
package clickhouse

import (
	"context"
	"errors"
	"fmt"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Store reads and writes the tables of one database. It may be used from any number of goroutines.
type Store struct {
	cfg     Config
	conn    driver.Conn  // for questions
	inserts *connections // for blocks
	servers servers      // for what must be asked of one that is up to date
}

// Open returns a store. It connects when it is first used, so that a server that is down shows as an error worth
// retrying, not as a fault of the configuration.
func Open(cfg Config) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("clickhouse: %w", err)
	}
	conn, err := clickhousego.Open(cfg.options(cfg.Database))
	if err != nil {
		return nil, fmt.Errorf("open clickhouse: %w", err)
	}
	return &Store{cfg: cfg, conn: conn, inserts: newConnections(cfg)}, nil
}

// Close closes the connections. Nothing may be in flight.
func (s *Store) Close() error {
	s.inserts.close()
	return errors.Join(s.servers.close(), s.conn.Close())
}

// Ping asks the server whether it is there and lets us in.
func (s *Store) Ping(ctx context.Context) error { return explain("ping clickhouse", s.conn.Ping(ctx)) }
