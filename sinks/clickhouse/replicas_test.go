package clickhouse_test

import (
	"errors"
	"testing"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// several returns a store of servers of which the first is away. The second and third are one and the same.
func several(t *testing.T, db embeddedtest.DB) *clickhouse.Store {
	t.Helper()
	cfg := config(db)
	cfg.Addresses = []string{embeddedtest.Nobody(t), db.Native, db.Native}
	return open(t, cfg)
}

// TestRecoveryAsksOneOfSeveralServers recovers while the first of the servers is away.
func TestRecoveryAsksOneOfSeveralServers(t *testing.T) {
	first, db := migrated(t)
	apply(t, first, batchOf(main0, event.Range{First: 0, Last: 9}))
	store := several(t, db)
	if last, ok, err := store.LastApplied(t.Context(), main0); err != nil || !ok || last != 9 {
		t.Errorf("last applied: got %d %t %v", last, ok, err)
	}
	accepted, _, err := store.Present(t.Context(), main0, event.Range{First: 3, Last: 5})
	if diff := cmp.Diff(accepted, []int64{3, 4, 5}); err != nil || diff != "" {
		t.Errorf("present: %v (-got, +want):\n%s", err, diff)
	}
	if err := store.Cancel(t.Context(), main0); err != nil {
		t.Errorf("cancel: %v", err)
	}
	if may, err := store.MaySync(t.Context()); !may || err != nil {
		t.Errorf("may sync: got %t %v", may, err)
	}
	if all, some, replicas, err := store.Replication(t.Context()); all || some || replicas != 0 || err != nil {
		t.Errorf("replication: got %t %t %d %v, want none", all, some, replicas, err)
	}
}

// TestNoServerIsUpToDate has all servers away.
func TestNoServerIsUpToDate(t *testing.T) {
	_, db := migrated(t)
	cfg := config(db)
	cfg.Addresses = []string{embeddedtest.Nobody(t), embeddedtest.Nobody(t)}
	store := open(t, cfg)
	_, _, err := store.LastApplied(t.Context(), main0)
	for name, err := range map[string]error{"last applied": err, "cancel": store.Cancel(t.Context(), main0)} {
		if clickhouse.ClassOf(err) != clickhouse.ClassRetry {
			t.Errorf("%s: got %v, want an error of class retry", name, err)
		}
	}
}

// TestSyncIsUnderstood gives the server what it is told about replicated tables. This engine has none, and says so: it has
// understood the words.
func TestSyncIsUnderstood(t *testing.T) {
	store, db := migrated(t)
	conn := db.Open(t)
	all, settings := clickhouse.SyncReplicas(store)
	if len(all) != 3 || settings["receive_timeout"] != 30 {
		t.Fatalf("got %d statements with %v", len(all), settings)
	}
	for _, statement := range all {
		const badArguments = 36
		answer := new(clickhousego.Exception)
		err := conn.Exec(clickhousego.Context(t.Context(), clickhousego.WithSettings(settings)), statement)
		if !errors.As(err, &answer) || answer.Code != badArguments {
			t.Errorf("%s: got %v, want that the table is not replicated", statement, err)
		}
	}
	if n := count(t, db, "SELECT count() FROM system.columns WHERE database = 'system' AND table = 'replicas' AND name = 'total_replicas'"); n != 1 {
		t.Error("the server does not tell how many replicas there are")
	}
}
