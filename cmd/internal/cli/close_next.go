package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// showMissing says under which rules somebody's word is missing, and about whom.
func showMissing(w io.Writer, c monthend.Closed) {
	if len(c.Summary.Missing) == 0 {
		return
	}
	type waiting struct {
		title  string
		agents []string
		lines  int
	}
	var order []string
	rules := map[string]*waiting{}
	for _, m := range c.Summary.Missing {
		id, _, _ := strings.Cut(m.Rule, "/")
		r := rules[id]
		if r == nil {
			r = &waiting{title: m.Title.EN}
			rules[id], order = r, append(order, id)
		}
		r.lines++
		if n := len(r.agents); n == 0 || r.agents[n-1] != m.Agent { // they come by agent
			r.agents = append(r.agents, m.Agent)
		}
	}
	const titleWidth, ruleWidth, agentsWidth = 30, 18, 40 // and 12 for the rest
	t := newTable(table.Row{"missing", "rule", "lines", "about"}, 3)
	for _, id := range order {
		r := rules[id]
		t.AppendRow(table.Row{ellipsis(printable(r.title), titleWidth, false), ellipsis(printable(id), ruleWidth, false), groups(r.lines),
			someNames(r.agents, agentsWidth)})
	}
	_ = render(w, t) // the next line would fail as well
	fmt.Fprintf(w, "\n%s\n", wrap("", fmt.Sprintf("%s are missing: `deskpulse score missing --month %s` lists them, with --output csv as a sheet to fill in.",
		counted(len(c.Summary.Missing), "line", "lines"), c.Month.ID.Month)))
	fmt.Fprintln(w)
}

// someNames names as many as fit into width columns, and counts the others.
func someNames(all []string, width int) string {
	for n := min(len(all), width); n > 1; n-- { // a name and what is between two takes more than a column
		if list := firstNames(all, n); text.StringWidth(list) <= width {
			return list
		}
	}
	return ellipsis(firstNames(all, 1), width, false)
}

func firstNames(all []string, n int) string {
	n = min(n, len(all))
	list := printable(strings.Join(all[:n], ", "))
	if more := len(all) - n; more > 0 {
		list += fmt.Sprintf(" and %s more", groups(more))
	}
	return list
}

// counted writes a number with the word for one or for several.
func counted(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return groups(n) + " " + several
}

// showPeople prints what people have to decide, or talk over.
func showPeople(w io.Writer, c monthend.Closed) {
	for _, p := range c.Summary.Proposals {
		fmt.Fprintln(w, wrap("· ", printable(fmt.Sprintf("Proposal, for people to decide: %s: %s", who(p.Agent, p.Name), p.Text.EN))))
	}
	if all := c.Summary.Interviews; len(all) > 0 {
		people := make([]string, len(all))
		for i, p := range all {
			people[i] = fmt.Sprintf("%s %s", personName(p.Agent, p.Name, nameWidth), p.Grade)
		}
		fmt.Fprintln(w, wrap("· ", fmt.Sprintf("To be talked over within %d days of publication: %s.", c.Policy.Cycle.Interview.WithinDays, strings.Join(people, ", "))))
	}
	if len(c.Summary.Proposals)+len(c.Summary.Interviews) > 0 {
		fmt.Fprintln(w)
	}
}

func who(agent, name string) string {
	if name == "" {
		return agent
	}
	return name + " (" + agent + ")"
}

// shortHash is how much of a hash is shown to people; --output json has all of it.
const shortHash = 12

// showRun names the calculation, so that two people can see that they look at the same one.
func showRun(w io.Writer, c monthend.Closed) {
	r := c.Run
	fmt.Fprintln(w, wrap("", fmt.Sprintf("Run %s: input %s, result %s (--output json shows all of them). %s, %s left out; decisions up to %d.",
		cut(r.ID), cut(r.Input), cut(r.Result), counted(int(r.Events), "event", "events"), counted(int(r.Duplicates), "copy", "copies"), r.Sequence)))
}

func cut(hash string) string { return hash[:min(len(hash), shortHash)] }

// nextStep says who has to do what by when. The month that holds is never changed by what it names.
func nextStep(c monthend.Closed) string {
	month, cycle := c.Month.ID.Month.String(), c.Policy.Cycle
	switch c.Month.Phase {
	case workflow.PhaseCalculated:
		if c.Run.Missing == 0 {
			return fmt.Sprintf("somebody scored since: `deskpulse close --month %s` counts it.", month)
		}
		return fmt.Sprintf("%s scores what is missing (`deskpulse score import`, `score set`), then `deskpulse close --month %s` again; scored and approved by %s.",
			roles(cycle.Scorers), month, c.Due.Scored)
	case workflow.PhaseScored:
		return fmt.Sprintf("%s approves by %s: `deskpulse approve --month %s`.%s", roles(cycle.Approvers), c.Due.Scored, month, fourEyes(cycle))
	case workflow.PhaseApproved:
		return fmt.Sprintf("the cards go to their people: `deskpulse publish --month %s`.", month)
	case workflow.PhasePublished:
		return fmt.Sprintf("to finance by %s: `deskpulse export --month %s --out FOLDER`. Interviews and appeals run.", c.Due.Paid, month)
	case workflow.PhaseExported:
		return "nothing. What becomes known late shows in `deskpulse adjust`."
	case workflow.PhaseOpen:
	}
	return fmt.Sprintf("`deskpulse close --month %s`.", month)
}

func fourEyes(c policy.Cycle) string {
	if c.FourEyes {
		return " Who scored does not approve."
	}
	return ""
}

func roles(all []policy.Role) string { return strings.Join(document.Texts(all), " or ") }

// missingNow returns what is missing of what nobody has said since the month was calculated.
func missingNow(c monthend.Closed) []closing.Missing {
	type place struct{ agent, rule string }
	said := map[place]bool{}
	scores, waivers := c.Month.Manual()
	for _, s := range scores {
		said[place{s.Agent, s.Rule}] = true
	}
	for _, w := range waivers {
		said[place{w.Agent, w.Rule}] = true
	}
	var left []closing.Missing
	for _, m := range c.Summary.Missing {
		if !said[place{m.Agent, m.Rule}] {
			left = append(left, m)
		}
	}
	return left
}
