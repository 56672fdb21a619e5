package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

func newAppeal(env Env) *cobra.Command {
	return parent("appeal", "Object to a line of a published card, and decide about it", groupMonth, newAppealFile(env), newAppealDecide(env), newAppealList(env))
}

// appealFlags are the flags of the verbs about appeals.
type appealFlags struct {
	monthFlags
	actorFlags
	output
	agent, rule string
	verdict     choice
}

func newAppealFile(env Env) *cobra.Command {
	var f appealFlags
	cmd := &cobra.Command{
		Use:   "file --month MONTH --agent AGENT --rule RULE --why TEXT",
		Short: "Object to a line of a published card",
		Long: `Object to a line of a published card, as long as the policy lets people appeal. Agents do so for themselves;
for somebody else a supervisor, manager or hr may. The id of the appeal is printed: who decides needs it.`,
		Example: `  deskpulse appeal file --data ./data --month 2026-10 --agent li --rule late-minutes --why "the bus strike, see the notice" --by li --role agent`,
		Args:    cobra.NoArgs,
	}
	f.monthFlags.add(cmd)
	cmd.Flags().StringVar(&f.agent, "agent", "", "whose card, an `id`")
	cmd.Flags().StringVar(&f.rule, "rule", "", "the line's `rule`, or rule/incident")
	f.actorFlags.add(cmd, "why the line is wrong, in words for who decides")
	f.output.add(cmd)
	_ = cmd.MarkFlagRequired("agent")
	_ = cmd.MarkFlagRequired("rule")
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		month, err := f.which()
		if err != nil {
			return err
		}
		by, err := f.actor(env)
		if err != nil {
			return err
		}
		why, err := f.reason("an appeal")
		if err != nil {
			return err
		}
		return f.at(ctx, env, func(desk *monthend.Desk) error {
			d, err := desk.Appeal(ctx, f.policy, month, f.agent, f.rule, by, why)
			if err != nil {
				return err
			}
			m, err := desk.Month(ctx, f.policy, month)
			if err != nil {
				return err
			}
			return f.showAppeal(env, m, d.ID, "Next: ", fmt.Sprintf("somebody else decides: `deskpulse appeal decide %s --month %s --verdict upheld`.", d.ID, month))
		})
	})
	return cmd
}

func newAppealDecide(env Env) *cobra.Command {
	var f appealFlags
	cmd := &cobra.Command{
		Use:   "decide ID --month MONTH --verdict upheld|rejected --why TEXT",
		Short: "Uphold an appeal, or reject it",
		Long: `Uphold an appeal, or reject it. Nobody decides about their own card, and, where the policy wants four eyes,
not who judged the line. An appeal that is upheld opens the line: what follows from it is said by score set
--appeal ID, or by a ruling on the incident, and adjust shows what it changes. Under a rule that nobody scores
--points are those that the rule takes from the card in all, or, of a tier, gives it.`,
		Example: `  deskpulse appeal decide 5f3c9d2e-8f1b-4c55-9f54-0d3f4a3f4a11 --data ./data --month 2026-10 --verdict upheld \
    --why "the notice of the bus company is there" --by wang --role leader`,
		Args: oneAppeal,
	}
	f.monthFlags.add(cmd)
	f.verdict.add(cmd, "verdict", "", "what becomes of it", "", "upheld", "rejected")
	f.actorFlags.add(cmd, "the reason, in words for whom it concerns")
	f.output.add(cmd)
	_ = cmd.MarkFlagRequired("verdict")
	cmd.RunE = verb(func(ctx context.Context, args []string) error {
		month, err := f.which()
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
		upheld := f.verdict.word == "upheld"
		return f.at(ctx, env, func(desk *monthend.Desk) error {
			if _, err := desk.DecideAppeal(ctx, f.policy, month, args[0], upheld, by, why); err != nil {
				return err
			}
			m, err := desk.Month(ctx, f.policy, month)
			if err != nil {
				return err
			}
			next := "nothing changes."
			if upheld {
				next = fmt.Sprintf("say what follows (`deskpulse score set --month %s --appeal %s`, or `deskpulse incident rule`), then `deskpulse adjust`.", month, args[0])
			}
			return f.showAppeal(env, m, args[0], "Next: ", next)
		})
	})
	return cmd
}

func oneAppeal(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want the ID of one appeal, not %d (see `%s --help`)", len(args), cmd.CommandPath())
	}
	return nil
}

