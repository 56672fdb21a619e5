package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
)

func newVerifyLog(env Env) *cobra.Command {
	var (
		t   target
		out output
	)
	cmd := &cobra.Command{
		Use:   "log",
		Short: "Prove that the log of decisions is whole, and every run rests on it",
		Long: `Fold the log of decisions from its first record and hold against it the copy in ClickHouse, decision by
decision, and every run, which names the decisions it was calculated from by the hash of their chain. What was
changed, removed or added in either place is named, and the exit code is 3.`,
		Example: `  deskpulse verify log --data ./data
  deskpulse verify log --config /etc/deskpulse.yaml --output json`,
		Args: cobra.NoArgs,
	}
	t.add(cmd)
	out.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		report, err := app.VerifyLog(ctx, c)
		if err != nil {
			return err
		}
		if err := out.show(env.Out, report, func(w io.Writer) error { return showLog(w, report) }); err != nil {
			return err
		}
		if !report.OK {
			return errUnclean
		}
		return nil
	})
	return cmd
}

func showLog(w io.Writer, r app.LogReport) error {
	fmt.Fprintf(w, "%s in %s of the log; %s compared with their copies, %s looked up\n", counted(int(r.Sequence), "decision", "decisions"),
		counted(int(r.Records), "record", "records"), groups(r.Copied), counted(int(r.Runs), "run", "runs"))
	if r.Head != "" {
		fmt.Fprintf(w, "head of the chain: %s\n", r.Head)
	}
	if r.Foreign > 0 {
		fmt.Fprintf(w, "%s no commands, and left out\n", counted(r.Foreign, "record is", "records are"))
	}
	for _, f := range r.Faults {
		fmt.Fprintln(w, wrap("· ", logFaultWords(f)))
	}
	if more := r.FaultCount - int64(len(r.Faults)); more > 0 {
		fmt.Fprintf(w, "· and %s more\n", groups(more))
	}
	verdict := "clean: nothing was changed, removed or added"
	if !r.OK {
		verdict = fmt.Sprintf("NOT CLEAN: %s", counted(int(r.FaultCount), "fault", "faults"))
	}
	_, err := fmt.Fprintln(w, verdict)
	return err
}

func logFaultWords(f app.LogFault) string {
	where := ""
	if f.Run != "" {
		where += " run " + printable(f.Run)
	}
	if f.Sequence > 0 {
		where += fmt.Sprintf(" decision %d", f.Sequence)
	}
	if f.Offset >= 0 {
		where += fmt.Sprintf(" offset %d", f.Offset)
	}
	detail := ""
	if f.Detail != "" {
		detail = ": " + printable(f.Detail)
	}
	return string(f.Kind) + where + detail
}
