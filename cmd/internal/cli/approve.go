package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// approveFlags are the flags of approve.
type approveFlags struct {
	monthFlags
	actorFlags
	output
	adjustment bool
	run        string
}

func newApprove(env Env) *cobra.Command {
	var f approveFlags
	cmd := &cobra.Command{
		Use:   "approve --month MONTH",
		Short: "Lock a month as it was calculated, or let an adjustment hold",
		Long: `Approve a month in which nothing is missing: from then on nothing of it changes. Only who has one of the
roles that the policy lets approve may do so, nobody does whose own card is in it, and, where the policy wants
four eyes, nobody who scored. Of two who approve at once one does, and the other is told who was faster.

With --adjustment the adjustment is approved that waits: it holds, and is paid with the next export.

Give --run what you looked at: if somebody has changed a score since, it is another run, and is refused.`,
		Example: `  deskpulse approve --data ./data --month 2026-10 --run 682cc405e136 --by wang --role leader
  deskpulse approve --data ./data --adjustment --by wang:leader --why "the mail server was down until the 3rd"`,
		GroupID: groupMonth,
		Args:    cobra.NoArgs,
	}
	f.addPolicy(cmd)
	cmd.Flags().StringVar(&f.month, "month", "", "the `month`, such as 2026-10")
	cmd.Flags().BoolVar(&f.adjustment, "adjustment", false, "approve the adjustment that waits")
	cmd.Flags().StringVar(&f.run, "run", "", "only this run, or adjustment: the beginning of its `id`, as it was looked at")
	f.actorFlags.add(cmd, "the reason, if there is one")
	f.output.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error { return runApprove(ctx, env, f) })
	return cmd
}

func runApprove(ctx context.Context, env Env, f approveFlags) error {
	if f.adjustment == (f.month != "") {
		return usagef("want either --month MONTH or --adjustment")
	}
	by, err := f.actor(env)
	if err != nil {
		return err
	}
	if f.adjustment {
		return f.at(ctx, env, func(desk *monthend.Desk) error {
			a, err := desk.ApproveAdjustment(ctx, f.policy, f.run, by, f.why)
			if err != nil {
				return err
			}
			return f.show(env.Out, adjustmentOf(a), func(w io.Writer) error { return showApprovedAdjustment(w, a, by) })
		})
	}
	month, err := f.which()
	if err != nil {
		return err
	}
	return f.at(ctx, env, func(desk *monthend.Desk) error {
		m, err := desk.Approve(ctx, f.policy, month, f.run, by, f.why)
		if err != nil {
			return incomplete(ctx, desk, f.policy, month, err)
		}
		return f.show(env.Out, decidedOf(m, m.Approved), func(w io.Writer) error {
			showReadings(w, readings(m))
			_, err := fmt.Fprintf(w, "%s\n%s\n%s\n", doneWords(m, "approved", m.Approved),
				wrap("", fmt.Sprintf("Run %s with the result %s is locked: %s.", cut(m.Run.ID), cut(m.Run.Result), counted(m.Run.Agents, "card", "cards"))),
				fold("Next: ", fmt.Sprintf("`deskpulse publish --month %s`.", month)))
			return err
		})
	})
}

// incomplete says what a month that cannot be approved waits for.
func incomplete(ctx context.Context, desk *monthend.Desk, policyName string, month calendar.Month, err error) error {
	var refused *workflow.RefusedError
	if !errors.As(err, &refused) || refused.Code != workflow.CodePhase || refused.Winner != nil {
		return err
	}
	m, err2 := desk.Month(ctx, policyName, month)
	switch {
	case err2 != nil || m.Run == nil:
		return err
	case m.Run.Missing > 0:
		return fmt.Errorf("%w: %s missing (`deskpulse score missing --month %s`)", err, counted(m.Run.Missing, "line is", "lines are"), month)
	}
	return fmt.Errorf("%w: `deskpulse close --month %s` calculates it anew", err, month)
}

// decidedJSON is a month and what was decided about it.
type decidedJSON struct {
	monthJSON
	Run     *workflow.Run `json:"run"`
	Decide  []string      `json:"decide"` // readings other than the policy's, "decision=reading"
	Decided *stepJSON     `json:"decided"`
}

func decidedOf(m workflow.Month, s *workflow.Step) decidedJSON {
	return decidedJSON{monthNamed(m), m.Run, readings(m), stepOf(s)}
}

// readings returns the readings other than the policy's that a month was frozen with; none is no null.
func readings(m workflow.Month) []string {
	if m.Frozen == nil {
		return []string{}
	}
	return append([]string{}, m.Frozen.Decide...)
}
