package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/deskpulse/deskpulse/deploy/dev/kafka"
	"github.com/deskpulse/deskpulse/deploy/embedded"
)

const (
	topic       = "events"
	deadLetters = "deadletters"
)

// world is what all peers share.
type world struct {
	o      options
	dir    string
	binary string // deskpulse
	kafka  *kafka.Cluster
	engine *embedded.Engine
	client *kgo.Client
	admin  *kadm.Client
	broker int // process id
	period period
	load   load
	pool   []pooled // what is produced for latencies, see [world.pooled]
	close  []func()
}

// open builds the binary and starts broker and engine.
func open(ctx context.Context, o options) (*world, error) {
	p, err := recentPeriod(time.Now())
	if err != nil {
		return nil, err
	}
	w := &world{o: o, dir: o.dir, period: p}
	if err := w.start(ctx); err != nil {
		w.end()
		return nil, err
	}
	return w, nil
}

func (w *world) start(ctx context.Context) error {
	if err := w.folder(); err != nil {
		return err
	}
	if err := w.build(ctx); err != nil {
		return err
	}
	if err := w.startBroker(ctx); err != nil {
		return err
	}
	w.engine = embedded.NewEngine(embedded.EngineConfig{Dir: filepath.Join(w.dir, "clickhouse"), MemoryBytes: 4 << 30, Logger: slog.New(slog.DiscardHandler)})
	if err := w.engine.Start(ctx); err != nil {
		return err
	}
	w.close = append(w.close, func() { _ = w.engine.Stop(context.WithoutCancel(ctx)) })
	return nil
}

// build builds deskpulse the way `make build` does.
func (w *world) build(ctx context.Context) (err error) {
	if w.o.binary != "" {
		w.binary, err = filepath.Abs(w.o.binary)
		return err
	}
	w.binary = filepath.Join(w.dir, "deskpulse")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", w.binary, "github.com/deskpulse/deskpulse/cmd/deskpulse")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build deskpulse: %w\n%s", err, out)
	}
	return nil
}

// folder makes the folder of the run.
func (w *world) folder() (err error) {
	if w.dir == "" {
		if w.dir, err = os.MkdirTemp("", "deskpulse-bench-"); err != nil {
			return err
		}
		w.close = append(w.close, func() { _ = os.RemoveAll(w.dir) })
		return nil
	}
	if w.dir, err = filepath.Abs(w.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(w.dir)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("folder %q is not empty: what an earlier run left would be measured too", w.dir)
	}
	return err
}

func (w *world) startBroker(ctx context.Context) (err error) {
	w.kafka, err = kafka.Start(ctx, kafka.Config{Dir: filepath.Join(w.dir, "kafka"), HeapMB: 256})
	if err != nil {
		return err
	}
	w.close = append(w.close, func() { w.kafka.Stop(context.WithoutCancel(ctx)) })
	if w.broker, err = childNamed("java"); err != nil {
		return err
	}
	compression := kgo.NoCompression()
	if w.o.compression == "lz4" {
		compression = kgo.Lz4Compression()
	}
	// Record batches of up to 256 KB are what a busy producer sends.
	w.client, err = kgo.NewClient(kgo.SeedBrokers(w.kafka.Addrs()...), kgo.ProducerBatchCompression(compression),
		kgo.ProducerBatchMaxBytes(256<<10), kgo.ProducerLinger(5*time.Millisecond), kgo.MaxBufferedRecords(100_000))
	if err != nil {
		return err
	}
	w.close = append(w.close, w.client.Close)
	w.admin = kadm.NewClient(w.client)
	return errors.Join(w.createTopic(ctx, topic, w.o.partitions), w.createTopic(ctx, deadLetters, 1))
}

func (w *world) createTopic(ctx context.Context, name string, partitions int) error {
	stamps := "LogAppendTime"
	made, err := w.admin.CreateTopic(ctx, int32(partitions), 1, map[string]*string{"message.timestamp.type": &stamps}, name)
	if err = errors.Join(err, made.Err); err != nil {
		return fmt.Errorf("create topic %q: %w", name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	err = every(ctx, 10*time.Millisecond, func() (bool, error) { // the broker knows of it a moment after its controller
		found, err := w.admin.ListTopics(ctx, name)
		return err == nil && found.Error() == nil && len(found[name].Partitions) == partitions, err
	})
	if err != nil {
		return fmt.Errorf("create topic %q: %w", name, err)
	}
	return nil
}

// end stops and removes everything, the last first.
func (w *world) end() {
	for i := range w.close {
		w.close[len(w.close)-1-i]()
	}
}

// log returns a file for what a process says.
func (w *world) log(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(w.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// every calls look until it says done, fails, or ctx ends.
func every(ctx context.Context, pause time.Duration, look func() (done bool, err error)) error {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		if done, err := look(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
		}
	}
}
