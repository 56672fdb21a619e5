package doctor_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// TestHere has an `up` that says that it is not well, and a cache without an engine.
func TestHere(t *testing.T) {
	t.Setenv("DESKPULSE_CACHE", t.TempDir())
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"healthy":false,"checks":{"engine":"ok","ingest":"nothing committed for 1m"}}`))
	}))
	defer up.Close()
	w := newWorld(t)
	w.c.Kafka.Brokers, w.c.ClickHouse.Addresses = []string{embeddedtest.Nobody(t)}, []string{embeddedtest.Nobody(t)}
	in := doctor.Input{Config: w.c, Data: t.TempDir(), HTTP: strings.TrimPrefix(up.URL, "http://"), Engine: true, Now: time.Now}
	r := doctor.Run(t.Context(), in)
	want(t, r, doctor.Here, "health", doctor.Problem, "nothing committed")
	want(t, r, doctor.Here, "engine", doctor.Warning, "complete.json")
	in.HTTP = embeddedtest.Nobody(t)
	want(t, doctor.Run(t.Context(), in), doctor.Here, "health", doctor.Problem, "connection refused")
}
