package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// adjustFlags are the flags of adjust.
type adjustFlags struct {
	monthFlags
	actorFlags
	output
}

func newAdjust(env Env) *cobra.Command {
	var f adjustFlags
	cmd := &cobra.Command{
		Use:   "adjust",
		Short: "Calculate locked months with everything that is known now, and show what changes",
		Long: `Calculate every locked month again with what became known since: late events, rulings, upheld appeals. Shown
is whose points, grade or pay change, from what to what and why. The months themselves stay as they are: the
difference is noted, holds when somebody approves it (approve --adjustment), and is paid with the next export
as a reversal and a new line, or counts in the next month, as the policy says. Until it is approved a further
adjust takes its place.`,
		Example: `  deskpulse adjust --data ./data --by chen --role supervisor
  deskpulse adjust --data ./data --by chen:supervisor --output json`,
		GroupID: groupMonth,
		Args:    cobra.NoArgs,
	}
	f.addPolicy(cmd)
	f.actorFlags.add(cmd, "the reason, if there is one")
	f.output.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error { return runAdjust(ctx, env, f) })
	return cmd
}

func runAdjust(ctx context.Context, env Env, f adjustFlags) error {
	by, err := f.actor(env)
	if err != nil {
		return err
	}
	return f.at(ctx, env, func(desk *monthend.Desk) error {
		a, err := desk.Adjust(ctx, f.policy, by, f.why)
		if err != nil {
			return err
		}
		j, err := adjustedOf(ctx, desk, a)
		if err != nil {
			return err
		}
		return f.show(env.Out, j, func(w io.Writer) error { return showAdjusted(w, j) })
	})
}

// adjustedJSON is what locked months come to.
type adjustedJSON struct {
	Adjustment string          `json:"adjustment"` // id, "" when nothing changes
	New        bool            `json:"new"`        // it was noted just now
	Months     []adjustedMonth `json:"months"`     // those that change
	Checked    int             `json:"checked"`    // locked months that were calculated again
}

type adjustedMonth struct {
	Month   calendar.Month `json:"month"`
	From    string         `json:"from"` // the run that held
	Run     string         `json:"run"`
	Changes []changeJSON   `json:"changes"`
}

// changeJSON is a result that is worth something else. Before or after is null where there is no card.
type changeJSON struct {
	Agent  string           `json:"agent"`
	Name   string           `json:"name"`
	Before *resultJSON      `json:"before"`
	After  *resultJSON      `json:"after"`
	Why    []document.Title `json:"why"` // each line of the card that changed
}

func changeOf(c closing.Change, why []document.Title) changeJSON {
	return changeJSON{c.Agent, c.Name, resultOf(c.Before), resultOf(c.After), why}
}

// adjustedOf asks of each change why it is.
func adjustedOf(ctx context.Context, desk *monthend.Desk, a monthend.Adjusted) (adjustedJSON, error) {
	j := adjustedJSON{Adjustment: a.ID, New: a.New, Months: []adjustedMonth{}, Checked: len(a.Months)}
	for _, m := range a.Months {
		if len(m.Changes) == 0 {
			continue
		}
		noted := workflow.Adjustment{Adjust: workflow.Adjust{Company: m.ID.Company, Policy: m.ID.Policy}}
		month := workflow.AdjustedMonth{Month: m.ID.Month, From: m.From, Run: m.Run.Run}
		out := adjustedMonth{Month: m.ID.Month, From: m.From, Run: m.Run.ID}
		for _, c := range m.Changes {
			why, err := desk.Why(ctx, noted, month, c.Agent)
			if err != nil {
				return j, err
			}
			out.Changes = append(out.Changes, changeOf(c, why))
		}
		j.Months = append(j.Months, out)
	}
	return j, nil
}

func showAdjusted(w io.Writer, j adjustedJSON) error {
	if len(j.Months) == 0 {
		_, err := fmt.Fprintf(w, "Nothing changes: %s calculated again with everything that is known now.\n", counted(j.Checked, "locked month was", "locked months were"))
		return err
	}
	results := 0
	for _, m := range j.Months {
		fmt.Fprintf(w, "%s: %s\n\n", m.Month, counted(len(m.Changes), "result changes", "results change"))
		for _, c := range m.Changes {
			showChange(w, c, english)
		}
		results += len(m.Changes)
		fmt.Fprintln(w)
	}
	noted := "waits for approval already"
	if j.New {
		noted = "was noted"
	}
	_, err := fmt.Fprintf(w, "%s\n%s\n", wrap("", fmt.Sprintf("Adjustment %s of %s %s. Nothing is paid on it yet.", j.Adjustment, counted(results, "result", "results"), noted)),
		fold("Next: ", "who may approve: `deskpulse approve --adjustment`. Then the next export pays the difference, or the next month counts it, as the policy says."))
	return err
}

// showChange prints a result before and after, and below it each line of the card that changed.
func showChange(w io.Writer, c changeJSON, l language) {
	fmt.Fprintln(w, fold("  ", fmt.Sprintf("%s: %s → %s", printable(who(c.Agent, c.Name)), resultWords(c.Before, l), resultWords(c.After, l))))
	for _, line := range c.Why {
		fmt.Fprintln(w, fold("    · ", printable(l.of(line))))
	}
}

func resultWords(r *resultJSON, l language) string {
	switch {
	case r == nil:
		return l.say("no card", "无考核表")
	case r.Total == nil:
		return l.say("no total", "无总分")
	case r.Pay == nil:
		return l.say("%s %s", "%s %s", *r.Total, r.Grade)
	}
	return l.say("%s points, grade %s, pays %s", "%s 分，%s 级，绩效工资 %s", *r.Total, r.Grade, *r.Pay)
}

// adjustmentJSON is an adjustment as the log of decisions has it.
type adjustmentJSON struct {
	Adjustment string                   `json:"adjustment"`
	Months     []workflow.AdjustedMonth `json:"months"`
	People     []string                 `json:"people"`
	Calculated *stepJSON                `json:"calculated"`
	Approved   *stepJSON                `json:"approved"`
	Exported   *stepJSON                `json:"exported"`
}

func adjustmentOf(a workflow.Adjustment) adjustmentJSON {
	return adjustmentJSON{a.ID, a.Months, a.People, stepOf(&a.Step), stepOf(a.Approved), stepOf(a.Exported)}
}

func showApprovedAdjustment(w io.Writer, a workflow.Adjustment, by workflow.Actor) error {
	fmt.Fprintf(w, "adjustment %s: approved by %s\n", a.ID, printable(by.String()))
	for _, m := range a.Months {
		fmt.Fprintf(w, "  %s: %s\n", m.Month, counted(m.Changed, "result holds as it is now calculated", "results hold as they are now calculated"))
	}
	_, err := fmt.Fprintln(w, fold("Next: ", "the next `deskpulse export` pays the difference, as a reversal and a new line, or the next month counts it, as the policy says."))
	return err
}
