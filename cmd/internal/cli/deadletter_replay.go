package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// replayFlags are the flags of `deadletter replay`.
type replayFlags struct {
	stream, reason, since, until string
	positions                    []string
	limit                        int
	all, check                   bool
	wait                         time.Duration
}

// mostReplayed bounds what one call keeps in mind.
const mostReplayed = 1_000_000

func newDeadLetterReplay(env Env) *cobra.Command {
	var (
		t   target
		out output
		f   replayFlags
	)
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Send rejected records again, each of which becomes one event",
		Long: `Send rejected records again, after what was wrong is put right: a newer deskpulse knows the type, a stream
has another bound, ClickHouse takes the row. They go to the topic that they came from, with the bytes that they
had and a header with their origin, the place where they were first rejected. Ingest reads them like any other
record and keeps the origin with the event.

Each becomes exactly one event: a record that is one already is not sent again, however often this runs, wherever
it is killed, and if it runs twice at once (the later one takes over). For that it needs a running ingest, and
waits until that has applied all that is in the topic.

Only records that would be accepted now are sent, unless --all is given; --check sends nothing and says which
would be, and why the others would not. An event's time is judged by the time at which its record is appended
again: what was too far in the future may be right by now, and what was right may be too old by now. Raise the
stream's backward bound for those. Use the configuration that ingest runs with, by which it decides.

Records are kept with their bytes for 30 days. Those of which they have expired are counted.

Exit codes: 0 all the records that were chosen are events now; 3 some are not, and the answer says why; 1 it could
not be done, or not to its end: running it again sends what is left; 2 wrong usage.`,
		Example: `  deskpulse deadletter replay --data ./data --check
  deskpulse deadletter replay --data ./data --reason time_out_of_bounds --since 2026-11-01
  deskpulse deadletter replay --data ./data --position events/0/3/1207 --output json`,
		Args: cobra.NoArgs,
	}
	t.add(cmd)
	out.add(cmd)
	f.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		cfg, err := f.config()
		if err != nil {
			return err
		}
		c, err := t.resolve(env)
		if err != nil {
			return err
		}
		if err := knownStream(c, f.stream); err != nil {
			return err
		}
		return replay(ctx, env, out, c, cfg)
	})
	return cmd
}

func (f *replayFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.stream, "stream", "", "only records of this `stream`")
	flags.StringVar(&f.reason, "reason", "", "only records last rejected for this `reason`")
	flags.StringVar(&f.since, "since", "", "only records last rejected at this `time` or later: a date (UTC) or RFC 3339")
	flags.StringVar(&f.until, "until", "", "only records last rejected before this `time`")
	flags.StringArrayVar(&f.positions, "position", nil, "only the record at this `stream/epoch/partition/offset`; may be repeated")
	flags.IntVar(&f.limit, "limit", 100_000, "at most so many records, 1 to 1000000")
	flags.BoolVar(&f.all, "all", false, "send those too that would be rejected again")
	flags.BoolVar(&f.check, "check", false, "send nothing, only say what would become of the records")
	flags.BoolVar(&f.check, "dry-run", false, "the same as --check")
	flags.DurationVar(&f.wait, "wait", time.Minute, "wait at most this `time` for ingest, before sending and after")
	_ = cmd.RegisterFlagCompletionFunc("reason", cobra.FixedCompletions(reasons(), cobra.ShellCompDirectiveNoFileComp))
}

// config turns the flags into what is to be done.
func (f *replayFlags) config() (cfg app.ReplayConfig, err error) {
	cfg = app.ReplayConfig{All: f.all, Check: f.check, Wait: f.wait}
	cfg.Filter.Stream, cfg.Filter.Reason, cfg.Filter.Limit = f.stream, event.Reason(f.reason), f.limit
	switch {
	case f.reason != "" && !slices.Contains(reasons(), f.reason):
		return cfg, usageError{&document.Unknown{What: "reason", Name: f.reason, Known: reasons()}}
	case f.limit < 1 || f.limit > mostReplayed:
		return cfg, usagef("--limit %d: want 1 to %d", f.limit, mostReplayed)
	case f.wait < 0:
		return cfg, usagef("--wait %v is negative", f.wait)
	}
	if cfg.Filter.Since, err = instant("since", f.since); err != nil {
		return cfg, err
	}
	if cfg.Filter.Until, err = instant("until", f.until); err != nil {
		return cfg, err
	}
	for _, text := range f.positions {
		p, err := event.ParsePosition(text)
		if err != nil {
			return cfg, usagef("--position: %w", err)
		}
		cfg.Filter.Positions = append(cfg.Filter.Positions, p)
	}
	return cfg, nil
}

// instant reads a date, which begins in UTC, or an instant; "" is none.
func instant(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("--%s %q: want a date such as 2026-11-01 or a time such as 2026-11-01T08:00:00+08:00", flag, text)
}

func knownStream(c config.Config, name string) error {
	if name == "" {
		return nil
	}
	var known []string
	for _, s := range c.Streams {
		known = append(known, s.Name)
	}
	if !slices.Contains(known, name) {
		return usageError{&document.Unknown{What: "stream", Name: name, Known: known}}
	}
	return nil
}

// replay sends the records and shows what became of them.
func replay(ctx context.Context, env Env, out output, c config.Config, cfg app.ReplayConfig) error {
	var (
		b    *bar
		step string
	)
	r, err := app.Replay(ctx, c, cfg, func(what string, done, total int64) {
		if what != step {
			b.close()
			step, b = what, newBar(env, total, what, false)
		}
		b.set(done)
	})
	b.close()
	if err != nil {
		if r.Sent > 0 {
			err = fmt.Errorf("%w (%s records were sent before; running it again sends what is left)", err, groups(r.Sent))
		}
		return err
	}
	if err := out.show(env.Out, replayedOf(r, cfg), func(w io.Writer) error { return showReplayed(w, r, cfg) }); err != nil {
		return err
	}
	if r.Records > r.Accepted && (!cfg.Check || r.Records > r.Acceptable()) {
		return errUnclean
	}
	return nil
}
