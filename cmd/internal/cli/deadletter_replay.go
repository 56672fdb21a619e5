package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// replayFlags are the flags of `deadletter replay`.
type replayFlags struct {
	rejectedFlags
	positions   []string
	limit       int
	all, dryRun bool
	wait        time.Duration
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
		if err := f.knownStreams(c, cfg); err != nil {
			return err
		}
		return replay(ctx, env, out, c, cfg)
	})
	return cmd
}

func (f *replayFlags) add(cmd *cobra.Command) {
	f.rejectedFlags.add(cmd, "last rejected")
	flags := cmd.Flags()
	flags.StringArrayVar(&f.positions, "position", nil, "only the record at this `stream/epoch/partition/offset`; may be repeated")
	flags.IntVar(&f.limit, "limit", 100_000, "at most so many records, 1 to 1000000")
	flags.BoolVar(&f.all, "all", false, "send those too that would be rejected again")
	flags.BoolVar(&f.dryRun, "check", false, "send nothing, only say what would become of the records")
	flags.BoolVar(&f.dryRun, "dry-run", false, "the same as --check")
	flags.DurationVar(&f.wait, "wait", time.Minute, "wait at most this `time` for ingest, before sending and after")
}

// config turns the flags into what is to be done.
func (f *replayFlags) config() (cfg app.ReplayConfig, err error) {
	cfg = app.ReplayConfig{All: f.all, Check: f.dryRun, Wait: f.wait}
	cfg.Filter.Stream, cfg.Filter.Reason, cfg.Filter.Limit = f.stream, event.Reason(f.reason), f.limit
	if cfg.Filter.Since, cfg.Filter.Until, err = f.window(); err != nil {
		return cfg, err
	}
	switch {
	case f.limit < 1 || f.limit > mostReplayed:
		return cfg, usagef("--limit %d: want 1 to %d", f.limit, mostReplayed)
	case f.wait < 0:
		return cfg, usagef("--wait %v is negative", f.wait)
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

// knownStreams wants the streams that are named to be configured: a record of another one is sent nowhere.
func (f *replayFlags) knownStreams(c config.Config, cfg app.ReplayConfig) error {
	if err := knownStream(c, f.stream); err != nil {
		return err
	}
	for _, p := range cfg.Filter.Positions {
		if err := knownStream(c, p.Stream); err != nil {
			return err
		}
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
		if errors.As(err, new(*app.NoRejectedError)) {
			return usageError{err}
		}
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
