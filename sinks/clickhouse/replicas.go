package clickhouse

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

var (
	//go:embed sync_replicas.sql
	syncReplicasSQL string
	//go:embed inspect_replicated.sql
	inspectReplicatedSQL string
	//go:embed inspect_replicas.sql
	inspectReplicasSQL string
	//go:embed inspect_sync.sql
	inspectSyncSQL string
)

// contractTables is how many tables the delivery contract has: those that syncReplicasSQL names.
const contractTables = 3

// servers are the configured servers one by one, where there are several. What one has acknowledged another may not have
// yet: recovery, which believes what it does not see to be missing, must not ask just any. A setting would not do:
// select_sequential_consistency needs inserts into a table to come one after another.
type servers struct {
	mu    sync.Mutex // guards conns
	conns []driver.Conn
}

// open returns connections to each server, in the order of the configuration, or of all to the only one.
func (s *Store) open() ([]driver.Conn, error) {
	if len(s.cfg.Addresses) == 1 {
		return []driver.Conn{s.conn}, nil
	}
	s.servers.mu.Lock()
	defer s.servers.mu.Unlock()
	for i := len(s.servers.conns); i < len(s.cfg.Addresses); i++ {
		o := s.cfg.options(s.cfg.Database)
		o.Addr, o.MaxIdleConns = s.cfg.Addresses[i:i+1], 1
		conn, err := clickhousego.Open(o)
		if err != nil {
			return nil, fmt.Errorf("open clickhouse %q: %w", s.cfg.Addresses[i], err)
		}
		s.servers.conns = append(s.servers.conns, conn)
	}
	return slices.Clone(s.servers.conns), nil
}

// close closes the connections to single servers.
func (v *servers) close() (err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, conn := range v.conns {
		err = errors.Join(err, conn.Close())
	}
	v.conns = nil
	return err
}

// current returns a connection to a server that has every row that was acknowledged before, by whichever server: the first
// that can bring itself up to date.
func (s *Store) current(ctx context.Context) (driver.Conn, error) {
	conns, err := s.open()
	switch {
	case err != nil:
		return nil, err
	case len(conns) == 1: // it sees what it has acknowledged itself
		return conns[0], nil
	}
	var errs []error
	for _, conn := range conns {
		if err := s.bringUpToDate(ctx, conn); err != nil {
			errs = append(errs, err)
			continue
		}
		return conn, nil
	}
	return nil, errors.Join(errs...)
}

// bringUpToDate waits until a server has what its replicas have acknowledged. Tables that are not replicated have nothing
// to wait for.
func (s *Store) bringUpToDate(ctx context.Context, conn driver.Conn) error {
	n, err := replicated(ctx, conn)
	if err != nil || n == 0 {
		return err
	}
	all, err := statements(syncReplicasSQL)
	if err != nil {
		return err
	}
	ctx = clickhousego.Context(ctx, clickhousego.WithSettings(s.syncSettings()))
	for _, statement := range all {
		if err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// syncSettings bound the waiting: the server waits for receive_timeout, and a part that only a lost server had never comes.
func (s *Store) syncSettings() clickhousego.Settings {
	seconds := int((s.cfg.InsertDeadline + time.Second - 1) / time.Second)
	return clickhousego.Settings{"receive_timeout": seconds}
}

func replicated(ctx context.Context, conn driver.Conn) (tables uint64, err error) {
	err = conn.QueryRow(ctx, inspectReplicatedSQL).Scan(&tables)
	return tables, err
}

// currentRow asks a server that is up to date for one row.
func (s *Store) currentRow(ctx context.Context, query string, args []any, into ...any) error {
	conn, err := s.current(ctx)
	if err != nil {
		return err
	}
	return conn.QueryRow(ctx, query, args...).Scan(into...)
}

// Replication tells how the tables of the delivery contract are replicated: all of them, some, and on how many servers.
func (s *Store) Replication(ctx context.Context) (all, some bool, replicas uint64, err error) {
	const op = "read replication"
	n, err := replicated(ctx, s.conn)
	if err != nil || n == 0 {
		return false, false, 0, explain(op, err)
	}
	err = s.conn.QueryRow(ctx, inspectReplicasSQL).Scan(&replicas)
	return n == contractTables, true, replicas, explain(op, err)
}

// MaySync reports whether the user may bring a server up to date, which recovery does where there are several addresses.
func (s *Store) MaySync(ctx context.Context) (bool, error) {
	var granted uint8
	err := s.conn.QueryRow(ctx, inspectSyncSQL).Scan(&granted)
	return granted == 1, explain("check grants", err)
}
