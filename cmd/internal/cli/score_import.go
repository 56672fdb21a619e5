package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// scoreImportFlags are the flags of score import.
type scoreImportFlags struct {
	monthFlags
	actorFlags
	output
	appeal  string
	replace bool
}

func newScoreImport(env Env) *cobra.Command {
	var f scoreImportFlags
	cmd := &cobra.Command{
		Use:   "import FILE --month MONTH",
		Short: "Read a filled-in score sheet: all of it counts, or nothing",
		Long: `Read a score sheet as "score missing --output csv" writes it, filled in by hand: CSV in UTF-8, separated by
commas, semicolons or tabs, with the columns agent, rule and points, and where wanted reason; name, title and
wanted are for people. Points have at most two places; the word "waived" lets the card do without; a rule that
takes words has no points, and the words as its reason. A cell that is empty is not 0: a line with neither
points nor reason is left out, and stays missing.

Either every line counts or none: each line that cannot be read, or says what its rule does not allow, is
named, all at once.`,
		Example: `  deskpulse score import ./2026-10.csv --data ./data --month 2026-10 --by chen --role supervisor
  deskpulse score import - --data ./data --month 2026-10 --by chen:supervisor < 2026-10.csv`,
		Args: oneFile,
	}
	f.monthFlags.add(cmd)
	cmd.Flags().StringVar(&f.appeal, "appeal", "", "`id` of the upheld appeal that this follows from")
	cmd.Flags().BoolVar(&f.replace, "replace", false, "take the place of what somebody else said, too")
	f.actorFlags.add(cmd, "the reason of the decision, for lines without one")
	f.output.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, args []string) error { return runScoreImport(ctx, env, f, args[0]) })
	return cmd
}

func runScoreImport(ctx context.Context, env Env, f scoreImportFlags, file string) error {
	r := monthend.JudgeRequest{Policy: f.policy, Why: f.why, Appeal: f.appeal, Replace: f.replace}
	var err error
	if r.Month, err = f.which(); err != nil {
		return err
	}
	if r.By, err = f.actor(env); err != nil {
		return err
	}
	sheet, err := readSheet(env, file)
	if err != nil {
		return err
	}
	return f.at(ctx, env, func(desk *monthend.Desk) error {
		m, err := desk.JudgeSheet(ctx, r, sheet)
		if err != nil {
			return locked(err)
		}
		waivers := 0
		for _, j := range sheet.Judgements {
			waivers += btoi(j.Waived)
		}
		return showScored(env, f.output, m, len(sheet.Judgements)-waivers, waivers, sheet.LeftOut)
	})
}

func readSheet(env Env, file string) (monthend.Sheet, error) {
	in := env.In
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return monthend.Sheet{}, usagef("read score sheet: %w", err)
		}
		defer opened.Close()
		in = opened
	}
	sheet, err := monthend.ReadSheet(in)
	if err != nil {
		return sheet, usagef("score sheet %q: %w", file, err)
	}
	return sheet, nil
}
