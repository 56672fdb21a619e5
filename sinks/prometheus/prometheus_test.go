package prometheus_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	prom "github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/sinks/prometheus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, checks ...prometheus.Check) *prometheus.Server {
	t.Helper()
	s := prometheus.New(prometheus.DefaultConfig(), prometheus.Deps{
		Gatherer: prometheus.NewRegistry("v1.2.3"), Checks: checks, Logger: slog.New(slog.DiscardHandler),
	})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func get(t *testing.T, s *prometheus.Server, path string) (int, string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get("http://" + s.Addr() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestMetrics(t *testing.T) {
	code, body := get(t, start(t), "/metrics")
	if code != http.StatusOK {
		t.Errorf("status %d, want 200", code)
	}
	for _, want := range []string{`deskpulse_build_info{version="v1.2.3"} 1`, "go_goroutines ", "process_resident_memory_bytes "} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in /metrics", want)
		}
	}
}

func TestHealth(t *testing.T) {
	ok := func() error { return nil }
	for _, test := range []struct {
		name   string
		checks []prometheus.Check
		code   int
		body   string
	}{
		{"nothing to check", nil, 200, `{"healthy":true,"checks":{}}`},
		{"all well", []prometheus.Check{{Name: "ingest", Check: ok}}, 200, `{"healthy":true,"checks":{"ingest":"ok"}}`},
		{"one is not", []prometheus.Check{
			{Name: "engine", Check: ok},
			{Name: "ingest", Check: func() error { return errors.New("nothing committed for 30s") }},
		}, 503, `{"healthy":false,"checks":{"engine":"ok","ingest":"nothing committed for 30s"}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, body := get(t, start(t, test.checks...), "/healthz")
			if diff := cmp.Diff(strings.TrimSpace(body), test.body); code != test.code || diff != "" {
				t.Errorf("status %d, want %d; body (-got, +want):\n%s", code, test.code, diff)
			}
		})
	}
}

func TestOtherMethodsAndPaths(t *testing.T) {
	if code, _ := get(t, start(t), "/debug/pprof/"); code != http.StatusNotFound {
		t.Errorf("status %d, want 404", code)
	}
}

func TestAddressTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := prometheus.New(prometheus.Config{Listen: l.Addr().String()},
		prometheus.Deps{Gatherer: prom.NewRegistry(), Logger: slog.New(slog.DiscardHandler)})
	err = s.Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), l.Addr().String()) || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("error %v names neither the address nor what to do", err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Errorf("stop of a server that never started: %v", err)
	}
}

func TestConfigValidate(t *testing.T) {
	for _, test := range []struct {
		listen string
		ok     bool
	}{
		{"127.0.0.1:0", true}, {":9464", true}, {"[::1]:9464", true},
		{"", false}, {"localhost", false}, {"localhost:http", false}, {"localhost:70000", false},
	} {
		if err := (prometheus.Config{Listen: test.listen}).Validate(); (err == nil) != test.ok {
			t.Errorf("Validate(%q) = %v, want ok=%v", test.listen, err, test.ok)
		}
	}
}
