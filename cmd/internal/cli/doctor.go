package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
	"github.com/deskpulse/deskpulse/deploy/embedded"
)

func newDoctor(env Env) *cobra.Command {
	var (
		t   target
		out output
	)
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look for what is wrong around deskpulse, and say what to do",
		Long: `Look at everything that can be set up wrong: versions, topics and their settings, the consumer group and its
lag, deadlines, rights, tables, clocks, disks, and with --data the folder and the running ` + "`up`" + `; and how many
records of each stream were rejected in the last 24 hours. Each finding says what was found, what is wanted,
and what to do. Nothing is changed and no record is written.

A server that is away is a problem; what is about it is not looked at, the rest is. It takes ten seconds at
most. The exit code is 3 if there is a problem; warnings are no problem.`,
		Example: `  deskpulse doctor --data ./data
  deskpulse doctor --config /etc/deskpulse.yaml --output json`,
		GroupID: groupCare,
		Args:    cobra.NoArgs,
	}
	t.add(cmd)
	out.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		in := doctor.Input{Config: c, Version: env.Version, Data: t.data, Now: env.Now}
		if t.data != "" {
			e, err := embedded.ReadEndpoints(t.data)
			if err != nil {
				return err
			}
			in.HTTP, in.Engine = e.HTTP, e.ClickHouse.User == embedded.EngineUser && e.ClickHouse.HTTP != ""
		}
		report := doctor.Run(ctx, in)
		if err := out.show(env.Out, report, func(w io.Writer) error { return showReport(w, report) }); err != nil {
			return err
		}
		if !report.OK {
			return errUnclean
		}
		return nil
	})
	return cmd
}

// marks are the words before a finding. What needs somebody stands out in a log without colours too.
var marks = map[doctor.State]string{doctor.OK: "ok", doctor.Warning: "WARN", doctor.Problem: "PROBLEM", doctor.Skipped: "-"}

// showReport prints one line for each finding, by area, and below it what is wanted and what to do where that is needed.
func showReport(w io.Writer, r doctor.Report) error {
	var b strings.Builder
	area := doctor.Area("")
	for _, f := range r.Checks {
		if f.Area != area {
			if area != "" {
				b.WriteByte('\n')
			}
			area = f.Area
			fmt.Fprintf(&b, "%s\n", area)
		}
		words := f.Found
		if f.Object != "" {
			words = f.Object + ": " + f.Found
		}
		b.WriteString(wrap(fmt.Sprintf("  %-8s %-13s ", marks[f.State], f.Check), words) + "\n")
		if f.Want != "" {
			b.WriteString(wrap(fmt.Sprintf("  %-8s %-13s ", "", "  want"), f.Want) + "\n")
		}
		if f.Do != "" {
			b.WriteString(wrap(fmt.Sprintf("  %-8s %-13s ", "", "  do"), f.Do) + "\n")
		}
	}
	problems, warnings := r.Count(doctor.Problem), r.Count(doctor.Warning)
	switch {
	case problems > 0:
		fmt.Fprintf(&b, "\n%s, %s: do what is said above, and ask again\n", counted(problems, "problem", "problems"), counted(warnings, "warning", "warnings"))
	case warnings > 0:
		fmt.Fprintf(&b, "\nno problem, %s\n", counted(warnings, "warning", "warnings"))
	default:
		fmt.Fprintf(&b, "\nall is well: %s\n", counted(r.Count(doctor.OK), "finding", "findings"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
