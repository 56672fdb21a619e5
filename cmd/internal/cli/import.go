package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/ingest/importer"
)

func newImport(env Env) *cobra.Command {
	return parent("import", "Bring files of other systems in", groupData, newImportBankCalls(env))
}

func newImportBankCalls(env Env) *cobra.Command {
	var (
		t    target
		out  output
		zone string
	)
	cmd := &cobra.Command{
		Use:   "bank-calls FILE",
		Short: "Import the call log of a bank's call centre",
		Long: `Import a call log: text with tabs, a header, one call a line, local times; - reads standard input. Every row
becomes an event in the stream of imports or is listed with its line and the reason. Importing a file
again changes nothing: its events have the same identities and count once.`,
		Example: `  deskpulse import bank-calls calls.tsv --data ./data
  zcat calls.tsv.gz | deskpulse import bank-calls - --data ./data --zone Europe/Berlin --output json`,
		Args: oneFile,
	}
	t.add(cmd)
	out.add(cmd)
	cmd.Flags().StringVar(&zone, "zone", importer.BankZone, "IANA `zone` of the file's local times")
	cmd.RunE = verb(func(ctx context.Context, args []string) error {
		if err := checkZone(zone); err != nil {
			return err
		}
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		file, size, err := openInput(env, args[0])
		if err != nil {
			return err
		}
		defer file.Close()
		b := newBar(env, size, "import", true)
		result, err := app.Import(ctx, c, importer.BankCalls(file, importer.Options{Zone: zone, Progress: b.set}))
		b.close()
		if err != nil {
			return fmt.Errorf("import %q: %w (%d rows were settled before; importing the file again is safe)", args[0], err, result.Rows)
		}
		return showImport(env, out, result)
	})
	return cmd
}

func checkZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return usagef("zone %q: want an IANA zone such as Asia/Shanghai", zone)
	}
	return nil
}

// openInput opens a file, or standard input for "-", whose size nobody knows (-1).
func openInput(env Env, name string) (io.ReadCloser, int64, error) {
	if name == "-" {
		return io.NopCloser(env.In), -1, nil
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, usagef("read %q: no such file", name)
	}
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = usagef("read %q: it is a folder", name)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

func showImport(env Env, out output, r importer.Result) error {
	if out == outputJSON {
		// Standard output is for the program that reads it; the person looks here.
		listRejected(env.Err, r)
	}
	return out.show(env.Out, r, func(w io.Writer) error {
		fmt.Fprintf(w, "%s rows: %s accepted, %s rejected\n", groups(r.Rows), groups(r.Accepted), groups(r.Rejected))
		for _, reason := range byCount(r.Reasons) {
			fmt.Fprintf(w, "  %7s  %s\n", groups(r.Reasons[reason]), reason)
		}
		listRejected(w, r)
		return nil
	})
}

// listRejected lists the rejected rows with line and reason.
func listRejected(w io.Writer, r importer.Result) {
	for _, p := range r.Lines {
		fmt.Fprintf(w, "line %d: %s: %s\n", p.Line, p.Reason, printable(p.Detail))
	}
	if more := r.Rejected - len(r.Lines); more > 0 {
		fmt.Fprintf(w, "and %s more\n", groups(more))
	}
}

// byCount returns the names, those with the largest counts first.
func byCount[K ~string, V cmp.Ordered](counts map[K]V) []K {
	return slices.SortedFunc(maps.Keys(counts), func(a, b K) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}
