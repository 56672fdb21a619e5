package cli

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// scoreSetFlags are the flags of score set.
type scoreSetFlags struct {
	monthFlags
	actorFlags
	output
	agent, rule, points, reason, appeal string
	waive, replace                      bool
}

func newScoreSet(env Env) *cobra.Command {
	var f scoreSetFlags
	cmd := &cobra.Command{
		Use:   "set --month MONTH --agent AGENT --rule RULE",
		Short: "Give an agent points under a rule, or let the card do without",
		Long: `Give an agent points, or words, under a rule that people judge; or, with --waive, let a card that waits for
something do without it. A rule that judges incidents or findings one by one is named "rule/incident". Of
several words about one line the last stands. After the lock only an upheld appeal opens its line: --appeal.`,
		Example: `  deskpulse score set --data ./data --month 2026-10 --agent li --rule teamwork --points 7.5 --by chen --role supervisor
  deskpulse score set --data ./data --month 2026-10 --agent li --rule sampling --waive --reason "ill all month" --by chen:supervisor
  deskpulse score set --data ./data --month 2026-10 --agent li --rule teamwork --points 8 --appeal ID --by chen:supervisor`,
		Args: cobra.NoArgs,
	}
	f.monthFlags.add(cmd)
	cmd.Flags().StringVar(&f.agent, "agent", "", "who is judged, an `id`")
	cmd.Flags().StringVar(&f.rule, "rule", "", "under which `rule`, or rule/incident")
	cmd.Flags().StringVar(&f.points, "points", "", "how many `points`, with at most two places; after an appeal, of a rule that nobody scores: how many it takes (a tier: gives) in all")
	cmd.Flags().BoolVar(&f.waive, "waive", false, "do without what is missing: nothing is taken for it and its points are kept")
	cmd.Flags().StringVar(&f.reason, "reason", "", "the reason, or the judgement in words: it stands on the card (default: --why)")
	cmd.Flags().StringVar(&f.appeal, "appeal", "", "`id` of the upheld appeal that this follows from")
	cmd.Flags().BoolVar(&f.replace, "replace", false, "take the place of what somebody else said, too")
	f.actorFlags.add(cmd, "the reason of the decision")
	f.output.add(cmd)
	_ = cmd.MarkFlagRequired("agent")
	_ = cmd.MarkFlagRequired("rule")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error { return runScoreSet(ctx, env, f) })
	return cmd
}

func runScoreSet(ctx context.Context, env Env, f scoreSetFlags) error {
	j, err := f.judgement()
	if err != nil {
		return err
	}
	r := monthend.JudgeRequest{Policy: f.policy, Judgements: []monthend.Judgement{j}, Why: f.why, Appeal: f.appeal, Replace: f.replace}
	if r.Month, err = f.which(); err != nil {
		return err
	}
	if r.By, err = f.actor(env); err != nil {
		return err
	}
	return f.at(ctx, env, func(desk *monthend.Desk) error {
		m, err := desk.Judge(ctx, r)
		if err != nil {
			return locked(err)
		}
		waivers := btoi(j.Waived)
		return showScored(env, f.output, m, 1-waivers, waivers, 0)
	})
}

// judgement reads what is said.
func (f *scoreSetFlags) judgement() (monthend.Judgement, error) {
	j := monthend.Judgement{Agent: f.agent, Rule: f.rule, Waived: f.waive, Reason: cmp.Or(f.reason, f.why)}
	switch {
	case f.waive && f.points != "":
		return j, usagef("--points %s and --waive exclude each other", f.points)
	case f.waive || f.points == "":
		return j, nil // words, or nothing, which the rule refuses
	}
	points, err := amount.ParsePoints(f.points)
	if err != nil {
		return j, usagef("--points: %w", err)
	}
	j.Points = &points
	return j, nil
}
