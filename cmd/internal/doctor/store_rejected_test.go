package doctor_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
)

// ingest applies everything that is in Kafka.
func (w *world) ingest() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan error, 1)
	c := w.c
	c.Streams = append([]config.Stream(nil), c.Streams...)
	go func() { ended <- app.Ingest(ctx, c, "test", slog.New(slog.DiscardHandler), func(string) {}) }()
	behind, err := app.AwaitApplied(ctx, w.c, time.Minute, nil)
	cancel()
	if ended := <-ended; err != nil || ended != nil || len(behind) > 0 {
		w.t.Fatal(err, ended, behind)
	}
}

// rejections are the findings about rejected records, by stream.
func (w *world) rejections() map[string]doctor.Finding {
	w.t.Helper()
	out := map[string]doctor.Finding{}
	for _, f := range w.examine(0).Checks {
		if f.Check == "rejected" {
			out[f.Object] = f
		}
	}
	return out
}

// TestProducerIsBroken has ingest reject all that a producer sends: that stream is a problem, and the other is well, until
// the records were applied more than a day ago.
func TestProducerIsBroken(t *testing.T) {
	w := newWorld(t).ready()
	w.c.Metrics.Listen = "127.0.0.1:0"
	for range 12 {
		w.produce(w.c.Streams[0].Topic)
	}
	w.ingest()
	broken, other := w.c.Streams[0].Name, w.c.Streams[1].Name
	const found = "12 of 12 records of the last 24 hours were rejected, 100.0 %, most often for invalid_json (12)"
	wanted := func(state doctor.State, found string) map[string]doctor.Finding {
		return map[string]doctor.Finding{
			broken: {Area: doctor.ClickHouse, Check: "rejected", Object: broken, State: state, Found: found},
			other:  {Area: doctor.ClickHouse, Check: "rejected", Object: other, State: doctor.OK, Found: "no records in the last 24 hours"},
		}
	}
	check := func(name string, want map[string]doctor.Finding) {
		t.Helper()
		got := w.rejections()
		for stream, f := range got {
			f.Want, f.Do = "", "" // of which `want` tells whether they are there
			got[stream] = f
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("%s (-got, +want):\n%s", name, diff)
		}
	}
	check("broken", wanted(doctor.Problem, found))
	want(t, w.examine(0), doctor.ClickHouse, "rejected", doctor.Problem, "deskpulse deadletter list --stream "+broken)

	w.exec("ALTER TABLE batches UPDATE applied_at = applied_at - INTERVAL 1430 MINUTE WHERE true SETTINGS mutations_sync = 2")
	check("broken nearly a day ago", wanted(doctor.Problem, found))
	w.exec("RENAME TABLE rejected TO slow")
	w.exec("CREATE VIEW rejected AS SELECT * FROM slow WHERE sleepEachRow(0.24) = 0")
	check("reasons take longer than two seconds", wanted(doctor.Problem, "12 of 12 records of the last 24 hours were rejected, 100.0 %"))

	w.exec("ALTER TABLE batches UPDATE applied_at = applied_at - INTERVAL 11 MINUTE WHERE true SETTINGS mutations_sync = 2")
	check("broken more than a day ago", wanted(doctor.OK, "no records in the last 24 hours"))
}

// TestNoTablesNoRejections has a database without tables, of which another finding says what to do.
func TestNoTablesNoRejections(t *testing.T) {
	w := newWorld(t)
	want(t, w.examine(0), doctor.ClickHouse, "rejected", doctor.Skipped, "there are no tables")
}
