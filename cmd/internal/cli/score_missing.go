package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

func newScoreMissing(env Env) *cobra.Command {
	var (
		f   monthFlags
		out choice
	)
	cmd := &cobra.Command{
		Use:   "missing --month MONTH",
		Short: "List what people have not said yet, or write it as a sheet to fill in",
		Long: `List every line of a card that waits for somebody's word: about whom, under which rule, what can be said, and
why it is so. --output csv is a score sheet: fill in points, or the word waived, and a reason, and give it to
"score import". What was said since the last close is not in it.`,
		Example: `  deskpulse score missing --data ./data --month 2026-10
  deskpulse score missing --data ./data --month 2026-10 --output csv > 2026-10.csv`,
		Args: cobra.NoArgs,
	}
	f.add(cmd)
	out.add(cmd, "output", "o", "how to print the result", "text", "text", "json", "csv")
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
			c, err := desk.Stored(ctx, m)
			if err != nil {
				return err
			}
			return writeMissing(env.Out, out.word, c)
		})
	})
	return cmd
}

func writeMissing(w io.Writer, as string, c monthend.Closed) error {
	missing := missingNow(c)
	switch as {
	case "csv":
		return monthend.WriteSheet(w, c.Policy, missing)
	case "json":
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(struct {
			monthJSON
			Missing []missingJSON `json:"missing"`
		}{monthNamed(c.Month), missingOf(missing)})
	}
	return showAllMissing(w, c, missing)
}

func showAllMissing(w io.Writer, c monthend.Closed, missing []closing.Missing) error {
	fmt.Fprintf(w, "%s: %s\n\n", monthTitle(c.Month.ID), c.Month.Phase)
	if since := len(c.Summary.Missing) - len(missing); since > 0 {
		fmt.Fprintf(w, "%s\n\n", wrap("", fmt.Sprintf("%s said since the last close: `deskpulse close --month %s` counts it.", counted(since, "line was", "lines were"), c.Month.ID.Month)))
	}
	if len(missing) == 0 {
		_, err := fmt.Fprintln(w, "Nothing is missing.")
		return err
	}
	const ruleWidth, titleWidth = 30, 30
	t := newTable(table.Row{"agent", "rule", "", "wanted"})
	for _, m := range missing {
		t.AppendRow(table.Row{personName(m.Agent, m.Name, nameWidth-4), ellipsis(printable(m.Rule), ruleWidth, false),
			ellipsis(printable(m.Title.EN), titleWidth, false), monthend.Wanted(c.Policy, m.Rule)})
	}
	if err := render(w, t); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", wrap("", fmt.Sprintf("%s missing. As a sheet to fill in: `deskpulse score missing --month %s --output csv`.",
		counted(len(missing), "line is", "lines are"), c.Month.ID.Month)))
	return err
}
