package clickhouse_test

import (
	"context"
	"errors"
	"testing"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// TestAnswersOfTheEngine has the engine itself give the errors that a statement can provoke.
func TestAnswersOfTheEngine(t *testing.T) {
	_, db := migrated(t)
	conn := db.Open(t)
	for _, c := range []struct {
		name     string
		sql      string
		settings clickhousego.Settings
		code     int
		class    clickhouse.Class
		data     bool
	}{
		{"memory", "SELECT groupArray(number) FROM numbers(10000000)", clickhousego.Settings{"max_memory_usage": 1 << 20}, 241, clickhouse.ClassRetry, false},
		{"deadline", "SELECT sleepEachRow(1) FROM numbers(3)", clickhousego.Settings{"max_execution_time": 1, "max_block_size": 1}, 159, clickhouse.ClassRetry, false},
		{"made twice", "CREATE TABLE events (x UInt8) ENGINE = Null", nil, 57, clickhouse.ClassRetry, false},
		{"read-only profile", "INSERT INTO events (offset) SELECT 1", clickhousego.Settings{"readonly": 1}, 164, clickhouse.ClassPermanent, false},
		{"statements of this kind are forbidden", "CREATE TABLE y (x UInt8) ENGINE = Null", clickhousego.Settings{"allow_ddl": 0}, 392, clickhouse.ClassPermanent, false},
		{"no right", "CREATE USER u", nil, 497, clickhouse.ClassPermanent, false},
		{"unknown setting", "SELECT 1 SETTINGS no_such_setting = 1", nil, 115, clickhouse.ClassPermanent, false},
		{"unknown function", "SELECT noSuchFunction(1)", nil, 46, clickhouse.ClassPermanent, false},
		{"unknown identifier", "SELECT no_such_column FROM events", nil, 47, clickhouse.ClassPermanent, false},
		{"number of columns", "INSERT INTO events SELECT 1", nil, 20, clickhouse.ClassPermanent, false},
		{"syntax", "SELEC 1", nil, 62, clickhouse.ClassPermanent, false},
		{"unknown table", "SELECT * FROM no_such_table", nil, 60, clickhouse.ClassPermanent, false},
		{"unknown database", "SELECT * FROM no_such_database.t", nil, 81, clickhouse.ClassPermanent, false},

		{"text", "SELECT toUInt8(materialize('x'))", nil, 6, clickhouse.ClassPermanent, true},
		{"number", "SELECT toFloat64(materialize('x'))", nil, 72, clickhouse.ClassPermanent, true},
		{"date", "SELECT toDate(materialize('x'))", nil, 38, clickhouse.ClassPermanent, true},
		{"date and time", "SELECT toDateTime(materialize('x'))", nil, 41, clickhouse.ClassPermanent, true},
		{"UUID", "SELECT toUUID(materialize('x'))", nil, 376, clickhouse.ClassPermanent, true},
		{"IPv4", "SELECT toIPv4(materialize('x'))", nil, 675, clickhouse.ClassPermanent, true},
		{"IPv6", "SELECT toIPv6(materialize('x'))", nil, 676, clickhouse.ClassPermanent, true},
		{"truth", "SELECT materialize('x')::Bool", nil, 467, clickhouse.ClassPermanent, true},
		{"element of an enum", "SELECT materialize('z')::Enum('a' = 1)", nil, 691, clickhouse.ClassPermanent, true},
		{"length", "SELECT toFixedString(materialize('abc'), 2)", nil, 131, clickhouse.ClassPermanent, true},
		{"division", "SELECT intDiv(1, materialize(0))", nil, 153, clickhouse.ClassPermanent, true},
		{"thrown on purpose", "SELECT throwIf(materialize(1))", nil, 395, clickhouse.ClassPermanent, true},
		{"overflow", "SELECT toDecimal32(materialize(10000000000), 2)", nil, 407, clickhouse.ClassPermanent, true},
		{"arrays", "SELECT arrayMap((x, y) -> x + y, [1], materialize([1, 2]))", nil, 190, clickhouse.ClassPermanent, true},
		{"NULL", "INSERT INTO events (offset) SELECT materialize(NULL::Nullable(Int64))", clickhousego.Settings{"insert_null_as_default": 0}, 349, clickhouse.ClassPermanent, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := t.Context()
			if c.settings != nil {
				ctx = clickhousego.Context(ctx, clickhousego.WithSettings(c.settings))
			}
			wantError(t, clickhouse.Explain("try", conn.Exec(ctx, c.sql)), c.code, c.class, c.data)
		})
	}
}

// wantError wants an error of this package with a code and what follows from it.
func wantError(t *testing.T, err error, code int, class clickhouse.Class, data bool) {
	t.Helper()
	var e *clickhouse.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *Error", err)
	}
	if e.Code != code || e.Class != class || e.Data() != data {
		t.Errorf("got code %d, class %s, data %t, want %d, %s, %t: %v", e.Code, e.Class, e.Data(), code, class, data, err)
	}
}

// TestAnswersToTwoQueries has one query stand in the way of another, and then be killed.
func TestAnswersToTwoQueries(t *testing.T) {
	_, db := migrated(t)
	conn, id := db.Open(t), embeddedtest.Name(t)
	slow := func(ctx context.Context, settings clickhousego.Settings) error {
		ctx = clickhousego.Context(ctx, clickhousego.WithQueryID(id), clickhousego.WithSettings(settings))
		return clickhouse.Explain("try", conn.Exec(ctx, "SELECT sleepEachRow(1) FROM numbers(60) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0"))
	}
	ended := make(chan error, 1)
	go func() { ended <- slow(t.Context(), nil) }()
	until(t, "the query runs", func() bool { return count(t, db, "SELECT count() FROM system.processes WHERE query_id = ?", id) == 1 })
	wantError(t, slow(t.Context(), nil), 216, clickhouse.ClassRetry, false)
	crowded := clickhousego.Context(t.Context(), clickhousego.WithSettings(clickhousego.Settings{"max_concurrent_queries_for_user": 1}))
	wantError(t, clickhouse.Explain("try", conn.Exec(crowded, "SELECT 1")), 202, clickhouse.ClassRetry, false)
	exec(t, db, "KILL QUERY WHERE query_id = ? SYNC", id)
	wantError(t, <-ended, 394, clickhouse.ClassRetry, false)
}
