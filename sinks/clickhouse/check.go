package clickhouse

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	schemas "github.com/deskpulse/deskpulse/schemas/clickhouse"
)

//go:embed check_tables.sql
var checkTablesSQL string

// tables are those into which a repeated insert must leave its rows once.
var tables = []string{"events", "rejected", "batches", "decisions", "runs", "cards", "lines", "evidence"}

// leastWindow is the smallest deduplication window with which a token protects: an insert may take 90 entries, one per
// month, and a zombie's insert must still be remembered when its successor has made ten more.
const leastWindow = 1000

// CheckTables reports whether the tables are those of this binary and set up for the delivery contract: migrated, and
// with a deduplication window, without which a repeated insert doubles its rows. It is to be called before inserting.
func (s *Store) CheckTables(ctx context.Context) error {
	const op = "check tables"
	known, err := readMigrations(schemas.Migrations)
	if err != nil {
		return err
	}
	applied, err := s.appliedMigrations(ctx)
	if err != nil {
		return err
	}
	todo, err := pending(known, applied)
	if err == nil && len(todo) > 0 {
		err = fmt.Errorf("%d migrations are missing, from %q on: run `deskpulse migrate`", len(todo), todo[0].name)
	}
	if err != nil {
		return refuse(op, "%w", err)
	}
	return s.checkWindows(ctx)
}

func (s *Store) checkWindows(ctx context.Context) error {
	const op = "check tables"
	rows, err := s.conn.Query(ctx, checkTablesSQL, named("tables", tables))
	if err != nil {
		return explain(op, err)
	}
	defer rows.Close()
	missing := map[string]bool{}
	for _, table := range tables {
		missing[table] = true
	}
	for rows.Next() {
		var table, engine, window string
		if err := rows.Scan(&table, &engine, &window); err != nil {
			return explain(op, err)
		}
		delete(missing, table)
		if !strings.HasSuffix(engine, "MergeTree") {
			return refuse(op, "table %q has engine %s, not MergeTree", table, engine)
		}
		if n, err := strconv.Atoi(window); (err != nil || n < leastWindow) && !strings.HasPrefix(engine, "Replicated") {
			return refuse(op, "table %q has non_replicated_deduplication_window %q, want %d or more: a repeated insert would double its rows",
				table, window, leastWindow)
		}
	}
	if err := rows.Err(); err != nil {
		return explain(op, err)
	}
	if len(missing) > 0 {
		return refuse(op, "tables %q are missing although they were migrated: restore them from a backup", slices.Sorted(maps.Keys(missing)))
	}
	return nil
}
