package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	prom "github.com/prometheus/client_golang/prometheus"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
	sinkkafka "github.com/deskpulse/deskpulse/sinks/kafka"
	"github.com/deskpulse/deskpulse/sinks/prometheus"
)

// Ingest runs one ingest process until ctx ends, and returns nil then. Ready is told the address of /metrics and /healthz
// once they are served, which is before ClickHouse and Kafka answer: those are waited for.
func Ingest(ctx context.Context, c config.Config, version string, logger *slog.Logger, ready func(addr string)) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(ingestGCPercent)
	}
	open := closers{logger: logger}
	defer open.close()
	running, err := startIngest(ctx, &open, c, ingestDeps{Logger: logger, Version: version})
	if err != nil {
		return err
	}
	ready(running.addr)
	select {
	case <-ctx.Done():
		logger.Info("stopping")
		return nil
	case err := <-running.ended:
		return fmt.Errorf("ingest ended by itself: %w", err)
	}
}

// ingestGCPercent trades collections for memory. Nearly all memory of ingest is columns and buffers without pointers, which
// are used again and again: collecting more often costs nothing that can be measured. Half of the usual 100 took 30 MB off
// the peak, half of that another 45 MB.
const ingestGCPercent = 25

// ingestDeps is what surrounds ingest in its process.
type ingestDeps struct {
	Logger  *slog.Logger
	Version string
	Engine  func() error // health of the engine in the same process, nil where there is none
	Off     bool         // no ingest, only metrics and health
}

// runningIngest is a started ingest.
type runningIngest struct {
	addr  string       // of /metrics and /healthz
	ended <-chan error // gets why ingest ended by itself
}

// startIngest starts ingest with its metrics and health. Closing lets it finish and commit the batch in hand, first of all.
func startIngest(ctx context.Context, open *closers, c config.Config, deps ingestDeps) (runningIngest, error) {
	registry := prometheus.NewRegistry(deps.Version)
	var checks []prometheus.Check
	if deps.Engine != nil {
		checks = append(checks, prometheus.Check{Name: "engine", Check: deps.Engine})
	}
	ended := make(chan error, 1)
	if !deps.Off {
		stage, store, err := newIngest(open, c, deps.Logger, registry)
		if err != nil {
			return runningIngest{}, err
		}
		checks = append(checks, prometheus.Check{Name: "ingest", Check: stage.Health})
		runIngest(ctx, open, c, deps.Logger, stage, store, ended)
	}
	server := prometheus.New(c.Metrics, prometheus.Deps{Gatherer: registry, Checks: checks, Logger: deps.Logger})
	if err := server.Start(ctx); err != nil {
		return runningIngest{}, err
	}
	open.push("metrics", 5*time.Second, server.Stop)
	return runningIngest{server.Addr(), ended}, nil
}

// newIngest wires the stage; nothing connects yet.
func newIngest(open *closers, c config.Config, logger *slog.Logger, registry prom.Registerer) (*ingest.Ingest, *clickhouse.Store, error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return nil, nil, err
	}
	open.push("clickhouse", 5*time.Second, func(context.Context) error { return store.Close() })
	client, err := kafka.New(c.KafkaClient())
	if err != nil {
		return nil, nil, err
	}
	open.push("kafka", time.Second, func(context.Context) error { client.Close(); return nil })
	group, err := kafka.NewGroup(client, c.Group, logger)
	if err != nil {
		return nil, nil, err
	}
	letters, err := newProducer(c, deadLetterBytes)
	if err != nil {
		return nil, nil, err
	}
	open.push("dead letters", 5*time.Second, func(context.Context) error { return letters.Close() })
	stage, err := ingest.New(c.IngestStage(), ingest.Deps{
		Streams:     c.EventStreams(),
		Store:       store,
		DeadLetters: sinkkafka.NewDeadLetters(letters.Producer, c.DeadLetters),
		Join: func(ctx context.Context, work func(context.Context, ingest.Log), joined func(bool)) error {
			group.Joined = joined
			return group.Run(ctx, func(ctx context.Context, a *kafka.Assignment) { work(ctx, a) })
		},
		Log:      logger,
		Registry: registry,
	})
	return stage, store, err
}

// runIngest lets the stage work once the tables are there. Its end is told to ended.
func runIngest(ctx context.Context, open *closers, c config.Config, logger *slog.Logger, stage *ingest.Ingest, store *clickhouse.Store, ended chan<- error) {
	// Not the caller's context: that one ends first of all, and ingest has its turn among what is closed.
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		err := retry(ctx, logger, "check the tables of clickhouse", passingStore, store.CheckTables)
		if err == nil {
			err = stage.Run(ctx)
		}
		if ctx.Err() == nil {
			ended <- err
		}
	}()
	// Two inserts may have to be waited for, and the group is left after them.
	open.push("ingest", 3*c.ClickHouse.InsertDeadline+2*c.Group.LeaveTimeout+5*time.Second, func(closing context.Context) error {
		stop()
		select {
		case <-done:
			return nil
		case <-closing.Done():
			return closing.Err()
		}
	})
}
