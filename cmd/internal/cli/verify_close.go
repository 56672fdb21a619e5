package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// verifyCloseFlags are the flags of verify close.
type verifyCloseFlags struct {
	monthFlags
	output
}

func newVerifyClose(env Env) *cobra.Command {
	var f verifyCloseFlags
	cmd := &cobra.Command{
		Use:   "close --month MONTH",
		Short: "Calculate a month again from what was frozen, and compare",
		Long: `Calculate a month again, and its approved adjustments, from what was frozen for them: the events, the policy
and calendar as they stand in the log, and the decisions up to that day. The outcome is equal, down to the
last line of every card; or the inputs have expired, where events that entered are not there any more; or a
mismatch, whose first line is named. The exit code is 3 unless all are equal.`,
		Example: `  deskpulse verify close --data ./data --month 2026-10
  deskpulse verify close --data ./data --month 2026-10 --policy express-cs --output json`,
		Args: cobra.NoArgs,
	}
	f.monthFlags.add(cmd)
	f.output.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		month, err := f.which()
		if err != nil {
			return err
		}
		return f.at(ctx, env, func(desk *monthend.Desk) error {
			m, err := desk.Month(ctx, f.policy, month)
			if err != nil {
				return err
			}
			bars := stages{env: env}
			defer bars.close()
			runs, err := desk.VerifyClose(ctx, m, bars.report("reading"))
			if err != nil {
				return err
			}
			bars.close()
			return f.conclude(env, m, runs)
		})
	})
	return cmd
}

// verifiedClose is a month and its runs, calculated again.
type verifiedClose struct {
	monthJSON
	OK   bool                   `json:"ok"`
	Runs []monthend.VerifiedRun `json:"runs"`
}

func (f *verifyCloseFlags) conclude(env Env, m workflow.Month, runs []monthend.VerifiedRun) error {
	v := verifiedClose{monthNamed(m), true, runs}
	for _, r := range runs {
		v.OK = v.OK && r.Outcome == monthend.Equal
	}
	if err := f.show(env.Out, v, func(w io.Writer) error { return showVerifiedClose(w, m, v) }); err != nil {
		return err
	}
	if !v.OK {
		return errUnclean
	}
	return nil
}

func showVerifiedClose(w io.Writer, m workflow.Month, v verifiedClose) error {
	fmt.Fprintf(w, "%s, calculated again from what was frozen\n\n", monthTitle(m.ID))
	t := newTable(table.Row{"run", "", "input", "result", "outcome"})
	for _, r := range v.Runs {
		kind := "close"
		if r.Adjustment {
			kind = "adjustment"
		}
		t.AppendRow(table.Row{cut(r.Run), kind, pairWords(r.Input), pairWords(r.Result), r.Outcome}) // two hashes stand one below the other
	}
	if err := render(w, t); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, r := range v.Runs {
		switch r.Outcome {
		case monthend.Expired:
			fmt.Fprintln(w, wrap("· ", fmt.Sprintf("%s: %s entered and not there any more, so nobody can tell.", cut(r.Run), counted(int(r.Gone), "event is", "events are"))))
		case monthend.Mismatch:
			fmt.Fprintln(w, wrap("· ", fmt.Sprintf("%s: %s", cut(r.Run), mismatchWords(r))))
		case monthend.Equal:
		}
	}
	verdict := "equal: every line of every card comes out as it is kept"
	if !v.OK {
		verdict = "NOT EQUAL: see above"
	}
	_, err := fmt.Fprintln(w, verdict)
	return err
}

func pairWords(p monthend.Pair) string {
	if p.Noted == p.Now {
		return cut(p.Noted)
	}
	return cut(p.Noted) + "\nnow " + cut(p.Now)
}

func mismatchWords(r monthend.VerifiedRun) string {
	switch {
	case r.First != "":
		return printable(r.First)
	case r.Input.Noted != r.Input.Now:
		return "the cards are the same, but what entered is not"
	}
	return "the hash of the cards is another"
}
