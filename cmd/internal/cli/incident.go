package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/schemas/event"
)

func newIncident(env Env) *cobra.Command {
	return parent("incident", "Rule on complaints and mistakes", groupMonth, newIncidentRule(env))
}

// incidentFlags are the flags of incident rule.
type incidentFlags struct {
	deskFlags
	actorFlags
	output
	verdict                       choice
	serious, reputation, followed bool
	loss                          string
	subjects                      []string
}

func newIncidentRule(env Env) *cobra.Command {
	var f incidentFlags
	cmd := &cobra.Command{
		Use:   "rule ID --verdict upheld|rejected --why TEXT",
		Short: "Give a verdict on an incident that was reported",
		Long: `Give a verdict on a complaint or a mistake that was reported: only an upheld one counts. What was reported
wrongly is corrected with it: how serious it is, the loss, the reputation, whether it was followed up in time,
what it is about. A later verdict replaces an earlier one. A month that is not locked counts it with the next
close, a locked one as an adjustment. Nobody rules on an incident that is about themselves.`,
		Example: `  deskpulse incident rule c-2026-10-17 --data ./data --verdict upheld --why "the recording confirms it" --by chen --role supervisor
  deskpulse incident rule c-2026-10-17 --data ./data --verdict upheld --serious=false --loss 12.50 --followed-up --why "repaid" --by chen:supervisor`,
		Args: oneIncident,
	}
	f.deskFlags.add(cmd)
	f.verdict.add(cmd, "verdict", "", "what it comes to", "", string(event.Upheld), string(event.VerdictRejected))
	cmd.Flags().BoolVar(&f.serious, "serious", false, "whether it is serious (default: as reported)")
	cmd.Flags().StringVar(&f.loss, "loss", "", "the company's loss, an `amount` such as 12.50 (default: as reported)")
	cmd.Flags().BoolVar(&f.reputation, "reputation", false, "whether it harmed the company's reputation (default: as reported)")
	cmd.Flags().BoolVar(&f.followed, "followed-up", false, "whether the complaint was followed up in time")
	cmd.Flags().StringArrayVar(&f.subjects, "subject", nil, "what it is about, a `name` of the policy; may be repeated (default: as reported)")
	f.actorFlags.add(cmd, "the reason, in words for whom it concerns")
	f.output.add(cmd)
	_ = cmd.MarkFlagRequired("verdict")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return verb(func(ctx context.Context, args []string) error {
			return runIncident(ctx, env, f, args[0], cmd.Flags().Changed)
		})(cmd, args)
	}
	return cmd
}

func oneIncident(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want the ID of one incident, not %d (see `%s --help`)", len(args), cmd.CommandPath())
	}
	return nil
}

// ruling reads the verdict. What no flag says stays as it was reported.
func (f *incidentFlags) ruling(given func(flag string) bool) (event.IncidentRuled, error) {
	r := event.IncidentRuled{Verdict: event.Verdict(f.verdict.word), Subjects: f.subjects}
	for flag, to := range map[string]struct {
		from *bool
		to   **bool
	}{"serious": {&f.serious, &r.Serious}, "reputation": {&f.reputation, &r.Reputation}, "followed-up": {&f.followed, &r.FollowedUpInTime}} {
		if given(flag) {
			*to.to = to.from
		}
	}
	if f.loss == "" {
		return r, nil
	}
	loss, err := amount.ParseMoney(f.loss)
	if err == nil && loss < 0 {
		err = fmt.Errorf("%q is negative", f.loss)
	}
	if err != nil {
		return r, usagef("--loss: %w", err)
	}
	minor := int64(loss)
	r.LossMinor = &minor
	return r, nil
}

// ruledJSON is a verdict and its place among the decisions.
type ruledJSON struct {
	Incident string        `json:"incident"`
	Verdict  event.Verdict `json:"verdict"`
	By       string        `json:"by"`
	Role     string        `json:"role"`
	At       string        `json:"at"`
	Sequence int64         `json:"sequence"`
	Counts   []countsIn    `json:"counts"` // by policy
}

// countsIn is the month in which a policy counts a verdict: that of the ruling, or, without one, that of its report or of
// the conduct.
type countsIn struct {
	Policy string `json:"policy"`
	By     string `json:"by"`
	Month  string `json:"month,omitempty"`
}

func countedIn(months []monthend.VerdictMonth) []countsIn {
	all := []countsIn{}
	for _, m := range months {
		c := countsIn{Policy: m.Policy, By: string(m.By)}
		if m.By == policy.MonthOfRuling {
			c.Month = m.Month.String()
		}
		all = append(all, c)
	}
	return all
}

// countedWords says in which month the verdict counts, under each policy on a line.
func countedWords(months []monthend.VerdictMonth) string {
	var out strings.Builder
	for _, m := range months {
		text := map[policy.IncidentMonth]string{
			policy.MonthOfRuling: "in " + m.Month.String() + ", the month of the ruling", policy.MonthOfReport: "in the month in which it was reported",
			policy.MonthOfConduct: "in the month in which it happened",
		}[m.By]
		fmt.Fprintln(&out, fold("", fmt.Sprintf("Under policy %s it counts %s.", printable(m.Policy), text)))
	}
	return out.String()
}

func runIncident(ctx context.Context, env Env, f incidentFlags, incident string, given func(string) bool) error {
	ruling, err := f.ruling(given)
	if err != nil {
		return err
	}
	by, err := f.actor(env)
	if err != nil {
		return err
	}
	why, err := f.reason("a verdict")
	if err != nil {
		return err
	}
	return f.at(ctx, env, func(desk *monthend.Desk) error {
		d, err := desk.Rule(ctx, incident, ruling, by, why)
		if err != nil {
			return err
		}
		months, err := desk.VerdictMonths(ctx)
		if err != nil {
			return err
		}
		j := ruledJSON{incident, ruling.Verdict, by.Name, string(by.Role), d.Time.UTC().Format(rfc3339Milli), d.Sequence, countedIn(months)}
		return f.show(env.Out, j, func(w io.Writer) error {
			_, err := fmt.Fprintf(w, "%s\n%s%s\n", fold("", fmt.Sprintf("incident %s: %s by %s, decision %d", printable(incident), ruling.Verdict, printable(by.String()), d.Sequence)), countedWords(months),
				fold("Next: ", "the next `deskpulse close` of an open month counts it, `deskpulse adjust` shows what it changes of locked ones."))
			return err
		})
	})
}
