package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

const (
	demoPolicy = "express-cs"
	demoWait   = 2 * time.Minute
)

// demoFlags are the flags of demo.
type demoFlags struct {
	data string
	seed uint64
}

func newDemo(env Env) *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show all of it: a month of a 40-agent desk, from Kafka to the tier table",
		Long: `Start broker, engine and ingest in a folder of its own, produce last month of a made-up desk of 40 agents
through Kafka, with copies, late, retracted and invalid events in it, wait until everything is proven to be
in ClickHouse exactly once, print the tiers and what was rejected, and compare both with what the generator
knows to be true. The folder is removed at the end, unless --data names one.`,
		Example: `  deskpulse demo
  deskpulse demo --seed 7 --data ./demo`,
		GroupID: groupRun,
		Args:    cobra.NoArgs,
	}
	cmd.Flags().StringVar(&f.data, "data", "", "keep the data in this `folder` (default: a temporary one)")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "another seed is another month")
	_ = cmd.MarkFlagDirname("data")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error { return runDemo(ctx, env, f) })
	return cmd
}

func runDemo(ctx context.Context, env Env, f demoFlags) error {
	if f.data == "" {
		dir, err := os.MkdirTemp("", "deskpulse-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		f.data = dir
	}
	c := config.Default()
	c.Log.Level = "warn" // the demo tells itself what happens
	bar := newFetchBar(env)
	defer bar.close()

	// The demo is what runs beside `up`: when it has ended, or failed, everything is stopped; when something of `up` fails,
	// the demo ends.
	upCtx, stop := context.WithCancel(ctx)
	defer stop()
	demoCtx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	ready := make(chan embedded.Endpoints, 1)
	up := make(chan error, 1)
	fmt.Fprintln(env.Out, "starting Kafka broker, ClickHouse engine and ingest in one folder ...")
	go func() {
		err := app.Up(upCtx, app.UpConfig{Dir: f.data, Config: c, Version: env.Version}, app.UpDeps{
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
		err = demonstrate(demoCtx, env, c, f)
	case <-demoCtx.Done():
		err = context.Cause(demoCtx)
	}
	stop()
	if ended := <-up; ended != nil {
		return ended // the cause; whatever the demo ran into is its effect
	}
	return err
}

// demonstrate is the story that the demo tells.
func demonstrate(ctx context.Context, env Env, c config.Config, f demoFlags) error {
	began := time.Now()
	// A month that is over, by everybody's clock: the pipeline rejects events of the future.
	now := env.Now().UTC()
	desk := simulate.Default(time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01"))
	desk.Seed = f.seed
	if now.Day() == 1 {
		desk.Month = time.Date(now.Year(), now.Month()-2, 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	}
	month, err := simulateMonth(ctx, env, c, desk)
	if err != nil {
		return err
	}
	x := month.Expected
	fmt.Fprintf(env.Out, "produced %s records of %s through Kafka: %s copies, %s late, %s contradictory, %s taken back, %s invalid\n",
		groups(x.Records), desk.Month, groups(x.Duplicates), groups(x.Late), groups(x.Conflicting), groups(x.Retracted), groups(x.Rejected))

	fmt.Fprintf(env.Out, "\n$ deskpulse verify ingest --wait %v\n\n", demoWait)
	err = verifyIngest(env, outputText, func(progress func(done, total int64)) (app.Verified, error) {
		return app.Verify(ctx, c, demoWait, progress)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Out, "\n$ deskpulse tiers --policy %s --month %s\n\n", demoPolicy, desk.Month)
	table, err := demoTiers(ctx, env, c, desk)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Out, "\n$ deskpulse deadletter list --limit 3\n\n")
	rejected, err := app.ListRejected(ctx, c, "", 3)
	if err != nil {
		return err
	}
	if err := showRejected(env.Out, rejected); err != nil {
		return err
	}
	fmt.Fprintln(env.Out)
	err = compareWithTruth(env, x, table, rejected)
	fmt.Fprintf(env.Out, "\nall of it in %v\n", time.Since(began).Round(100*time.Millisecond))
	return err
}

func demoTiers(ctx context.Context, env Env, c config.Config, desk simulate.Config) (rule.Table, error) {
	p, err := policy.Load(demoPolicy, os.ReadFile)
	if err != nil {
		return rule.Table{}, err
	}
	m, err := calendar.ParseMonth(desk.Month)
	if err != nil {
		return rule.Table{}, err
	}
	stream, err := c.Stream(c.Imports)
	if err != nil {
		return rule.Table{}, err
	}
	placed, tier, err := p.TierItem("")
	if err != nil {
		return rule.Table{}, err
	}
	period, counts, err := app.Measure(ctx, c, stream.Company, metric.Scope{Month: m, Queries: []metric.Query{tier.Query()}})
	if err != nil {
		return rule.Table{}, err
	}
	t, err := score.Tiers(p, period, desk.Team)
	if err != nil {
		return rule.Table{}, err
	}
	return t, showTiers(env.Out, tierTable{Table: t, policy: p, decisions: p.Concerning(placed.Path()), month: m, company: stream.Company, team: desk.Team, conflicts: counts.Conflicts, colours: env.colours()})
}

// errUntrue says that the pipeline's numbers are not those of the generator.
var errUntrue = errors.New("the numbers are not those that the generator knows to be true")

// compareWithTruth holds what came out against what the generator counted while it made the month up.
func compareWithTruth(env Env, x simulate.Expected, t rule.Table, rejected app.Rejected) error {
	got := map[string]rule.Agent{}
	for _, a := range t.Agents {
		got[a.Agent] = a
	}
	matching := 0
	for _, want := range x.Agents {
		a, ok := got[want.ID]
		switch {
		case ok && a.Calls == int64(want.Calls) && a.Days == int64(want.Days), !ok && !want.CallDuty && want.Calls == 0:
			matching++
		default:
			fmt.Fprintf(env.Out, "agent %s: %d calls on %d days, should be %d on %d\n", want.ID, a.Calls, a.Days, want.Calls, want.Days)
		}
	}
	fmt.Fprintf(env.Out, "matches the truth of the generator: %d of %d agents, ", matching, len(x.Agents))
	reasons := map[event.Reason]int64{}
	for _, c := range rejected.Counts {
		reasons[c.Reason] = c.Records
	}
	right := 0
	for reason, n := range x.Reasons {
		if reasons[reason] == int64(n) {
			right++
		}
	}
	fmt.Fprintf(env.Out, "%d of %d reasons of rejection\n", right, len(x.Reasons))
	if matching < len(x.Agents) || right < len(x.Reasons) || len(reasons) > len(x.Reasons) {
		return errUntrue
	}
	return nil
}
