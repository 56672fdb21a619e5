package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// activateFlags are the flags of the verbs of activate.
type activateFlags struct {
	deskFlags
	actorFlags
	output
	effective string
}

func newActivate(env Env) *cobra.Command {
	return parent("activate", "Put a policy, a calendar or a roster into force", groupMonth,
		newActivateOne(env, workflow.PolicyDocument, "POLICY", "Put a policy into force, for months that are frozen from now on",
			`Put a policy into force, a shipped one by name or a file, and with it the calendar that it names. From then on
close takes it where --policy names no other, for months that begin on the effective date or later.`,
			"deskpulse activate policy ./our-policy.yaml --data ./data --effective 2027-01-01 --by zhang --role hr"),
		newActivateOne(env, workflow.CalendarDocument, "CALENDAR", "Put a calendar into force, for months that are frozen from now on",
			`Put a calendar into force, a shipped one by name or a file: a new one of the same name takes the place of the
earlier one.`,
			"deskpulse activate calendar ./china-2027.yaml --data ./data --effective 2027-01-01 --by zhang --role hr"),
		newActivateOne(env, workflow.RosterDocument, "FILE", "Put a roster into force: who is in which team, with which duties, from when on",
			`Put a roster into force, a file of JSON lines: each has "agent", an id, "zone", in which its dates are read,
and the members of the event agent.changed. A new roster of the same file name takes the earlier one's place.`,
			"deskpulse activate roster ./roster.jsonl --data ./data --by zhang --role hr"),
	)
}

func newActivateOne(env Env, kind workflow.DocumentKind, arg, short, long, example string) *cobra.Command {
	var f activateFlags
	cmd := &cobra.Command{
		Use:   string(kind) + " " + arg,
		Short: short,
		Long: long + `

Its whole text stands in the log of decisions, so that every month can be calculated again. Months that are
frozen keep what they were frozen with; locked ones that a backdated document would have touched are listed,
and stay as they are.`,
		Example: "  " + example,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("want one %s, not %d (see `%s --help`)", arg, len(args), cmd.CommandPath())
			}
			return nil
		},
	}
	f.deskFlags.add(cmd)
	cmd.Flags().StringVar(&f.effective, "effective", "", "from when it holds, a `date` such as 2027-01-01 (default: what the policy says, for others today)")
	f.actorFlags.add(cmd, "the reason, if there is one")
	f.output.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, args []string) error { return runActivate(ctx, env, f, kind, args[0]) })
	return cmd
}

func runActivate(ctx context.Context, env Env, f activateFlags, kind workflow.DocumentKind, file string) error {
	r := monthend.ActivateRequest{Kind: kind, File: file, Why: f.why}
	var err error
	if r.By, err = f.actor(env); err != nil {
		return err
	}
	if f.effective != "" {
		date, err := calendar.ParseDate(f.effective)
		if err != nil {
			return usagef("--effective: %w", err)
		}
		r.Effective = &date
	}
	if err := readable(kind, file); err != nil {
		return err
	}
	return f.at(ctx, env, func(desk *monthend.Desk) error {
		a, err := desk.Activate(ctx, r)
		if err != nil {
			return err
		}
		return f.show(env.Out, activatedOf(a), func(w io.Writer) error { return showActivated(w, a, r.By) })
	})
}

// readable refuses a document that is not there or not valid: that is wrong usage, and seen without any server.
func readable(kind workflow.DocumentKind, file string) error {
	var err error
	switch kind {
	case workflow.PolicyDocument:
		_, err = decided(file, nil)
	case workflow.CalendarDocument:
		if _, err = calendar.Load(file, os.ReadFile); err != nil {
			err = usageError{err}
		}
	case workflow.RosterDocument:
		if _, err = os.Stat(file); err != nil {
			err = usagef("read roster: %w", err)
		}
	}
	return err
}

// activatedJSON is a document that was put into force.
type activatedJSON struct {
	Company   string      `json:"company"`
	Kind      string      `json:"kind"`
	Name      string      `json:"name"`
	Effective string      `json:"effective"`
	SHA256    string      `json:"sha256"`
	Sequence  int64       `json:"sequence"`
	Touched   []monthJSON `json:"touched"` // locked months in which it would have held
}

func activatedOf(a monthend.Activated) activatedJSON {
	j := activatedJSON{a.Company, string(a.Kind), a.Name, a.Effective.String(), a.SHA256, a.Sequence, []monthJSON{}}
	for _, m := range a.Touched {
		j.Touched = append(j.Touched, monthNamed(m))
	}
	return j
}

func showActivated(w io.Writer, a monthend.Activated, by workflow.Actor) error {
	fmt.Fprintln(w, wrap("", fmt.Sprintf("%s %s of %s holds from %s on: activated by %s, decision %d, SHA-256 %s",
		a.Kind, printable(a.Name), printable(a.Company), a.Effective, printable(by.String()), a.Sequence, cut(a.SHA256))))
	if len(a.Touched) == 0 {
		return nil
	}
	names := document.IDs(a.Touched, func(m workflow.Month) string { return fmt.Sprintf("%s (%s)", m.ID.Month, m.Phase) })
	_, err := fmt.Fprintln(w, wrap("· ", fmt.Sprintf("Locked months in which it would have held stay as they are: %s.", someNames(names, maxWidth))))
	return err
}
