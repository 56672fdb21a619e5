// Command benchclose measures what closing a month costs: it makes up a month of calls, chats, mails and presence, has the
// embedded engine keep it, and holds the time that reading, folding, measuring and scoring all of it takes against one bare
// GROUP BY of the same rows.
//
//	go run ./deploy/dev/benchclose -events 20000000 -agents 2000
//
// What comes out is checked against what was made up. The month is measured in a process of its own, so that its memory
// is that of measuring alone. The last line on standard output is one JSON object.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// options are the flags.
type options struct {
	events  int64
	agents  int
	seed    uint64
	dir     string
	memory  int64
	profile string
	steps   bool
	child   bool
}

func main() {
	embedded.RunChild()
	var o options
	flag.Int64Var(&o.events, "events", 20_000_000, "how many events")
	flag.IntVar(&o.agents, "agents", 2_000, "how many agents, 9000 at most")
	flag.Uint64Var(&o.seed, "seed", 1, "another seed is another month")
	flag.StringVar(&o.dir, "dir", "", "keep the data in this `folder`, and use what an earlier run left there (default: a temporary one)")
	flag.Int64Var(&o.memory, "memory", 4, "GiB that the engine may use")
	flag.StringVar(&o.profile, "cpuprofile", "", "write the processor profile of measuring to this `file`")
	flag.BoolVar(&o.steps, "steps", true, "say where the time goes, which reads the month three times more")
	flag.BoolVar(&o.child, "child", false, "measure what the environment says; for the command itself")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run := bench
	if o.child {
		run = measure
	}
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "benchclose:", err)
		stop()
		os.Exit(1)
	}
}

// bench is the parent: engine, data, the bare query, and the process that measures.
func bench(ctx context.Context, o options) error {
	if o.agents < 1 || o.agents > 9000 || o.events < 1 {
		return fmt.Errorf("%d events of %d agents: want 1 to 9000 agents and at least one event", o.events, o.agents)
	}
	dir := o.dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "deskpulse-benchclose-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	engine := embedded.NewEngine(embedded.EngineConfig{Dir: filepath.Join(dir, "clickhouse"), MemoryBytes: o.memory << 30, Logger: slog.New(slog.DiscardHandler)})
	fmt.Fprintln(os.Stdout, "starting the engine ...")
	if err := engine.Start(ctx); err != nil {
		return err
	}
	defer func() { _ = engine.Stop(context.WithoutCancel(ctx)) }()
	s, err := open(engine.Endpoint())
	if err != nil {
		return err
	}
	defer s.close()
	truth, err := s.month(ctx, o, filepath.Join(dir, "truth.json"))
	if err != nil {
		return err
	}
	bare, err := s.bare(ctx)
	if err != nil {
		return err
	}
	found, err := s.measured(ctx, o, engine.Endpoint())
	if err != nil {
		return err
	}
	if err := found.check(truth); err != nil {
		return err
	}
	// Again, for the machine may have been busier or less so.
	after, err := s.bare(ctx)
	if err != nil {
		return err
	}
	return report(os.Stdout, o, truth, found, min(bare, after))
}

// read reads what another process or run wrote.
func read(path string, to any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}
