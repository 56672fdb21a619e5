package cli

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func newDeadLetterShow(env Env) *cobra.Command {
	var (
		t   target
		out output
		raw bool
	)
	cmd := &cobra.Command{
		Use:   "show POSITION",
		Short: "Show one rejected record with all its bytes",
		Long: `Show the record that was rejected at a position, stream/epoch/partition/offset as ` + "`deskpulse deadletter list`" + ` prints
it: why it was rejected, when it was appended, whether it became an event since, its key and its whole value. What
does more to a terminal than print is shown as a dot; line breaks of the value stay. Its Kafka headers are not kept.

With --output json, key and value are exactly what they were: as text, and key_encoding or value_encoding is "text",
or in base64 where the bytes are no UTF-8, and it is "base64". --raw writes the bytes of the value and nothing else.

Bytes are kept for 30 days. After that the rest is shown, and that they have expired; --raw fails.`,
		Example: `  deskpulse deadletter show events/0/3/1207 --data ./data
  deskpulse deadletter show events/0/3/1207 --data ./data --raw >record.json
  deskpulse deadletter show events/0/3/1207 --data ./data --output json`,
		Args: onePosition,
	}
	t.add(cmd)
	out.add(cmd)
	cmd.Flags().BoolVar(&raw, "raw", false, "write the bytes of the value as they were, whatever they do to a terminal")
	cmd.MarkFlagsMutuallyExclusive("raw", "output")
	cmd.RunE = verb(func(ctx context.Context, args []string) error {
		p, err := event.ParsePosition(args[0])
		if err != nil {
			return usageError{err}
		}
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		r, err := app.ShowRejected(ctx, c, p)
		if errors.As(err, new(*app.NoRejectedError)) {
			return usageError{err}
		}
		if err != nil {
			return err
		}
		if raw {
			return writeRaw(env.Out, r, env.Now())
		}
		return out.show(env.Out, wholeLetterOf(r, env.Now()), func(w io.Writer) error { return showLetter(w, r, env.Now()) })
	})
	return cmd
}

// onePosition wants one argument, a position.
func onePosition(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one POSITION, not %d (see `%s --help`)", len(args), cmd.CommandPath())
	}
	return nil
}

func writeRaw(w io.Writer, r clickhouse.RejectedRecord, now time.Time) error {
	if due, expired := r.Expired(now); expired {
		return fmt.Errorf("record %s: %s", positionOf(r), expiry(due))
	}
	_, err := w.Write(r.Value)
	return err
}

// wholeLetter is the JSON of one rejected record.
type wholeLetter struct {
	deadLetterPlace
	Key           exactText `json:"key"`
	KeyEncoding   string    `json:"key_encoding"` // "text" or "base64"
	Value         exactText `json:"value"`
	ValueEncoding string    `json:"value_encoding"` // "text" or "base64"
}

func wholeLetterOf(r clickhouse.RejectedRecord, now time.Time) wholeLetter {
	out := wholeLetter{deadLetterPlace: placeOf(r, now)}
	out.Key, out.KeyEncoding = encoded(r.Key)
	out.Value, out.ValueEncoding = encoded(r.Value)
	return out
}

func encoded(b []byte) (text exactText, encoding string) {
	if utf8.Valid(b) {
		return exactText(b), "text"
	}
	return exactText(base64.StdEncoding.EncodeToString(b)), "base64"
}

func showLetter(w io.Writer, r clickhouse.RejectedRecord, now time.Time) error {
	fmt.Fprintf(w, "%s  %s\n%s\n\n", positionOf(r), r.Reason, wrap("  ", printable(r.Detail)))
	fmt.Fprintf(w, "appended  %s\n", time.UnixMilli(r.AppendTime).UTC().Format(time.RFC3339Nano))
	fmt.Fprintf(w, "company   %s\n", printable(r.Company))
	if r.Origin != "" {
		fmt.Fprintf(w, "origin    %s, where it was first rejected\n", printable(r.Origin))
	}
	state := "it has not become an event"
	if r.Replayed {
		state = "it was sent again and is an event by now"
	}
	fmt.Fprintf(w, "replayed  %s\n", state)
	if due, expired := r.Expired(now); expired {
		_, err := fmt.Fprintf(w, "value     %s\n", expiry(due))
		return err
	}
	key := "none" // which ClickHouse does not tell from an empty one
	if len(r.Key) > 0 {
		key = groups(len(r.Key)) + " bytes: " + printable(string(r.Key))
	}
	fmt.Fprintf(w, "key       %s\n", key)
	_, err := fmt.Fprintf(w, "value     %s bytes:\n\n%s", groups(r.Size), block(r.Value))
	return err
}

// block makes bytes of unknown origin safe to show, all of them, in the lines that they have. Each is indented, so that none
// looks like a line of ours.
func block(b []byte) string {
	var out strings.Builder
	for line := range strings.Lines(string(b)) {
		out.WriteString("  " + printable(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return out.String()
}
