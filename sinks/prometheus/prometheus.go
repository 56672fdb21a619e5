// Package prometheus shows how a running deskpulse is doing, over HTTP: /metrics for a Prometheus server and /healthz
// for whoever restarts processes.
package prometheus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check is one part of the process that can say whether it makes progress.
type Check struct {
	Name  string       // the part, for example "ingest"
	Check func() error // nil when healthy; must answer at once
}

// Deps is what a server shows.
type Deps struct {
	Gatherer prom.Gatherer // the metrics
	Checks   []Check       // all must be healthy for /healthz to answer 200
	Logger   *slog.Logger
}

// Server serves /metrics and /healthz. It is inert until Start.
type Server struct {
	cfg    Config
	deps   Deps
	addr   string
	server *http.Server
	done   chan struct{} // closed when serving has ended
}

// New returns a server that does not listen yet.
func New(cfg Config, deps Deps) *Server {
	s := &Server{cfg: cfg, deps: deps, done: make(chan struct{})}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(deps.Gatherer, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(deps.Logger.Handler(), slog.LevelError),
	}))
	mux.HandleFunc("GET /healthz", s.healthz)
	s.server = &http.Server{
		Handler: mux,
		// A client that is silent must not hold a connection for ever.
		ReadHeaderTimeout: 5 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(deps.Logger.Handler(), slog.LevelDebug),
	}
	return s
}

// Start listens and serves until Stop. The error names the address, and what to do when it is taken.
func (s *Server) Start(ctx context.Context) error {
	var listening net.ListenConfig
	l, err := listening.Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen for metrics on %q: %w (choose another address with --listen, port 0 for any free one)",
			s.cfg.Listen, errors.Unwrap(err))
	}
	s.addr = l.Addr().String()
	go func() {
		defer close(s.done)
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.deps.Logger.Error("metrics server ended", "err", err)
		}
	}()
	return nil
}

// Addr is the host:port on which the server listens, once Start has returned.
func (s *Server) Addr() string { return s.addr }

// Stop lets requests under way finish for as long as ctx allows and ends the server. Stopping a server that was not
// started does nothing.
func (s *Server) Stop(ctx context.Context) error {
	if s.addr == "" {
		return nil
	}
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.server.Close())
	}
	<-s.done
	return err
}
