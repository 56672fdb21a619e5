package cli

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// TestShowReplayed holds what `deadletter replay` prints against testdata/replayed.txt.
func TestShowReplayed(t *testing.T) {
	invalid := map[event.Reason]int64{event.InvalidJSON: 30, event.TimeOutOfBounds: 1200}
	check := app.ReplayConfig{Check: true}
	limited := app.ReplayConfig{Filter: clickhouse.OutstandingFilter{Limit: 5000}}
	var out strings.Builder
	for _, c := range []struct {
		name string
		r    app.Replayed
		cfg  app.ReplayConfig
	}{
		{"nothing", app.Replayed{}, app.ReplayConfig{}},
		{"check", app.Replayed{Records: 5000, Expired: 70, Invalid: invalid}, check},
		{"check, and none is acceptable", app.Replayed{Records: 1230, Invalid: invalid}, check},
		{"all are events", app.Replayed{Records: 3700, Sent: 3700, Accepted: 3700}, app.ReplayConfig{}},
		{"some are not", app.Replayed{Records: 5000, Expired: 70, Invalid: invalid, Sent: 3700, Accepted: 3690, Again: 10}, limited},
		{"ingest is slow", app.Replayed{Records: 20, Sent: 20, Accepted: 15, Waiting: 5}, app.ReplayConfig{}},
	} {
		fmt.Fprintf(&out, "# %s\n", c.name)
		if err := showReplayed(&out, c.r, c.cfg); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&out)
	}
	want, err := os.ReadFile("testdata/replayed.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(out.String(), string(want)); diff != "" {
		t.Errorf("replayed (-got, +want):\n%s", diff)
	}
}
