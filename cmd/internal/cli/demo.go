package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded"
)

// demoFlags are the flags of demo.
type demoFlags struct {
	data, out string
	seed      uint64
}

func newDemo(env Env) *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show all of it: a month of a 40-agent desk, from Kafka to payroll",
		Long: `Start broker, engine and ingest in a folder of its own, produce March 2024 of a made-up desk of 40 agents
through Kafka, with copies, late, retracted and invalid events in it, and take the month to its end:
calculate, score, approve, publish, export, and adjust what is heard of too late. Every command is run as it
is typed. At the end what came out is compared with what the generator knows to be true: exit code 1 means
that it is something else.

The same seed gives the same output on every machine, and the same result hash. The payroll stays in the
folder --out; the data is removed, unless --data names a folder.`,
		Example: `  deskpulse demo
  deskpulse demo --seed 7 --data ./demo --out ./payroll`,
		GroupID: groupRun,
		Args:    cobra.NoArgs,
	}
	cmd.Flags().StringVar(&f.data, "data", "", "keep the data in this `folder` (default: a temporary one)")
	cmd.Flags().StringVar(&f.out, "out", "", "write the payroll to this `folder` (default: a temporary one, which stays)")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "another seed is another month")
	_ = cmd.MarkFlagDirname("data")
	_ = cmd.MarkFlagDirname("out")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error { return runDemo(ctx, env, f) })
	return cmd
}

func runDemo(ctx context.Context, env Env, f demoFlags) error {
	began := time.Now()
	keep := f.data != ""
	if err := f.folders(); err != nil {
		return err
	}
	if !keep {
		defer os.RemoveAll(f.data)
	}
	if err := beside(ctx, env, f.data, func(ctx context.Context, c config.Config) error {
		return newDemonstration(env, c, f).tell(ctx)
	}); err != nil {
		return err
	}
	fmt.Fprintf(env.Out, "\npayroll:  %s\nadjusted: %s\nall of it in %v\n", filepath.Join(f.out, payrollFolder, "payroll.xlsx"),
		filepath.Join(f.out, adjustedFolder, "payroll.xlsx"), time.Since(began).Round(100*time.Millisecond))
	return nil
}

// folders makes those that nobody named. The story begins with an empty desk.
func (f *demoFlags) folders() (err error) {
	if entries, err := os.ReadDir(f.data); err == nil && len(entries) > 0 {
		return usagef("--data %q: the demo begins with an empty folder, and this one is not", f.data)
	}
	if f.data == "" {
		if f.data, err = os.MkdirTemp("", "deskpulse-demo-"); err != nil {
			return err
		}
	}
	if f.out == "" {
		f.out, err = os.MkdirTemp("", "deskpulse-payroll-")
		return err
	}
	f.out, err = filepath.Abs(f.out)
	return err
}

// beside runs something beside `up`: when it has ended, or failed, everything is stopped; when something of `up` fails, its
// context ends.
func beside(ctx context.Context, env Env, data string, work func(context.Context, config.Config) error) error {
	c := config.Default()
	c.Log.Level = "warn" // the demo tells itself what happens
	bar := newFetchBar(env)
	defer bar.close()
	upCtx, stop := context.WithCancel(ctx)
	defer stop()
	workCtx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	ready := make(chan embedded.Endpoints, 1)
	up := make(chan error, 1)
	fmt.Fprintln(env.Out, "Starting Kafka broker, ClickHouse engine and ingest in one folder ...")
	go func() {
		err := app.Up(upCtx, app.UpConfig{Dir: data, Config: c, Version: env.Version}, app.UpDeps{
			Logger: c.Log.Logger(env.Err), Progress: bar.report, Ready: func(e embedded.Endpoints) { ready <- e },
		})
		giveUp(err)
		up <- err
	}()
	var err error
	select {
	case e := <-ready:
		bar.close()
		app.UseEndpoints(&c, e)
		err = work(workCtx, c)
	case <-workCtx.Done():
		err = context.Cause(workCtx)
	}
	stop()
	if ended := <-up; ended != nil {
		return ended // the cause; whatever the work ran into is its effect
	}
	return err
}
