package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/secret"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// TestTruthSeesEveryColumn: a value that is altered, in whichever column of the table, alters a hash.
func TestTruthSeesEveryColumn(t *testing.T) {
	db := embeddedtest.Database(t)
	migrate(t, db)
	conn := db.Open(t)
	if err := conn.Exec(t.Context(), "INSERT INTO events (event_id, wait_ms, occurred_at, appended_at) VALUES ('a', 0, now64(), now64()), ('b', NULL, now64(), now64())"); err != nil {
		t.Fatal(err)
	}
	first := hashes(t, conn, "events")
	for name, typ := range columnsOf(t, conn) {
		altered := map[bool]string{true: "concat(toString(%[1]s), 'x')", false: "%[1]s + 1"}[strings.Contains(typ, "String")]
		if strings.HasPrefix(typ, "Nullable") {
			altered = "if(isNull(%[1]s), 0, NULL)"
		}
		got := hashes(t, conn, fmt.Sprintf("(SELECT * REPLACE ("+altered+" AS %[1]s) FROM events)", name))
		if name == "ext" {
			if got.ext == first.ext || got.columns != first.columns {
				t.Errorf("ext: got %+v after %+v", got, first)
			}
			continue
		}
		if got.columns == first.columns {
			t.Errorf("column %s of type %s is not seen", name, typ)
		}
	}
}

func migrate(t *testing.T, db embeddedtest.DB) {
	cfg := clickhouse.DefaultConfig()
	cfg.Addresses, cfg.Database, cfg.User, cfg.Password = []string{db.Native}, db.Name, db.User, secret.Text(db.Password)
	store, err := clickhouse.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func hashes(t *testing.T, conn driver.Conn, from string) (c contents) {
	query := strings.Replace(truthSQL, "FROM events", "FROM "+from, 1)
	if err := conn.QueryRow(t.Context(), query).Scan(&c.events, &c.made, &c.columns, &c.ext); err != nil {
		t.Fatalf("%s: %v", from, err)
	}
	return c
}

// columnsOf returns the types of the columns of the table by their names.
func columnsOf(t *testing.T, conn driver.Conn) map[string]string {
	rows, err := conn.Query(t.Context(), "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = 'events'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var name, typ string
		if err := rows.Scan(&name, &typ); err != nil {
			t.Fatal(err)
		}
		all[name] = typ
	}
	if err := rows.Err(); err != nil || len(all) < 20 {
		t.Fatalf("%d columns, %v", len(all), err)
	}
	return all
}

// TestMadeHash: the column outcome has another name in some types of events.
func TestMadeHash(t *testing.T) {
	read := func(value string) string {
		e, err := readMade([]byte(value))
		if err != nil {
			t.Fatal(err)
		}
		return e.said()
	}
	presence := read(`{"type":"agent.presence","time":"2026-11-01T00:00:00Z","data":{"state":"idle"}}`)
	for _, other := range []string{
		`{"type":"agent.presence","time":"2026-11-01T00:00:00Z","data":{"state":"away"}}`,
		`{"type":"agent.presence","time":"2026-11-01T00:00:00.001Z","data":{"state":"idle"}}`,
		`{"type":"agent.presence","time":"2026-11-01T00:00:00Z","data":{"state":"idle","wait_ms":0}}`,
	} {
		if read(other) == presence {
			t.Errorf("%s has the hash of another event", other)
		}
	}
	if unseen := read(`{"type":"agent.presence","time":"2026-11-01T00:00:00Z","data":{"state":"idle","other":1}}`); unseen != presence {
		t.Error("a member without a column of its own alters the hash")
	}
}

func TestAgrees(t *testing.T) {
	s := new(same)
	for _, step := range []struct {
		name string
		got  contents
		ext  bool
		want bool
	}{
		{"the first one", contents{columns: 1, ext: 2}, true, true},
		{"the same", contents{columns: 1, ext: 2}, true, true},
		{"another ext", contents{columns: 1, ext: 3}, true, false},
		{"another ext that is not compared", contents{columns: 1, ext: 3}, false, true},
		{"another column", contents{columns: 4, ext: 2}, true, false},
	} {
		if got := s.agrees(step.got, step.ext); got != step.want {
			t.Errorf("%s: got %v, want %v", step.name, got, step.want)
		}
	}
}

// TestPeriod: on every day of a year there are 20 days of one month within the bounds.
func TestPeriod(t *testing.T) {
	for day := range 366 {
		now := time.Date(2028, 1, 1, 13, 0, 0, 0, time.UTC).AddDate(0, 0, day)
		p, err := recentPeriod(now)
		if err != nil {
			t.Fatal(err)
		}
		if days := p.to.Sub(p.from).Hours() / 24; days < 19.5 || days > 31 || p.to.After(now) || now.Sub(p.from).Hours() > 39*24 {
			t.Errorf("%s: %.1f days of %s, from %s to %s", now.Format(time.DateOnly), days, p.month, p.from, p.to)
		}
		if !p.has(p.from) || p.has(p.to) {
			t.Errorf("%s: the period has its end, or lacks its beginning", now.Format(time.DateOnly))
		}
	}
}
