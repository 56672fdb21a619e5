package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// statusFlags are the flags of close status.
type statusFlags struct {
	monthFlags
	output
}

func newCloseStatus(env Env) *cobra.Command {
	var f statusFlags
	cmd := &cobra.Command{
		Use:   "status [--month MONTH]",
		Short: "Say how far a month is: who did what when, what is due, what comes next",
		Long: `Say how far a month is: who calculated, approved, published and exported it and when, by when the rest has to
be done, appeals and adjustments, and what comes next. Without --month all months of the company are listed,
one a line. Nothing is calculated and nothing changes.`,
		Example: `  deskpulse close status --data ./data
  deskpulse close status --data ./data --month 2026-10
  deskpulse close status --data ./data --month 2026-10 --output json`,
		Args: cobra.NoArgs,
	}
	f.addPolicy(cmd)
	cmd.Flags().StringVar(&f.month, "month", "", "the `month`, such as 2026-10 (default: all)")
	f.output.add(cmd)
	cmd.RunE = verb(func(ctx context.Context, _ []string) error {
		if f.month == "" {
			return f.at(ctx, env, func(desk *monthend.Desk) error { return listMonths(ctx, env, desk, f) })
		}
		month, err := f.which()
		if err != nil {
			return err
		}
		return f.at(ctx, env, func(desk *monthend.Desk) error {
			m, err := desk.Month(ctx, f.policy, month)
			if err != nil {
				return err
			}
			s, err := desk.Status(ctx, m)
			if err != nil {
				return err
			}
			return f.show(env.Out, statusOf(s), func(w io.Writer) error { return showStatus(w, s) })
		})
	})
	return cmd
}

// monthLine is a month in a list.
type monthLine struct {
	monthJSON
	Agents  int       `json:"agents"`
	Missing int       `json:"missing"`
	Appeals int       `json:"appeals"` // that nobody has decided
	Last    *stepJSON `json:"last"`    // what was done last
}

func listMonths(ctx context.Context, env Env, desk *monthend.Desk, f statusFlags) error {
	months, err := desk.Months(ctx, f.policy)
	if err != nil {
		return err
	}
	lines := []monthLine{}
	for _, m := range months {
		l := monthLine{monthJSON: monthNamed(m), Appeals: len(undecided(m.Appeals)), Last: stepOf(lastStep(m))}
		if m.Run != nil {
			l.Agents, l.Missing = m.Run.Agents, m.Run.Missing
		}
		lines = append(lines, l)
	}
	return f.show(env.Out, lines, func(w io.Writer) error {
		if len(months) == 0 {
			_, err := fmt.Fprintln(w, "No month was closed yet: `deskpulse close --policy POLICY --month MONTH` does.")
			return err
		}
		t := newTable(table.Row{"month", "policy", "state", "cards", "missing", "appeals", "last"}, 4, 5, 6)
		for i, m := range months {
			last := noValue
			if s := lastStep(m); s != nil {
				last = s.At.UTC().Format("2006-01-02 15:04") + " " + ellipsis(printable(s.By.String()), nameWidth-4, false)
			}
			t.AppendRow(table.Row{m.ID.Month, ellipsis(printable(m.ID.Policy), nameWidth/2, false), m.Phase, groups(lines[i].Agents), groups(lines[i].Missing), groups(lines[i].Appeals), last})
		}
		return render(w, t)
	})
}

func undecided(all []workflow.Appeal) []workflow.Appeal {
	var open []workflow.Appeal
	for _, a := range all {
		if a.Verdict == nil {
			open = append(open, a)
		}
	}
	return open
}

// done is a step of a month, with its name.
type done struct {
	what string
	step *workflow.Step
}

// steps returns what was done with a month, in order.
func steps(m workflow.Month) []done {
	all := []done{}
	if m.Frozen != nil {
		all = append(all, done{"frozen", &m.Frozen.Step})
	}
	all = append(all, done{"calculated", m.Calculated}, done{"scored", lastWord(m)}, done{"approved", m.Approved}, done{"published", m.Published})
	for i := range m.Exports {
		all = append(all, done{"exported", &m.Exports[i].Step})
	}
	out := all[:0]
	for _, d := range all {
		if d.step != nil {
			out = append(out, d)
		}
	}
	return out
}

func lastStep(m workflow.Month) *workflow.Step {
	var last *workflow.Step
	for _, d := range steps(m) {
		if last == nil || d.step.Sequence > last.Sequence {
			last = d.step
		}
	}
	return last
}

// deadlineJSON is a day by which something has to be done; the day itself still counts.
type deadlineJSON struct {
	Due  string     `json:"due"`
	Done *time.Time `json:"done"`
	Late bool       `json:"late"`
}

// statusJSON is how far a month is.
type statusJSON struct {
	monthJSON
	Run         *workflow.Run           `json:"run"`
	Steps       map[string]*stepJSON    `json:"steps"` // the last of each kind
	Deadlines   map[string]deadlineJSON `json:"deadlines"`
	AppealUntil *time.Time              `json:"appeal_until"`
	Appeals     []appealJSON            `json:"appeals"`
	Adjustments []adjustmentJSON        `json:"adjustments"`
}

