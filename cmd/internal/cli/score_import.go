package cli

import (
	"context"
	"io"
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
		Long: `Read a score sheet as "score missing --output csv" writes it, filled in by hand: CSV in UTF-8 with the
columns agent, rule and points, and where wanted reason; name, title and wanted are for people. Points have at
most two places; the word "waived" lets the card do without; a rule that takes words has no points, and the
words as its reason. A cell that is empty is not 0: what nobody has judged yet is left out with its line.

Either every line counts or none: each line that cannot be read, or says what its rule does not allow, is
named.`,
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
	if r.Judgements, err = readSheet(env, file); err != nil {
		return err
	}
	return f.at(ctx, env, func(desk *monthend.Desk) error {
		m, err := desk.Judge(ctx, r)
		if err != nil {
			return locked(err)
		}
		waivers := 0
		for _, j := range r.Judgements {
			waivers += btoi(j.Waived)
		}
		return showScored(env, f.output, m, len(r.Judgements)-waivers, waivers)
	})
}

func readSheet(env Env, file string) ([]monthend.Judgement, error) {
	in := env.In
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return nil, usagef("read score sheet: %w", err)
		}
		defer opened.Close()
		in = opened
	}
	all, err := monthend.ReadSheet(io.LimitReader(in, maxSheet))
	if err != nil {
		return nil, usagef("score sheet %q: %w", file, err)
	}
	return all, nil
}

// maxSheet is more than any sheet whose decision fits into the log.
const maxSheet = 16 << 20
