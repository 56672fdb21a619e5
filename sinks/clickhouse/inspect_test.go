package clickhouse_test

import (
	"testing"
	"time"
)

// TestInspect asks a server that is well everything that `doctor` asks.
func TestInspect(t *testing.T) {
	store, _ := migrated(t)
	version, now, err := store.Clock(t.Context())
	if err != nil || version == "" || time.Since(now).Abs() > time.Minute {
		t.Errorf("clock: got %q %v %v, want this machine's", version, now, err)
	}
	settings, err := store.Settings(t.Context(), "async_insert", "no_such_setting", "readonly")
	if err != nil || len(settings) != 2 || settings[1].Value != "0" || settings[1].Readonly {
		t.Errorf("settings: got %+v %v", settings, err)
	}
	disks, err := store.Disks(t.Context())
	if err != nil || len(disks) != 1 || disks[0].Free == 0 || disks[0].Size < disks[0].Free || disks[0].Kept == 0 {
		t.Errorf("disks: got %+v %v", disks, err)
	}
	tables, delay, refuse, err := store.Parts(t.Context())
	if err != nil || len(tables) == 0 || delay == 0 || refuse <= delay {
		t.Errorf("parts: got %+v %d %d %v, want those of the migrations", tables, delay, refuse, err)
	}
	if lately, ever, err := store.Growth(t.Context(), now.Add(-time.Hour)); err != nil || lately != 0 || ever != 0 {
		t.Errorf("growth: got %d %d %v, want none", lately, ever, err)
	}
	grants, err := store.Grants(t.Context())
	if err != nil || len(grants) != 7 {
		t.Fatalf("grants: got %+v %v", grants, err)
	}
	for _, g := range grants {
		if !g.Granted || g.Purpose == "" || g.Purpose[0] == '-' {
			t.Errorf("grant: got %+v", g)
		}
	}
}
