package clickhouse_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	schemas "github.com/deskpulse/deskpulse/schemas/clickhouse"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

var allMigrations = []string{
	"0001_events.sql", "0002_rejected.sql", "0003_batches.sql",
	"0004_decisions.sql", "0005_runs.sql", "0006_cards.sql", "0007_lines.sql", "0008_evidence.sql",
	"0009_origin.sql", "0010_topic_id.sql", "0011_cheap_inserts.sql", "0012_wider_merges.sql",
}

// lastMigration is the name of the newest.
var lastMigration = allMigrations[len(allMigrations)-1]

// allTables is how many tables the migrations make, with their own.
const allTables = 9

func TestMigrateFromNothing(t *testing.T) {
	db := embeddedtest.Database(t)
	cfg := config(db)
	cfg.Database += "_new" // Migrate makes it
	defer exec(t, db, "DROP DATABASE IF EXISTS "+cfg.Database+" SYNC")
	store := open(t, cfg)
	for _, want := range [][]string{allMigrations, nil} {
		got, err := store.Migrate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("applied (-got, +want):\n%s", diff)
		}
		if err := store.CheckTables(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestMigrateFromEveryState begins with the tables of every earlier version: all end as those of a fresh database.
func TestMigrateFromEveryState(t *testing.T) {
	var want []string
	for known := range allMigrations {
		db := embeddedtest.Database(t)
		store := open(t, config(db))
		files := copyOf(t)
		for _, name := range allMigrations[known:] {
			delete(files, name)
		}
		if _, err := clickhouse.MigrateFiles(t.Context(), store, files); err != nil {
			t.Fatal(err)
		}
		applied, err := store.Migrate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(applied, allMigrations[known:]); diff != "" {
			t.Errorf("applied from %d on (-got, +want):\n%s", known, diff)
		}
		var got []string
		const sql = "SELECT groupArray(replaceAll(create_table_query, currentDatabase(), '')) FROM (SELECT * FROM system.tables WHERE database = currentDatabase() ORDER BY name)"
		if err := db.Open(t).QueryRow(t.Context(), sql).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if known == 0 {
			want = got
		}
		if diff := cmp.Diff(got, want); diff != "" || len(got) != allTables {
			t.Errorf("tables from %d on (-got, +want):\n%s", known, diff)
		}
	}
}

func TestMigrateTogether(t *testing.T) {
	db := embeddedtest.Database(t)
	const migrators = 4
	done := make(chan error, migrators)
	for range migrators {
		store := open(t, config(db))
		go func() {
			_, err := store.Migrate(t.Context())
			done <- err
		}()
	}
	for range migrators {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := count(t, db, "SELECT count() FROM migrations"); got != uint64(len(allMigrations)) {
		t.Errorf("got %d records, want %d", got, len(allMigrations))
	}
}

// nextMigration returns the name of a migration that could come next.
func nextMigration(name string) string {
	return fmt.Sprintf("%04d_%s.sql", len(allMigrations)+1, name)
}

// copyOf returns the real migrations, to be changed.
func copyOf(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range allMigrations {
		text, err := fs.ReadFile(schemas.Migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: text}
	}
	return out
}

func TestMigrateRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(t *testing.T, db embeddedtest.DB, files fstest.MapFS)
		want   string
	}{
		{"changed file", func(_ *testing.T, _ embeddedtest.DB, files fstest.MapFS) {
			files["0002_rejected.sql"].Data = append(files["0002_rejected.sql"].Data, '\n')
		}, "a released file was changed"},
		{"newer database", func(_ *testing.T, _ embeddedtest.DB, files fstest.MapFS) {
			delete(files, lastMigration)
		}, "use a newer binary"},
		{"gap in the record", func(t *testing.T, db embeddedtest.DB, _ fstest.MapFS) {
			exec(t, db, "DELETE FROM migrations WHERE number = 2")
		}, "but not 2"},
		{"recorded with two contents", func(t *testing.T, db embeddedtest.DB, _ fstest.MapFS) {
			exec(t, db, "INSERT INTO migrations (number, name, checksum) VALUES (1, 'other.sql', 'abc')")
		}, "applied twice"},
		{"gap in the files", func(_ *testing.T, _ embeddedtest.DB, files fstest.MapFS) {
			files["0999_more.sql"] = &fstest.MapFile{Data: []byte("SELECT 1")}
		}, "its number is not " + strconv.Itoa(len(allMigrations)+1)},
		{"strange file", func(_ *testing.T, _ embeddedtest.DB, files fstest.MapFS) {
			files["9.sql"] = &fstest.MapFile{Data: []byte("SELECT 1")}
		}, "want a name like"},
		{"empty file", func(_ *testing.T, _ embeddedtest.DB, files fstest.MapFS) {
			files[nextMigration("more")] = &fstest.MapFile{Data: []byte("-- nothing;\n")}
		}, "has no statement"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, db := migrated(t)
			files := copyOf(t)
			c.change(t, db, files)
			applied, err := clickhouse.MigrateFiles(t.Context(), store, files)
			if err == nil || !strings.Contains(err.Error(), c.want) || len(applied) > 0 {
				t.Errorf("got %v, %v, want an error with %q", applied, err, c.want)
			}
		})
	}
}

