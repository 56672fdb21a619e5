package clickhouse_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/secret"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func TestMain(m *testing.M) {
	embeddedtest.Main(m, func() error { return goleak.Find() })
}

// config returns the configuration of a store in the database.
func config(db embeddedtest.DB) clickhouse.Config {
	cfg := clickhouse.DefaultConfig()
	cfg.Addresses, cfg.Database = []string{db.Native}, db.Name
	cfg.User, cfg.Password = db.User, secret.Text(db.Password)
	return cfg
}

// open returns a store with these settings, closed when the test ends.
func open(t testing.TB, cfg clickhouse.Config) *clickhouse.Store {
	t.Helper()
	store, err := clickhouse.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// migrated returns a store on a fresh database with all tables.
func migrated(t testing.TB) (*clickhouse.Store, embeddedtest.DB) {
	t.Helper()
	db := embeddedtest.Database(t)
	store := open(t, config(db))
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store, db
}

// count returns the single number that a query gives.
func count(t testing.TB, db embeddedtest.DB, sql string, args ...any) uint64 {
	t.Helper()
	var n uint64
	if err := db.Open(t).QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// exec runs a statement in the database.
func exec(t testing.TB, db embeddedtest.DB, sql string, args ...any) {
	t.Helper()
	if err := db.Open(t).Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
