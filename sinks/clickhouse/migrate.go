package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"

	schemas "github.com/deskpulse/deskpulse/schemas/clickhouse"
)

// Migrate makes the database if it is missing, brings its tables up to this binary, and returns the names of the files
// it applied: none when there is nothing to do. A file whose recorded checksum is another, a gap in the record, and a
// database newer than the binary are refused before anything is changed.
//
// Any number of processes may do this at once, and one that was cut short is simply run again: every statement can be
// repeated, and a file is recorded once all its statements are done, under a token that makes repeated records one.
func (s *Store) Migrate(ctx context.Context) (applied []string, err error) {
	return s.migrate(ctx, schemas.Migrations)
}

func (s *Store) migrate(ctx context.Context, files fs.FS) (applied []string, err error) {
	known, err := readMigrations(files)
	if err != nil {
		return nil, err
	}
	if err := s.createDatabase(ctx); err != nil {
		return nil, err
	}
	if err := s.conn.Exec(ctx, schemas.Bookkeeping); err != nil {
		return nil, explain("make table migrations", err)
	}
	before, err := s.appliedMigrations(ctx)
	if err != nil {
		return nil, err
	}
	todo, err := pending(known, before)
	if err != nil {
		return nil, refuse("migrate database "+strconv.Quote(s.cfg.Database), "%w", err)
	}
	for _, m := range todo {
		if err := s.apply(ctx, m); err != nil {
			return applied, err
		}
		applied = append(applied, m.name)
	}
	return applied, nil
}

// createDatabase makes the database, from another one: nobody can connect to a database that does not exist.
func (s *Store) createDatabase(ctx context.Context) error {
	err := s.Ping(ctx)
	var e *Error
	if !errors.As(err, &e) || e.Code != 81 { // UNKNOWN_DATABASE
		return err
	}
	conn, err := clickhousego.Open(s.cfg.options("default"))
	if err != nil {
		return fmt.Errorf("open clickhouse: %w", err)
	}
	defer conn.Close()
	return explain("make database", conn.Exec(ctx,
		"CREATE DATABASE IF NOT EXISTS {database:Identifier}", named("database", s.cfg.Database)))
}

func (s *Store) apply(ctx context.Context, m migration) error {
	for i, statement := range m.statements {
		if err := s.conn.Exec(ctx, statement); err != nil {
			return explain(fmt.Sprintf("apply migration %q, statement %d", m.name, i+1), err)
		}
	}
	ctx = clickhousego.Context(ctx, clickhousego.WithSettings(clickhousego.Settings{
		"async_insert": 0, "insert_deduplicate": 1,
		"insert_deduplication_token": fmt.Sprintf("migration/%d/%s", m.number, m.checksum),
	}))
	return explain(fmt.Sprintf("record migration %q", m.name), s.conn.Exec(ctx,
		"INSERT INTO migrations (number, name, checksum) VALUES ({number:UInt32}, {name:String}, {checksum:String})",
		named("number", m.number), named("name", m.name), named("checksum", m.checksum)))
}

// appliedMigrations returns what the database has had, by number. Records that say the same count once.
func (s *Store) appliedMigrations(ctx context.Context) ([]appliedMigration, error) {
	const op = "read table migrations"
	rows, err := s.conn.Query(ctx, "SELECT number, min(name), checksum FROM migrations GROUP BY number, checksum ORDER BY number, checksum")
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	var out []appliedMigration
	for rows.Next() {
		var (
			number uint32
			a      appliedMigration
		)
		if err := rows.Scan(&number, &a.name, &a.checksum); err != nil {
			return nil, explain(op, err)
		}
		a.number = int(number)
		out = append(out, a)
	}
	return out, explain(op, rows.Err())
}