func statusOf(s monthend.Status) statusJSON {
	m := s.Month
	j := statusJSON{monthJSON: monthNamed(m), Run: m.Run, Steps: map[string]*stepJSON{}, Deadlines: map[string]deadlineJSON{}, Appeals: appealsOf(m), Adjustments: []adjustmentJSON{}}
	for _, d := range steps(m) {
		j.Steps[d.what] = stepOf(d.step)
	}
	for _, d := range deadlines(s) {
		j.Deadlines[d.what] = deadlineJSON{d.by.Due.String(), d.by.Done, d.by.Late}
	}
	if !m.AppealUntil.IsZero() {
		j.AppealUntil = &m.AppealUntil
	}
	for _, a := range s.Adjustments {
		j.Adjustments = append(j.Adjustments, adjustmentOf(a))
	}
	return j
}

// named is a deadline with what has to be done by it.
type named struct {
	what, words string
	by          monthend.Deadline
}

func deadlines(s monthend.Status) []named {
	all := []named{{"scored", "scored and approved", s.Scored}, {"paid", "at finance", s.Paid}, {"interviews", "interviews held", s.Interviews}}
	out := all[:0]
	for _, d := range all {
		if d.by != (monthend.Deadline{}) {
			out = append(out, d)
		}
	}
	return out
}

func showStatus(w io.Writer, s monthend.Status) error {
	m := s.Month
	fmt.Fprintf(w, "%s: %s\n\n", monthTitle(m.ID), m.Phase)
	t := newTable(table.Row{"", "when (utc)", "who", "decision"}, 4)
	for _, d := range steps(m) {
		t.AppendRow(table.Row{d.what, d.step.At.UTC().Format("2006-01-02 15:04"), ellipsis(printable(d.step.By.String()), nameWidth+12, false), d.step.Sequence})
	}
	if t.Length() > 0 {
		if err := render(w, t); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	for _, d := range deadlines(s) {
		fmt.Fprintln(w, wrap("· ", deadlineWords(d)))
	}
	if m.Run != nil {
		fmt.Fprintln(w, wrap("· ", fmt.Sprintf("%s; %s for somebody's word.", counted(m.Run.Agents, "card", "cards"), counted(m.Run.Missing, "line waits", "lines wait"))))
	}
	showLater(w, s)
	_, err := fmt.Fprintf(w, "\n%s\n", fold("Next: ", nextOf(s)))
	return err
}

// nextOf says what comes next, later matters included.
func nextOf(s monthend.Status) string {
	m := s.Month
	if m.Run == nil {
		return fmt.Sprintf("`deskpulse close --policy POLICY --month %s`.", m.ID.Month)
	}
	if n := len(undecided(m.Appeals)); n > 0 {
		return fmt.Sprintf("%s to decide: `deskpulse appeal list --month %s`.", counted(n, "appeal waits for somebody", "appeals wait for somebody"), m.ID.Month)
	}
	for _, a := range s.Adjustments {
		switch {
		case a.Approved == nil:
			return "who may approve looks at `deskpulse adjust`, then `deskpulse approve --adjustment`."
		case a.Exported == nil && s.Policy.Cycle.Adjustment == policy.Recompute:
			return "the next `deskpulse export` pays the adjustment that holds."
		}
	}
	return nextStep(s.Closed)
}

func deadlineWords(d named) string {
	text := fmt.Sprintf("%s by %s", strings.ToUpper(d.words[:1])+d.words[1:], d.by.Due)
	switch {
	case d.by.Done != nil && d.by.Late:
		return fmt.Sprintf("%s: done LATE, on %s.", text, d.by.Done.UTC().Format("2006-01-02"))
	case d.by.Done != nil:
		return fmt.Sprintf("%s: done on %s.", text, d.by.Done.UTC().Format("2006-01-02"))
	case d.by.Late:
		return text + ": LATE, not done."
	}
	return text + "."
}

// showLater prints what happened after publication.
func showLater(w io.Writer, s monthend.Status) {
	m := s.Month
	if !m.AppealUntil.IsZero() {
		fmt.Fprintln(w, wrap("· ", fmt.Sprintf("Appeals until %s UTC: %d filed, %d undecided.", m.AppealUntil.UTC().Format("2006-01-02 15:04"), len(m.Appeals), len(undecided(m.Appeals)))))
	}
	for _, a := range unfollowed(m) {
		fmt.Fprintln(w, wrap("· ", fmt.Sprintf("Appeal of %s about %s: %s (`deskpulse appeal list --month %s`).", printable(a.Agent), printable(a.Rule), nothingFollows, m.ID.Month)))
	}
	for _, a := range s.Adjustments {
		state := "waits for approval"
		switch {
		case a.Exported != nil:
			state = "paid with the export " + stepWords(a.Exported)
		case a.Approved != nil:
			state = "holds, approved " + stepWords(a.Approved) + "; to be paid with the next export"
		}
		fmt.Fprintln(w, wrap("· ", fmt.Sprintf("Adjustment %s: %s.", cut(a.ID), state)))
	}
}
