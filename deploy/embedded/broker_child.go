package embedded

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// runBrokerChild turns this process into a broker. It returns after SIGTERM.
func runBrokerChild(raw []byte) error {
	var cfg BrokerConfig
	if err := json.Unmarshal(raw, &cfg); err != nil {
		return fmt.Errorf("run broker: arguments: %w", err)
	}
	dieWithParent()
	// A terminal's Ctrl-C reaches the whole process group; when to end is the parent's decision.
	signal.Ignore(syscall.SIGINT)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()

	cfg.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	broker := NewBroker(cfg)
	if err := broker.Start(ctx); err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, broker.Addr())
	select {
	case <-broker.Failed():
		return broker.Err() // what is in memory is not what is on disk: it must not be saved
	case <-ctx.Done():
		return broker.Stop(context.Background())
	}
}
