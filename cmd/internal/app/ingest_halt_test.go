package app_test

import (
	"slices"
	"testing"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/secret"
)

// TestErrorsThatHaltThePartition breaks the tables under a running ingest: it halts with a reason, writes down no range,
// and reads nothing more. When they are mended the next process brings everything, once.
func TestErrorsThatHaltThePartition(t *testing.T) {
	mixed := append([]string{poison}, events("a1", 19)...) // what halts comes first: they may not be read in one piece
	for _, c := range []struct {
		name           string
		broken, mended []string
		values         []string
		says           []string
		rejected       int64
	}{
		{"events is gone", []string{"RENAME TABLE events TO away"}, []string{"RENAME TABLE away TO events"}, mixed,
			[]string{"/events: code: 60", "run `deskpulse migrate`"}, 1},
		{"a column of events has another name", []string{"ALTER TABLE events RENAME COLUMN talk_ms TO talked"},
			[]string{"ALTER TABLE events RENAME COLUMN talked TO talk_ms"}, mixed, []string{"/events: code: 16", "run `deskpulse migrate`"}, 1},
		{"rejected is gone", []string{"RENAME TABLE rejected TO away"}, []string{"RENAME TABLE away TO rejected"}, mixed,
			[]string{"/rejected: code: 60", "run `deskpulse migrate`"}, 1},
		{"batches is gone", []string{"RENAME TABLE batches TO away"}, []string{"RENAME TABLE away TO batches"}, mixed,
			[]string{"/batches: code: 60", "run `deskpulse migrate`"}, 1},
		{"rejected refuses a record that is no event", []string{"ALTER TABLE rejected ADD CONSTRAINT nothing CHECK offset < 0"},
			[]string{"ALTER TABLE rejected DROP CONSTRAINT nothing"}, mixed, []string{"/rejected: code: 469", "drop the constraint"}, 1},
		{"rejected refuses what events refuses", []string{agentGone, "ALTER TABLE rejected ADD CONSTRAINT nothing CHECK offset < 0"},
			[]string{"ALTER TABLE rejected DROP CONSTRAINT nothing"}, slices.Concat(events("gone", 1), events("a1", 19)),
			[]string{"/rejected: code: 469", "drop the constraint"}, 1},
		{"an index fails, which is no row's fault", []string{"ALTER TABLE events ADD INDEX broken throwIf(agent = 'gone') TYPE minmax"},
			[]string{"ALTER TABLE events DROP INDEX broken"}, slices.Concat(events("gone", 1), events("a1", 19)),
			[]string{nobodyGuilty, "look at the materialized views, indexes and projections on it"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newIngestWorld(t)
			w.produce(t, events("before", 5)...)
			p := w.start(t)
			w.settle(t)
			w.exec(t, c.broken...)
			w.produce(t, c.values...)
			p.halted(t, c.says...)
			w.produce(t, events("after", 5)...)
			p.stop()
			w.exec(t, c.mended...)
			w.want(t, map[string]int64{"SELECT max(last) FROM batches": 4, "SELECT countIf(agent = 'after') FROM events": 0})
			w.start(t)
			w.settle(t)
			w.want(t, map[string]int64{allEvents: 30 - c.rejected, allRejected: c.rejected, twiceAtAll: 0})
			w.verified(t)
		})
	}
}

// A writer may do what deskpulse asks for, but for one right.
const writers = `<clickhouse><users>
    <writer><password>p</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
        <grants><query>GRANT SELECT ON *.*</query><query>GRANT KILL QUERY ON *.*</query>
            <query>GRANT INSERT ON desk.rejected</query><query>GRANT INSERT ON desk.batches</query></grants></writer>
</users></clickhouse>`

// TestMissingRightHaltsThePartition has ingest log in as somebody who may not insert into `events`.
func TestMissingRightHaltsThePartition(t *testing.T) {
	engine := embeddedtest.OwnEngine(t, "users.d", writers)
	w := newIngestWorld(t)
	w.config.ClickHouse.Addresses, w.config.ClickHouse.Database = []string{engine.Native}, "desk"
	w.config.ClickHouse.Password = secret.Text(engine.Password)
	if _, err := app.Migrate(t.Context(), w.config, quiet()); err != nil {
		t.Fatal(err)
	}
	may := w.config.ClickHouse
	w.config.ClickHouse.User, w.config.ClickHouse.Password = "writer", "p"
	w.produce(t, append([]string{poison}, events("a1", 19)...)...)
	p := w.start(t)
	p.halted(t, "/events: code: 497", "grant the configured user")
	p.stop()
	w.config.ClickHouse = may
	w.conn = database(t, w.config)
	w.want(t, map[string]int64{allEvents: 0, allRejected: 0, allRanges: 0})
	w.start(t)
	w.settle(t)
	w.want(t, map[string]int64{allEvents: 19, allRejected: 1, allRanges: 1})
	w.verified(t)
}
