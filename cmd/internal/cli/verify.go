package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
)

func newVerify(env Env) *cobra.Command {
	return parent("verify", "Prove that what is stored is complete, and comes out the same again", groupCare, newVerifyIngest(env), newVerifyLog(env), newVerifyClose(env), newVerifyExport(env))
}

func newVerifyIngest(env Env) *cobra.Command {
	var (
		t    target
		out  output
		wait time.Duration
	)
	cmd := &cobra.Command{
		Use:   "ingest",
		Short: "Prove that every record of Kafka is in ClickHouse exactly once",
		Long: `Prove that the ranges in the table batches tile each partition from the first offset to the last without gap,
overlap or step backward, and that each range has exactly its accepted rows in events and its rejected rows
in rejected, every offset once, and that each log is still the one that was applied. What is wrong is named with
partition and offsets, and the exit code is 3.

Records that are not applied yet are no fault, unless --wait was given and was not enough.`,
		Example: `  deskpulse verify ingest --data ./data --wait 60s
  deskpulse verify ingest --config /etc/deskpulse.yaml --output json`,
		Args: cobra.NoArgs,
	}
	t.add(cmd)
	out.add(cmd)
	cmd.Flags().DurationVar(&wait, "wait", 0, "wait at most this `time` until everything that is in Kafka now is applied")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		if wait < 0 {
			return usagef("--wait %v is negative", wait)
		}
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		return verifyIngest(env, out, func(progress func(done, total int64)) (app.Verified, error) {
			return app.Verify(ctx, c, wait, progress)
		})
	})
	return cmd
}

// verifyIngest shows the proof and turns it into an exit code.
func verifyIngest(env Env, out output, verify func(func(done, total int64)) (app.Verified, error)) error {
	var b *bar
	v, err := verify(func(done, total int64) {
		if b == nil {
			b = newBar(env, total, "ingest", false)
		}
		b.set(done)
	})
	b.close()
	if err != nil {
		return err
	}
	if err := out.show(env.Out, v.Report, func(w io.Writer) error { return showVerified(w, v) }); err != nil {
		return err
	}
	if !v.OK {
		return errUnclean
	}
	return nil
}

func showVerified(w io.Writer, v app.Verified) error {
	t := newTable(table.Row{"stream", "partition", "offsets", "accepted", "rejected", "absent", "lost", "state"}, 2, 3, 4, 5, 6, 7)
	var accepted, rejected int64
	for _, p := range v.Partitions {
		accepted, rejected = accepted+p.Accepted, rejected+p.Rejected
		offsets := "-"
		if p.Last >= p.First {
			offsets = fmt.Sprintf("%d-%d", p.First, p.Last)
		}
		name := p.Stream
		if p.Epoch > 0 {
			name = fmt.Sprintf("%s/%d", p.Stream, p.Epoch)
		}
		state := "ok"
		switch n := len(p.Problems); {
		case n > 0:
			state = fmt.Sprintf("%d problems, see below", n)
		case p.End != nil && *p.End > p.Last+1:
			state = fmt.Sprintf("%s to go", groups(*p.End-p.Last-1))
		}
		t.AppendRow(table.Row{name, p.Partition, offsets, groups(p.Accepted), groups(p.Rejected), groups(p.Absent), groups(p.Lost), state})
	}
	if err := render(w, t); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, p := range v.Partitions {
		for _, problem := range p.Problems {
			fmt.Fprintf(w, "%s partition %d offsets %d-%d: %s: %s\n", p.Stream, p.Partition, problem.First, problem.Last, problem.Kind, problem.Detail)
		}
	}
	return conclude(w, v, accepted, rejected)
}

// conclude says in one sentence what the table means.
func conclude(w io.Writer, v app.Verified, accepted, rejected int64) error {
	var err error
	switch {
	case v.OK && v.Behind == 0:
		_, err = fmt.Fprintf(w, "clean: %s accepted and %s rejected records, each exactly once\n", groups(accepted), groups(rejected))
	case v.OK:
		_, err = fmt.Fprintf(w, "clean so far: %s accepted and %s rejected records, each exactly once; %s still to come (--wait waits for them)\n",
			groups(accepted), groups(rejected), groups(v.Behind))
	case v.Behind > 0 && v.Sound:
		_, err = fmt.Fprintf(w, "NOT CLEAN: %s records were not applied in the time of --wait: is ingest running?\n", groups(v.Behind))
	default:
		_, err = fmt.Fprintf(w, "NOT CLEAN: %d gaps, %d overlaps, %d steps backward; see the problems above\n", v.Gaps, v.Overlaps, v.Backward)
	}
	return err
}
