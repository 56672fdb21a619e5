package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
)

// tiersFlags are the flags of tiers.
type tiersFlags struct {
	target
	output
	policy, month string
	team, company string
	decide        []string
}

func newTiers(env Env) *cobra.Command {
	var f tiersFlags
	cmd := &cobra.Command{
		Use:   "tiers --policy POLICY --month MONTH",
		Short: "Print each agent's efficiency tier of a month",
		Long: `Print the tiers of a month by a policy: a shipped one by name, or a file. The calls are read from ClickHouse,
folded, counted by the agents' own local dates, and compared unrounded. Another reading of a decision of
the policy is tried with --decide; the policy itself stays as it is.`,
		Example: `  deskpulse tiers --data ./data --policy express-cs --month 2026-10
  deskpulse tiers --data ./data --policy express-cs --month 1999-02 --decide workdays=company-days
  deskpulse tiers --data ./data --policy ./our-policy.yaml --month 2026-10 --team parcels --output json`,
		GroupID: groupData,
		Args:    cobra.NoArgs,
	}
	f.target.add(cmd)
	f.output.add(cmd)
	cmd.Flags().StringVar(&f.policy, "policy", "", "`name` of a shipped policy, or a file")
	cmd.Flags().StringVar(&f.month, "month", "", "the `month`, such as 2026-10")
	cmd.Flags().StringVar(&f.team, "team", "", "only this `team`, compared with itself (default: the whole company)")
	cmd.Flags().StringVar(&f.company, "company", "", "whose events, a `name` (default: the company of the stream of imports)")
	cmd.Flags().StringArrayVar(&f.decide, "decide", nil, "try another reading, `decision=reading`; may be repeated")
	_ = cmd.MarkFlagRequired("policy")
	_ = cmd.MarkFlagRequired("month")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error { return runTiers(ctx, env, f) })
	return cmd
}

func runTiers(ctx context.Context, env Env, f tiersFlags) error {
	p, err := decided(f.policy, f.decide)
	if err != nil {
		return err
	}
	month, err := calendar.ParseMonth(f.month)
	if err != nil {
		return usageError{err}
	}
	if err := checkMonth(env, month); err != nil {
		return err
	}
	c, err := f.resolve(env)
	if err != nil {
		return err
	}
	company, err := companyOf(c, f.company)
	if err != nil {
		return err
	}
	placed, tier, err := p.TierItem("")
	if err != nil {
		return err
	}
	period, counts, err := app.Measure(ctx, c, company, metric.Scope{Month: month, Queries: []metric.Query{tier.Query()}})
	if err != nil {
		return err
	}
	t, err := score.Tiers(p, period, f.team)
	if err != nil {
		return err
	}
	if f.team != "" && len(t.Agents) == 0 {
		return usagef("team %q: nobody was in it in %s", f.team, month)
	}
	return f.show(env.Out, t, func(w io.Writer) error {
		return showTiers(w, tierTable{Table: t, policy: p, decisions: p.Concerning(placed.Path()), month: month, company: company, team: f.team, conflicts: counts.Conflicts, colours: env.colours()})
	})
}

// companyOf returns the company to measure: the one named, which must have a stream, or that of the imports.
func companyOf(c config.Config, company string) (string, error) {
	if company == "" {
		s, err := c.Stream(c.Imports)
		return s.Company, err
	}
	var known []string
	for _, s := range c.Streams {
		if s.Company == company {
			return company, nil
		}
		if !slices.Contains(known, s.Company) {
			known = append(known, s.Company)
		}
	}
	return "", usageError{&document.Unknown{What: "company", Name: company, Known: known}}
}

// checkMonth refuses a month that has not begun in any zone and warns of one that is not over in every zone: whose zone
// counts is known only when the roster has been read.
func checkMonth(env Env, m calendar.Month) error {
	from, to := m.Cover()
	switch now := env.Now(); {
	case now.Before(from):
		return usagef("month %s has not begun yet: want one that is over", m)
	case now.Before(to):
		fmt.Fprintf(env.Err, "deskpulse: warning: month %s is not over yet, tiers may still change\n", m)
	}
	return nil
}
