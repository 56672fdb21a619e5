package faults_test

import (
	"context"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// stop ends broker i in order, as an upgrade would.
func (b apacheBroken) stop(t *testing.T, i int) { b.StopBroker(t.Context(), i) }

func (b *embeddedBroken) stop(t *testing.T, _ int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := b.process.Stop(ctx); err != nil {
		t.Fatal(err)
	}
}

// brokenEngine is an engine in a process of its own, on a small disk of its own.
type brokenEngine struct {
	*disk
	cfg    embedded.EngineConfig
	engine *embedded.Engine
	at     embedded.Endpoint
}

// engineDisk is room for the engine's own tables and a few thousand events, and soon filled.
const engineDisk = 256 << 20

// engineTurns bounds how many engines of their own there are at once: each takes a quarter of a gigabyte.
var engineTurns = make(chan struct{}, 2)

func newBrokenEngine(t *testing.T) *brokenEngine {
	t.Helper()
	embeddedtest.Engine(t) // so that the engine is in the cache, with the progress shown
	engineTurns <- struct{}{}
	t.Cleanup(func() { <-engineTurns })
	dir := t.TempDir()
	d, err := newDisk(dir, engineDisk)
	if err != nil {
		t.Fatalf("an engine on a disk of its own cannot be had (it takes Linux and the rights of root): %v", err)
	}
	t.Cleanup(d.close)
	e := &brokenEngine{disk: d, cfg: embedded.EngineConfig{Dir: dir}}
	e.restart(t)
	// The first start fixes ports and password for the next ones.
	e.cfg.NativePort, e.cfg.HTTPPort, e.cfg.Password = port(t, e.at.Native), port(t, e.at.HTTP), e.at.Password
	return e
}

func (e *brokenEngine) kill() { e.engine.Kill() }

func (e *brokenEngine) restart(t *testing.T) {
	t.Helper()
	engine := embedded.NewEngine(e.cfg)
	if err := e.on(func() error { return engine.Start(t.Context()) }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Kill() }) // its data go with the disk
	e.engine, e.at = engine, engine.Endpoint()
}

var _ smallDisk = (*brokenEngine)(nil)
