package doctor_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/secret"
)

// exec runs a statement in the database.
func (w *world) exec(statement string, args ...any) {
	w.t.Helper()
	if err := w.db.Open(w.t).Exec(w.t.Context(), statement, args...); err != nil {
		w.t.Fatal(err)
	}
}

// fewParts has a server delay inserts, and refuse them, from few parts in one partition on.
const fewParts = `<clickhouse>
    <merge_tree><parts_to_delay_insert>20</parts_to_delay_insert><parts_to_throw_insert>30</parts_to_throw_insert></merge_tree>
</clickhouse>
`

// TestPartsPileUp makes parts that nothing merges, one for each row: the server's limit is a problem, half of it a warning.
func TestPartsPileUp(t *testing.T) {
	engine := embeddedtest.OwnEngine(t, "config.d", fewParts)
	w := newWorld(t)
	w.db = embeddedtest.DB{Endpoint: engine, Name: "deskpulse"}
	w.c.ClickHouse.Addresses, w.c.ClickHouse.Database = []string{engine.Native}, w.db.Name
	w.c.ClickHouse.User, w.c.ClickHouse.Password = engine.User, secret.Text(engine.Password)
	w.ready().exec("SYSTEM STOP MERGES events")
	const insert = `INSERT INTO events (offset, occurred_at) SELECT number, toDateTime64('2026-01-01', 3, 'UTC') FROM numbers(?, ?)
		SETTINGS max_block_size = 1, min_insert_block_size_rows = 1, max_insert_threads = 1`
	made := 0
	for _, row := range []struct {
		parts int
		state doctor.State
		word  string
	}{
		{9, doctor.OK, "(events)"},
		{10, doctor.Warning, "wait for merges"},
		{19, doctor.Warning, "wait for merges"},
		{20, doctor.Problem, "delayed from 20 on, refused from 30 on"},
	} {
		w.exec(insert, made, row.parts-made)
		made = row.parts
		r := w.examine(0)
		want(t, r, doctor.ClickHouse, "parts", row.state, row.word)
		if row.state != doctor.OK {
			want(t, r, doctor.ClickHouse, "parts", row.state, "system.merges")
		}
	}
}

// TestDatabaseIsOfAnotherBinary has migrations recorded that this binary does not know, and one that it knows otherwise.
// Migrating again, which is the advice for tables that are missing, would be refused.
func TestDatabaseIsOfAnotherBinary(t *testing.T) {
	w := newWorld(t).ready()
	want(t, w.examine(0), doctor.Setup, "version", doctor.OK, "deskpulse test")
	w.exec("INSERT INTO migrations (number, name, checksum) VALUES (9999, 'later.sql', 'abc')")
	want(t, w.examine(0), doctor.ClickHouse, "tables", doctor.Problem, "use the binary that the database was migrated with")
	w.exec("ALTER TABLE migrations DELETE WHERE number = 9999 SETTINGS mutations_sync = 2")
	want(t, w.examine(0), doctor.ClickHouse, "tables", doctor.OK, "migrated")
	w.exec("ALTER TABLE migrations UPDATE checksum = 'abc' WHERE number = 1 SETTINGS mutations_sync = 2")
	want(t, w.examine(0), doctor.ClickHouse, "tables", doctor.Problem, "use the binary that the database was migrated with")
}