func newAppealList(env Env) *cobra.Command {
	var f appealFlags
	cmd := &cobra.Command{
		Use:     "list --month MONTH",
		Short:   "List the appeals against a month, and what was decided about them",
		Long:    "List the appeals against a month: who objects to which line and why, and what was decided about it by whom. One that\nwas upheld, and from which nothing follows yet, is paid as it was: the list says so.",
		Example: "  deskpulse appeal list --data ./data --month 2026-10\n  deskpulse appeal list --data ./data --month 2026-10 --output json",
		Args:    cobra.NoArgs,
	}
	f.monthFlags.add(cmd)
	f.output.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		month, err := f.which()
		if err != nil {
			return err
		}
		return f.at(ctx, env, func(desk *monthend.Desk) error {
			m, err := desk.Month(ctx, f.policy, month)
			if err != nil {
				return err
			}
			return f.show(env.Out, appealsOf(m), func(w io.Writer) error { return showAppeals(w, m) })
		})
	})
	return cmd
}

// appealJSON is an appeal and what became of it.
type appealJSON struct {
	ID      string    `json:"id"`
	Agent   string    `json:"agent"`
	Rule    string    `json:"rule"`
	Filed   *stepJSON `json:"filed"`
	Verdict string    `json:"verdict"` // "" while nobody has decided
	Decided *stepJSON `json:"decided"`
	Follows bool      `json:"follows"` // a score or waiver follows from it; a ruling needs no appeal, and is not looked for
}

func appealOf(m workflow.Month, a workflow.Appeal) appealJSON {
	j := appealJSON{ID: a.ID, Agent: a.Agent, Rule: a.Rule, Filed: stepOf(&a.Step), Follows: follows(m, a.ID)}
	if v := a.Verdict; v != nil {
		j.Verdict, j.Decided = verdictWord(v), stepOf(&v.Step)
	}
	return j
}

func appealsOf(m workflow.Month) []appealJSON {
	all := []appealJSON{}
	for _, a := range m.Appeals {
		all = append(all, appealOf(m, a))
	}
	return all
}

func verdictWord(v *workflow.AppealVerdict) string {
	switch {
	case v == nil:
		return "undecided"
	case v.Upheld:
		return "upheld"
	}
	return "rejected"
}

// showAppeal prints one appeal and what comes next.
func (f *appealFlags) showAppeal(env Env, m workflow.Month, id, mark, next string) error {
	for _, a := range m.Appeals {
		if a.ID != id {
			continue
		}
		return f.show(env.Out, appealOf(m, a), func(w io.Writer) error {
			showOneAppeal(w, m, a)
			_, err := fmt.Fprintln(w, fold(mark, next))
			return err
		})
	}
	return fmt.Errorf("appeal %q of %s is not in the log of decisions", id, m.ID)
}

// follows reports whether somebody has said a score or a waiver because of an appeal.
func follows(m workflow.Month, id string) bool {
	return slices.ContainsFunc(m.Scores, func(g workflow.Given) bool { return g.Appeal == id }) ||
		slices.ContainsFunc(m.Waivers, func(w workflow.Waived) bool { return w.Appeal == id })
}

// unfollowed returns the appeals that were upheld and from which no score or waiver follows: the line is paid as it was.
func unfollowed(m workflow.Month) []workflow.Appeal {
	var all []workflow.Appeal
	for _, a := range m.Appeals {
		if a.Verdict != nil && a.Verdict.Upheld && !follows(m, a.ID) {
			all = append(all, a)
		}
	}
	return all
}

// nothingFollows is what is said of them. A ruling on an incident is of no appeal, so nobody can know here whether it was
// one.
const nothingFollows = "upheld, and nothing follows from it yet"

func showOneAppeal(w io.Writer, m workflow.Month, a workflow.Appeal) {
	fmt.Fprintln(w, fold("", fmt.Sprintf("appeal %s of %s about %s: %s", a.ID, printable(a.Agent), printable(a.Rule), verdictWord(a.Verdict))))
	fmt.Fprintln(w, fold("  ", fmt.Sprintf("filed %s: %s", stepWords(&a.Step), printable(a.Why))))
	if v := a.Verdict; v != nil {
		fmt.Fprintln(w, fold("  ", fmt.Sprintf("%s %s%s", verdictWord(v), stepWords(&v.Step), because(v.Why))))
		if v.Upheld && !follows(m, a.ID) {
			fmt.Fprintln(w, fold("  ", nothingFollows+fmt.Sprintf(": `deskpulse score set --month %s --appeal %s` says what does, unless a ruling on the incident has.", m.ID.Month, a.ID)))
		}
	}
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + printable(why)
}

func showAppeals(w io.Writer, m workflow.Month) error {
	if len(m.Appeals) == 0 {
		_, err := fmt.Fprintf(w, "%s: nobody appealed\n", monthTitle(m.ID))
		return err
	}
	t := newTable(table.Row{"agent", "rule", "verdict", "id"})
	for _, a := range m.Appeals {
		t.AppendRow(table.Row{ellipsis(printable(a.Agent), 20, false), ellipsis(printable(a.Rule), nameWidth, false), verdictWord(a.Verdict), a.ID})
	}
	if err := render(w, t); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, a := range m.Appeals {
		showOneAppeal(w, m, a)
	}
	return nil
}
