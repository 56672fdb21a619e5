package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/schemas/event"
)

func newDeadLetter(env Env) *cobra.Command {
	return parent("deadletter", "Look at what was rejected, and send it again", groupCare, newDeadLetterList(env), newDeadLetterReplay(env))
}

func newDeadLetterList(env Env) *cobra.Command {
	var (
		t      target
		out    output
		reason string
		limit  int
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List rejected records with place, reason and content",
		Long: `List the records that could not become events, the newest first: where they stood in Kafka, when they
arrived, why they were rejected, and the beginning of what they hold, made safe to print. Their bytes are kept
for a while; the line itself for good.`,
		Example: `  deskpulse deadletter list --data ./data
  deskpulse deadletter list --data ./data --reason time_out_of_bounds --limit 5 --output json`,
		Args: cobra.NoArgs,
	}
	t.add(cmd)
	out.add(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "only records rejected for this `reason`")
	cmd.Flags().IntVar(&limit, "limit", 20, "list at most so many records, 1 to 10000; all are counted")
	_ = cmd.RegisterFlagCompletionFunc("reason", cobra.FixedCompletions(reasons(), cobra.ShellCompDirectiveNoFileComp))
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		if reason != "" && !slices.Contains(reasons(), reason) {
			return usageError{&document.Unknown{What: "reason", Name: reason, Known: reasons()}}
		}
		if limit < 1 || limit > 10_000 {
			return usagef("--limit %d: want 1 to 10000", limit)
		}
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		r, err := app.ListRejected(ctx, c, event.Reason(reason), limit)
		if err != nil {
			return err
		}
		return out.show(env.Out, deadLettersOf(r), func(w io.Writer) error { return showRejected(w, r) })
	})
	return cmd
}

func reasons() []string {
	var out []string
	for _, r := range event.Reasons() {
		out = append(out, string(r))
	}
	return out
}

// deadLetters is the JSON of the list.
type deadLetters struct {
	Rejected int64                  `json:"rejected"`
	Reasons  map[event.Reason]int64 `json:"reasons"`
	Records  []deadLetter           `json:"records"` // newest first
}

type deadLetter struct {
	Stream    string       `json:"stream"`
	Epoch     uint32       `json:"epoch"`
	Partition int32        `json:"partition"`
	Offset    int64        `json:"offset"`
	Time      time.Time    `json:"time"` // when the broker appended it
	Company   string       `json:"company"`
	Reason    event.Reason `json:"reason"`
	Detail    string       `json:"detail"`
	Key       string       `json:"key"`     // made safe to print
	Preview   string       `json:"preview"` // the beginning of the value, made safe to print; "" once it has expired
	Bytes     int          `json:"bytes"`   // of the value
	Origin    string       `json:"origin"`  // where a record that was sent again was first rejected, "" of others
}

const (
	keyWidth     = 80  // columns of a key in JSON
	previewWidth = 200 // columns of a value in JSON
)

func deadLettersOf(r app.Rejected) deadLetters {
	out := deadLetters{Reasons: map[event.Reason]int64{}, Records: []deadLetter{}}
	for _, c := range r.Counts {
		out.Rejected += c.Records
		out.Reasons[c.Reason] = c.Records
	}
	for _, x := range r.Records {
		out.Records = append(out.Records, deadLetter{
			Stream: x.Partition.Stream, Epoch: x.Partition.Epoch, Partition: x.Partition.ID, Offset: x.Offset,
			Time: time.UnixMilli(x.AppendTime).UTC(), Company: x.Company, Reason: x.Reason, Detail: printable(x.Detail),
			Key: preview(x.Key, keyWidth), Preview: preview(x.Value, previewWidth), Bytes: len(x.Value), Origin: x.Origin,
		})
	}
	return out
}

func showRejected(w io.Writer, r app.Rejected) error {
	if len(r.Counts) == 0 {
		_, err := fmt.Fprintln(w, "nothing was rejected")
		return err
	}
	if err := showReasons(w, r); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, x := range r.Records {
		fmt.Fprintf(w, "%s  %s partition %d offset %d  %s\n", time.UnixMilli(x.AppendTime).UTC().Format(time.RFC3339),
			x.Partition.Stream, x.Partition.ID, x.Offset, x.Reason)
		if x.Origin != "" {
			fmt.Fprintf(w, "  sent again; first rejected at %s\n", printable(x.Origin))
		}
		fmt.Fprintln(w, wrap("  ", printable(x.Detail)))
		fmt.Fprintf(w, "  %s bytes: %s\n", groups(len(x.Value)), preview(x.Value, maxWidth-20))
	}
	return nil
}

func showReasons(w io.Writer, r app.Rejected) error {
	t := newTable(table.Row{"reason", "records"}, 2)
	var all int64
	for _, c := range r.Counts {
		t.AppendRow(table.Row{c.Reason, groups(c.Records)})
		all += c.Records
	}
	t.AppendFooter(table.Row{"all", groups(all)})
	return render(w, t)
}
