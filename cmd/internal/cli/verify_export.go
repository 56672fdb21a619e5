package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// verifyExportFlags are the flags of verify export.
type verifyExportFlags struct {
	monthFlags
	output
}

func newVerifyExport(env Env) *cobra.Command {
	var f verifyExportFlags
	cmd := &cobra.Command{
		Use:   "export FOLDER --month MONTH",
		Short: "Hold a payroll folder against what the log says was exported",
		Long: `Hold the files of a folder against the export of a month that they are from: payroll.xlsx, payroll.csv and
control.csv against the hashes in the log of decisions, each card against control.csv. A file that differs, is
missing, or is not of the export is named, and the exit code is 3. Whoever pays runs it on what they received.`,
		Example: `  deskpulse verify export ./payroll-2026-10 --data ./data --month 2026-10
  deskpulse verify export ./payroll-2026-10 --data ./data --month 2026-10 --output json`,
		Args: oneFolder,
	}
	f.monthFlags.add(cmd)
	f.output.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, args []string) error {
		month, err := f.which()
		if err != nil {
			return err
		}
		return f.at(ctx, env, func(desk *monthend.Desk) error {
			v, err := desk.VerifyExport(ctx, f.policy, month, args[0])
			if errors.Is(err, fs.ErrNotExist) || errors.As(err, new(*monthend.NotExportedError)) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			if err := f.show(env.Out, verifiedExportOf(v), func(w io.Writer) error { return showVerifiedExport(w, v, args[0]) }); err != nil {
				return err
			}
			if !v.OK() {
				return errUnclean
			}
			return nil
		})
	})
	return cmd
}

func oneFolder(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one FOLDER, not %d (see `%s --help`)", len(args), cmd.CommandPath())
	}
	return nil
}

// verifiedExport is a folder and the export that it was held against.
type verifiedExport struct {
	monthJSON
	OK     bool                    `json:"ok"`
	Export *stepJSON               `json:"export"`
	Files  []monthend.VerifiedFile `json:"files"`
}

func verifiedExportOf(v monthend.VerifiedExport) verifiedExport {
	return verifiedExport{monthNamed(v.Month), v.OK(), stepOf(&v.Export.Step), v.Files}
}

func showVerifiedExport(w io.Writer, v monthend.VerifiedExport, folder string) error {
	fmt.Fprintf(w, "%s\n\n", fold("", fmt.Sprintf("%s: %s held against the export %s", monthTitle(v.Month.ID), printable(folder), stepWords(&v.Export.Step))))
	const nameWidth = 50
	t := newTable(table.Row{"file", "state", "noted", "now"})
	equal := 0
	for _, f := range v.Files {
		if f.State == monthend.FileEqual {
			equal++
			continue
		}
		t.AppendRow(table.Row{ellipsis(printable(f.Name), nameWidth, false), f.State, orNothing(cut(f.Noted)), orNothing(cut(f.Now))})
	}
	if t.Length() > 0 {
		if err := render(w, t); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	verdict := fmt.Sprintf("equal: %s as exported, and nothing else", counted(equal, "file is", "files are"))
	if !v.OK() {
		verdict = fmt.Sprintf("NOT EQUAL: %s not what was exported; %s", counted(len(v.Files)-equal, "file is", "files are"), counted(equal, "is", "are"))
	}
	_, err := fmt.Fprintln(w, verdict)
	return err
}

func orNothing(s string) string {
	if s == "" {
		return noValue
	}
	return s
}