func TestMigrateAgainAfterHalf(t *testing.T) {
	store, db := migrated(t)
	files := copyOf(t)
	const first = "CREATE TABLE IF NOT EXISTS half (a UInt8) ENGINE = MergeTree ORDER BY a;\n"
	half := nextMigration("half")
	files[half] = &fstest.MapFile{Data: []byte(first + "ALTER TABLE missing ADD COLUMN IF NOT EXISTS b UInt8")}
	var e *clickhouse.Error
	if _, err := clickhouse.MigrateFiles(t.Context(), store, files); !errors.As(err, &e) || !strings.Contains(e.Op, "statement 2") {
		t.Fatalf("got %v, want an error of statement 2", err)
	}
	files[half].Data = []byte(first + "ALTER TABLE half ADD COLUMN IF NOT EXISTS b UInt8")
	applied, err := clickhouse.MigrateFiles(t.Context(), store, files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(applied, []string{half}); diff != "" {
		t.Errorf("applied (-got, +want):\n%s", diff)
	}
	if got := count(t, db, "SELECT count() FROM system.columns WHERE database = currentDatabase() AND table = 'half'"); got != 2 {
		t.Errorf("got %d columns, want 2", got)
	}
}

// repeatable reports whether a statement does the same when it runs again: it says what must exist or not, or only
// modifies what is there.
func repeatable(statement string) bool {
	named := strings.Contains(statement, " IF NOT EXISTS ") || strings.Contains(statement, " IF EXISTS ")
	return named || strings.Contains(statement, " MODIFY ") && !strings.Contains(statement, " ADD ") && !strings.Contains(statement, " DROP ")
}

// TestMigrationsCanBeRepeated reads the real files: a statement that cannot run twice would strand a database in between.
func TestMigrationsCanBeRepeated(t *testing.T) {
	for name, file := range copyOf(t) {
		list, err := clickhouse.Statements(string(file.Data))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			if !repeatable(s) {
				t.Errorf("%s: no IF [NOT] EXISTS in %q", name, s)
			}
			if strings.Contains(s, "CREATE TABLE") && !strings.Contains(s, "ORDER BY ") && !strings.Contains(s, "-- ORDER BY") {
				t.Errorf("%s: no comment explains the ORDER BY", name)
			}
		}
	}
}

func TestCheckTables(t *testing.T) {
	for _, c := range []struct{ name, damage, want string }{
		{"no window", "ALTER TABLE events RESET SETTING non_replicated_deduplication_window", "would double its rows"},
		{"small window", "ALTER TABLE batches MODIFY SETTING non_replicated_deduplication_window = 5", "would double its rows"},
		{"not migrated", "DELETE FROM migrations WHERE number = " + strconv.Itoa(len(allMigrations)), "deskpulse migrate"},
		{"table lost", "DROP TABLE rejected SYNC", `["rejected"]`},
		{"other engine", "CREATE OR REPLACE TABLE rejected (a UInt8) ENGINE = Memory", "not MergeTree"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, db := migrated(t)
			exec(t, db, c.damage)
			err := store.CheckTables(t.Context())
			if clickhouse.ClassOf(err) != clickhouse.ClassPermanent || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a permanent error with %q", err, c.want)
			}
		})
	}
}
