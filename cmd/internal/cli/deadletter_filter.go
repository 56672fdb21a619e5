package cli

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// rejectedFlags are the flags that choose rejected records.
type rejectedFlags struct{ stream, reason, since, until string }

// add adds the flags; rejected says which rejection they look at, for a replay the last one of a record.
func (f *rejectedFlags) add(cmd *cobra.Command, rejected string) {
	flags := cmd.Flags()
	flags.StringVar(&f.stream, "stream", "", "only records of this `stream`")
	flags.StringVar(&f.reason, "reason", "", "only records "+rejected+" for this `reason`")
	flags.StringVar(&f.since, "since", "", "only records "+rejected+" at this `time` or later: a date (UTC) or RFC 3339")
	flags.StringVar(&f.until, "until", "", "only records "+rejected+" before this `time`")
	_ = cmd.RegisterFlagCompletionFunc("reason", cobra.FixedCompletions(reasons(), cobra.ShellCompDirectiveNoFileComp))
}

// window checks the flags and returns the instants, the zero time where there is no bound.
func (f *rejectedFlags) window() (since, until time.Time, err error) {
	if f.reason != "" && !slices.Contains(reasons(), f.reason) {
		return since, until, usageError{&document.Unknown{What: "reason", Name: f.reason, Known: reasons()}}
	}
	if since, err = instant("since", f.since); err != nil {
		return since, until, err
	}
	until, err = instant("until", f.until)
	return since, until, err
}

func reasons() []string {
	var out []string
	for _, r := range event.Reasons() {
		out = append(out, string(r))
	}
	return out
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
