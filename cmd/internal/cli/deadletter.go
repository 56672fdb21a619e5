package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func newDeadLetter(env Env) *cobra.Command {
	return parent("deadletter", "Look at what was rejected, and send it again", groupCare, newDeadLetterList(env), newDeadLetterShow(env), newDeadLetterReplay(env))
}

func newDeadLetterList(env Env) *cobra.Command {
	var (
		t      target
		out    output
		f      rejectedFlags
		filter clickhouse.RejectedFilter
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List rejected records with place, reason and content",
		Long: `List the records that could not become events, the newest first: where they stood in Kafka, when they
arrived, why they were rejected, and the beginning of what they hold, made safe to print. Their bytes are kept
for 30 days; the line itself for good. ` + "`deskpulse deadletter show`" + ` prints one of them whole.

A record that became an event when it was sent again stays in the list and says so; --open leaves it out.`,
		Example: `  deskpulse deadletter list --data ./data
  deskpulse deadletter list --data ./data --open --stream events --since 2026-11-01
  deskpulse deadletter list --data ./data --reason time_out_of_bounds --limit 5 --output json`,
		Args: cobra.NoArgs,
	}
	t.add(cmd)
	out.add(cmd)
	f.add(cmd, "rejected")
	cmd.Flags().BoolVar(&filter.Open, "open", false, "only records that have not become events since")
	cmd.Flags().IntVar(&filter.Limit, "limit", 20, "list at most so many records, 1 to 10000; all are counted")
	cmd.RunE = verb(func(ctx context.Context, _ []string) (err error) {
		if filter.Since, filter.Until, err = f.window(); err != nil {
			return err
		}
		if filter.Limit < 1 || filter.Limit > 10_000 {
			return usagef("--limit %d: want 1 to 10000", filter.Limit)
		}
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		filter.Stream, filter.Reason = f.stream, event.Reason(f.reason)
		r, err := app.ListRejected(ctx, c, filter)
		if err == nil && len(r.Counts) == 0 { // a stream that is no longer configured keeps its lines
			err = knownStream(c, f.stream)
		}
		if err != nil {
			return err
		}
		return out.show(env.Out, deadLettersOf(r, env.Now()), func(w io.Writer) error { return showRejected(w, r, filter, env.Now()) })
	})
	return cmd
}

// deadLetters is the JSON of the list.
type deadLetters struct {
	Rejected int64                  `json:"rejected"`
	Reasons  map[event.Reason]int64 `json:"reasons"`
	Records  []deadLetter           `json:"records"` // newest first
}

type deadLetter struct {
	deadLetterPlace
	Key     string `json:"key"`     // made safe to print
	Preview string `json:"preview"` // the beginning of the value, made safe to print; "" once it has expired
}

// deadLetterPlace is what is known of a rejected record beside its bytes.
type deadLetterPlace struct {
	Position  string       `json:"position"` // stream/epoch/partition/offset, as show and replay take it
	Stream    string       `json:"stream"`
	Epoch     uint32       `json:"epoch"`
	Partition int32        `json:"partition"`
	Offset    int64        `json:"offset"`
	Time      time.Time    `json:"time"` // when the broker appended it
	Company   string       `json:"company"`
	Reason    event.Reason `json:"reason"`
	Detail    string       `json:"detail"`
	Bytes     int64        `json:"bytes"`    // of the value
	Expired   bool         `json:"expired"`  // the bytes are no longer kept
	Origin    string       `json:"origin"`   // where a record that was sent again was first rejected, "" of others
	Replayed  bool         `json:"replayed"` // it was sent again and is an event by now
}

const (
	keyWidth     = 80  // columns of a key in JSON
	previewWidth = 200 // columns of a value in JSON
)

func deadLettersOf(r app.Rejected, now time.Time) deadLetters {
	out := deadLetters{Reasons: map[event.Reason]int64{}, Records: []deadLetter{}}
	for _, c := range r.Counts {
		out.Rejected += c.Records
		out.Reasons[c.Reason] = c.Records
	}
	for _, x := range r.Records {
		out.Records = append(out.Records, deadLetter{placeOf(x, now), preview(x.Key, keyWidth), preview(x.Value, previewWidth)})
	}
	return out
}

func placeOf(x clickhouse.RejectedRecord, now time.Time) deadLetterPlace {
	_, expired := x.Expired(now)
	return deadLetterPlace{
		Position: positionOf(x), Stream: x.Partition.Stream, Epoch: x.Partition.Epoch, Partition: x.Partition.ID, Offset: x.Offset,
		Time: time.UnixMilli(x.AppendTime).UTC(), Company: x.Company, Reason: x.Reason, Detail: printable(x.Detail),
		Bytes: x.Size, Expired: expired, Origin: x.Origin, Replayed: x.Replayed,
	}
}

func positionOf(x clickhouse.RejectedRecord) string {
	return event.Position{Partition: x.Partition, Offset: x.Offset}.String()
}

func showRejected(w io.Writer, r app.Rejected, filter clickhouse.RejectedFilter, now time.Time) error {
	if len(r.Counts) == 0 {
		none := "no rejected record matches"
		if filter == (clickhouse.RejectedFilter{Limit: filter.Limit}) {
			none = "nothing was rejected"
		}
		_, err := fmt.Fprintln(w, none)
		return err
	}
	if err := showReasons(w, r); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, x := range r.Records {
		fmt.Fprintf(w, "%s  %s  %s\n", time.UnixMilli(x.AppendTime).UTC().Format(time.RFC3339), positionOf(x), x.Reason)
		if x.Origin != "" {
			fmt.Fprintf(w, "  sent again; first rejected at %s\n", printable(x.Origin))
		}
		if x.Replayed {
			fmt.Fprintln(w, "  replayed: it is an event by now")
		}
		fmt.Fprintln(w, wrap("  ", printable(x.Detail)))
		if due, expired := x.Expired(now); expired {
			fmt.Fprintf(w, "  %s\n", expiry(due))
			continue
		}
		fmt.Fprintf(w, "  %s bytes: %s\n", groups(x.Size), preview(x.Value, maxWidth-20))
	}
	return nil
}

// expiry says since when the bytes of a record are gone.
func expiry(due time.Time) string {
	return fmt.Sprintf("its bytes were kept until %s and have expired", due.Format(time.RFC3339))
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
