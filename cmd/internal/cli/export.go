package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// exportFlags are the flags of export.
type exportFlags struct {
	monthFlags
	actorFlags
	output
	language
	out   string
	draft bool
	again int64
}

func newExport(env Env) *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export --month MONTH --out FOLDER",
		Short: "Write a published month for payroll: workbook, CSV, cards, control sums",
		Long: `Write a published month for payroll: payroll.xlsx with every line of every card, payroll.csv, each person's
card to print in cards/, and control.csv with the sums and the hash of each file. Approved adjustments that
were not paid yet are in it, each as a reversal and a new line, with the corrected card of everybody whom they
change: cards/AGENT.MONTH.html. A month is paid once: a second export of it has the adjustments alone, and is
refused where none waits. The folder appears whole or not at all; a draft in it is replaced, what went to
payroll is not. What was written is kept in the log of decisions ("verify export" holds a folder against it).

Files that were lost are written again with --again, the same to the last byte.

With --draft a month that is not published is written, for people to look at: nothing is noted, and every page
says that it is no payroll.`,
		Example: `  deskpulse export --data ./data --month 2026-10 --out ./payroll-2026-10 --by zhou --role finance
  deskpulse export --data ./data --month 2026-10 --out ./draft --draft --lang en --by chen:supervisor`,
		GroupID: groupMonth,
		Args:    cobra.NoArgs,
	}
	f.monthFlags.add(cmd)
	f.actorFlags.add(cmd, "the reason, if there is one")
	f.output.add(cmd)
	f.language.add(cmd)
	f.language = chinese // payroll is read where the policies are from
	cmd.Flags().Lookup("lang").DefValue = string(chinese)
	cmd.Flags().Lookup("lang").Usage = "in which language to write the files"
	cmd.Flags().StringVar(&f.out, "out", "", "`folder` to write")
	cmd.Flags().BoolVar(&f.draft, "draft", false, "write a month that is not published, marked as no payroll")
	cmd.Flags().Int64Var(&f.again, "again", 0, "write what an earlier export wrote, by the number of its `decision`: the same bytes, or nothing")
	_ = cmd.MarkFlagRequired("out")
	_ = cmd.MarkFlagDirname("out")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error { return runExport(ctx, env, f) })
	return cmd
}

func runExport(ctx context.Context, env Env, f exportFlags) error {
	r := monthend.ExportRequest{Policy: f.policy, Folder: f.out, Lang: export.Lang(f.language), Draft: f.draft, Why: f.why}
	var err error
	if r.Month, err = f.which(); err != nil {
		return err
	}
	if f.out == "" {
		return usagef("--out is empty: want the folder to write")
	}
	if f.again != 0 && f.draft {
		return usagef("--again writes what went to payroll, --draft what is none: want one of them")
	}
	if r.By, err = f.actor(env); err != nil && f.again == 0 { // what was decided is only written once more
		return err
	}
	return f.at(ctx, env, func(desk *monthend.Desk) error {
		write := desk.Export
		if f.again != 0 {
			write = func(ctx context.Context, r monthend.ExportRequest) (monthend.Exported, error) {
				return desk.ExportAgain(ctx, r, f.again)
			}
		}
		x, err := write(ctx, r)
		if err != nil {
			return err
		}
		return f.show(env.Out, exportOf(x, f.draft), func(w io.Writer) error { return showExport(w, x, f.draft) })
	})
}

// exportJSON is what was written. Points and money are decimals in texts.
type exportJSON struct {
	monthJSON
	Draft       bool            `json:"draft"`
	Folder      string          `json:"folder"`
	Cards       int             `json:"cards"`     // of the month itself
	Corrected   int             `json:"corrected"` // cards that adjustments have made of published ones
	Files       []workflow.File `json:"files"`
	Adjustments []string        `json:"adjustments"` // ids of those in the files
	Points      string          `json:"points"`
	Pay         string          `json:"pay"`       // month + reversals + new: what is to be paid
	MonthPay    string          `json:"month_pay"` // of the month's own rows
	Reversals   string          `json:"reversals"` // not positive
	New         string          `json:"new"`
	Grades      []gradeSum      `json:"grades"`
	Decided     *stepJSON       `json:"decided"` // null for a draft
}

type gradeSum struct {
	Grade  string `json:"grade"`
	Agents int    `json:"agents"`
	Pay    string `json:"pay"`
}

func exportOf(x monthend.Exported, draft bool) exportJSON {
	c := x.Control
	j := exportJSON{
		monthJSON: monthNamed(x.Month), Draft: draft, Folder: x.Folder, Cards: x.Cards, Corrected: x.Corrected, Files: x.Files, Adjustments: append([]string{}, x.Adjustments...),
		Points: c.Points.String(), Pay: c.Pay.String(), MonthPay: c.Month.String(), Reversals: c.Reversals.String(), New: c.New.String(), Grades: []gradeSum{},
	}
	for _, g := range c.Grades {
		j.Grades = append(j.Grades, gradeSum{g.Grade, g.Agents, g.Pay.String()})
	}
	if n := len(x.Month.Exports); !draft && n > 0 {
		j.Decided = stepOf(&x.Month.Exports[n-1].Step)
	}
	return j
}

func showExport(w io.Writer, x monthend.Exported, draft bool) error {
	what := "exported"
	if draft {
		what = "a DRAFT, no payroll,"
	}
	fmt.Fprintf(w, "%s\n\n", fold("", fmt.Sprintf("%s: %s to %s", monthTitle(x.Month.ID), what, printable(x.Folder))))
	files := newTable(table.Row{"file", "bytes", "sha-256"}, 2)
	cards, bytes := 0, int64(0)
	for _, f := range x.Files {
		if strings.Contains(f.Name, "/") {
			cards, bytes = cards+1, bytes+f.Bytes
			continue
		}
		files.AppendRow(table.Row{f.Name, groups(f.Bytes), f.SHA256})
	}
	if cards > 0 {
		files.AppendRow(table.Row{"cards/", groups(bytes), fmt.Sprintf("%s; control.csv has the hash of each", counted(cards, "card", "cards"))})
	}
	if err := render(w, files); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := showSums(w, x); err != nil {
		return err
	}
	if n := len(x.Month.Exports); !draft && n > 0 {
		_, err := fmt.Fprintf(w, "\nNoted %s\n", stepWords(&x.Month.Exports[n-1].Step))
		return err
	}
	return nil
}

// showSums prints what the payroll adds up to, for whoever receives it to hold against the control sheet.
func showSums(w io.Writer, x monthend.Exported) error {
	c := x.Control
	sums := newTable(table.Row{"", "people", "pay"}, 2, 3)
	if x.Cards == 0 && len(x.Adjustments) > 0 {
		sums.AppendRow(table.Row{"the month itself: paid already", "", noValue})
	} else {
		for _, g := range c.Grades {
			sums.AppendRow(table.Row{"grade " + printable(g.Grade), groups(g.Agents), g.Pay})
		}
	}
	if c.Waiting > 0 {
		sums.AppendRow(table.Row{"without a result", groups(c.Waiting), noValue})
	}
	if len(x.Adjustments) > 0 {
		sums.AppendRow(table.Row{"reversals by adjustments", "", c.Reversals})
		sums.AppendRow(table.Row{"new lines by adjustments", "", c.New})
	}
	people := ""
	if c.Agents > 0 {
		people = groups(c.Agents)
	}
	sums.AppendFooter(table.Row{"to be paid", people, c.Pay})
	return render(w, sums)
}
