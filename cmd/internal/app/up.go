package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// UpConfig is what a running deskpulse is made of.
type UpConfig struct {
	Dir      string        // the data folder
	Config   config.Config // brokers and addresses that it names are used; what it does not name is started
	NoIngest bool          // leaves ingest to other processes
	Version  string        // of this binary, for the metrics
}

// UpDeps is what it tells, and to whom.
type UpDeps struct {
	Logger   *slog.Logger
	Progress embedded.Progress        // of fetching the engine
	Ready    func(embedded.Endpoints) // called once, when everything answers
}

// Up runs broker, engine and ingest until ctx ends, and returns nil then. It returns an error when something does not
// start, or ends by itself. Nothing is left running either way.
func Up(ctx context.Context, cfg UpConfig, deps UpDeps) error {
	open := closers{logger: deps.Logger}
	defer open.close()

	home, err := embedded.OpenHome(cfg.Dir)
	if err != nil {
		return err
	}
	open.push("data folder", time.Second, func(context.Context) error { return home.Close() })

	c := cfg.Config
	var endpoints embedded.Endpoints
	broker, err := startBroker(ctx, &open, home, &c, deps)
	if err != nil {
		return err
	}
	endpoints.Kafka = broker.addresses
	engine, err := startEngine(ctx, &open, home, &c, deps)
	if err != nil {
		return err
	}
	endpoints.ClickHouse = engine.endpoint
	UseEndpoints(&c, endpoints)
	if err := c.Validate(); err != nil {
		return err
	}

	if err := EnsureTopics(ctx, c, deps.Logger); err != nil {
		return err
	}
	if _, err := Migrate(ctx, c, deps.Logger); err != nil {
		return err
	}
	running, err := startIngest(ctx, &open, c, ingestDeps{Logger: deps.Logger, Version: cfg.Version, Engine: engine.check, Off: cfg.NoIngest})
	if err != nil {
		return err
	}
	endpoints.HTTP = running.addr
	if err := saveConfig(home, c); err != nil {
		return err
	}
	if err := home.Publish(endpoints); err != nil {
		return err
	}
	deps.Ready(endpoints)

	select {
	case <-ctx.Done():
		deps.Logger.Info("stopping")
		return nil
	case <-engine.done:
		return engine.err()
	case <-broker.failed:
		return broker.err()
	case err := <-running.ended:
		return fmt.Errorf("ingest ended by itself: %w", err)
	}
}

// runningBroker is a broker of ours, or a cluster elsewhere, which never fails as far as we are concerned.
type runningBroker struct {
	addresses []string
	failed    <-chan struct{} // closed when our broker can no longer write; nil for a cluster elsewhere
	err       func() error
}

// startBroker starts a broker, unless the configuration names a cluster.
func startBroker(ctx context.Context, open *closers, home *embedded.Home, c *config.Config, deps UpDeps) (runningBroker, error) {
	if len(c.Kafka.Brokers) > 0 {
		return runningBroker{addresses: c.Kafka.Brokers}, nil
	}
	broker := home.Broker(embedded.BrokerConfig{Logger: deps.Logger})
	if err := broker.Start(ctx); err != nil {
		return runningBroker{}, err
	}
	open.push("broker", 10*time.Second, broker.Stop)
	return runningBroker{[]string{broker.Addr()}, broker.Failed(), broker.Err}, nil
}

// runningEngine is an engine of ours, or a server elsewhere, which never ends as far as we are concerned.
type runningEngine struct {
	endpoint embedded.Endpoint
	done     <-chan struct{} // closed when our engine ends; nil for a server elsewhere
	err      func() error
}

// check says for /healthz whether our engine still runs.
func (e runningEngine) check() error {
	select {
	case <-e.done:
		return e.err()
	default:
		return nil
	}
}

// startEngine starts an engine, unless the configuration names a server.
func startEngine(ctx context.Context, open *closers, home *embedded.Home, c *config.Config, deps UpDeps) (runningEngine, error) {
	if len(c.ClickHouse.Addresses) > 0 {
		return runningEngine{endpoint: embedded.Endpoint{Native: c.ClickHouse.Addresses[0], User: c.ClickHouse.User}}, nil
	}
	engine := home.Engine(embedded.EngineConfig{Logger: deps.Logger, Progress: deps.Progress})
	if err := engine.Start(ctx); err != nil {
		return runningEngine{}, err
	}
	open.push("engine", 20*time.Second, engine.Stop)
	return runningEngine{engine.Endpoint(), engine.Done(), engine.Err}, nil
}

// Migrate brings the tables up to this binary and returns the names of the files it applied. It waits for a server that is
// away.
func Migrate(ctx context.Context, c config.Config, logger *slog.Logger) (applied []string, err error) {
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	err = retry(ctx, logger, "migrate clickhouse", passingStore, func(ctx context.Context) error {
		more, err := store.Migrate(ctx)
		applied = append(applied, more...)
		return err
	})
	return applied, err
}
