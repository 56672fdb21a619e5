package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// tierTable is the table with what a person needs to read it.
type tierTable struct {
	rule.Table
	policy        *policy.Policy
	decisions     []policy.Decision // that concern the tiers
	month         calendar.Month
	company, team string
	conflicts     int // copies of events that contradict the one that stands
	colours       bool
}

const (
	nameWidth = 28 // the longest name or id that is shown whole
	barWidth  = 24
	noValue   = "-" // which is neither 0 nor a tier
)

func showTiers(w io.Writer, t tierTable) error {
	fmt.Fprintln(w, t.title())
	fmt.Fprintln(w)
	if len(t.Agents) == 0 {
		_, err := fmt.Fprintln(w, wrap("", fmt.Sprintf("Nothing to rank: in %s no call was credited to anybody, and nobody was on the roster.", t.month)))
		return err
	}
	if err := render(w, t.table()); err != nil {
		return err
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, t.counts())
	fmt.Fprintln(w)
	for _, note := range t.notes() {
		fmt.Fprintln(w, wrap("· ", note))
	}
	return nil
}

func (t *tierTable) title() string {
	who := "company " + printable(t.company)
	if t.team != "" {
		who = "team " + printable(t.team) + " of " + who
	}
	return fmt.Sprintf("Efficiency tiers of %s, %s, policy %s", t.month, who, t.policy.Name)
}

func (t *tierTable) table() table.Writer {
	out := newTable(table.Row{"agent", "calls", "days", "per day", "% of average", "tier", ""}, 2, 3, 4, 5)
	most := amount.Ratio{Num: 1, Den: 1}
	for _, a := range t.Agents {
		if a.Share != nil && a.Share.Cmp(most) > 0 {
			most = *a.Share
		}
	}
	for _, a := range t.Agents {
		perDay, percent, tier := noValue, noValue, noValue
		if a.Figure != nil {
			perDay = a.Figure.Decimal(2)
		}
		if a.Share != nil {
			percent, tier = a.Percent(), a.Tier
		}
		out.AppendRow(table.Row{agentName(a), groups(a.Calls), a.Days, perDay, percent, t.colour(a.Tier, tier), t.colour(a.Tier, tierBar(a.Share, most))})
	}
	if t.Notes.Average != nil {
		out.AppendFooter(table.Row{fmt.Sprintf("average of %d", t.Notes.Headcount), groups(t.Team.Calls), t.Team.Days, t.Notes.Average.Decimal(2), "100.00", "", ""})
	}
	return out
}

// agentName shows a name with its id.
func agentName(a rule.Agent) string { return personName(a.Agent, a.Name, nameWidth) }

// tierBar draws a share as a bar of at most barWidth columns, in eighths of a column.
func tierBar(share *amount.Ratio, most amount.Ratio) string {
	if share == nil {
		return ""
	}
	part, err := share.Quo(most)
	if err != nil || part.Num <= 0 {
		return ""
	}
	// A picture may round; the numbers beside it are exact.
	eighths := int(float64(part.Num) / float64(part.Den) * barWidth * 8)
	bar := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		bar += string([]rune(" ▏▎▍▌▋▊▉")[rest])
	}
	return bar
}

// colour paints a text in its tier's colour. The tier is written beside it, so that nothing is lost without colours.
func (t *tierTable) colour(tier, s string) string {
	if !t.colours || s == "" || tier == "" {
		return s
	}
	colours := []text.Color{text.FgGreen, text.FgYellow, text.FgMagenta, text.FgCyan, text.FgBlue}
	for i, c := range t.Tiers {
		if c.Tier == tier {
			return text.Colors{colours[min(i, len(colours)-1)]}.Sprint(s)
		}
	}
	return s
}

func (t *tierTable) counts() string {
	parts := make([]string, 0, len(t.Tiers))
	for _, c := range t.Tiers {
		parts = append(parts, fmt.Sprintf("%s %d (%s points)", t.colour(c.Tier, c.Tier), c.Agents, strings.TrimSuffix(c.Points.String(), ".00")))
	}
	return strings.Join(parts, "   ")
}

// notes says what the numbers rest on, and whom they leave out.
func (t *tierTable) notes() []string {
	n := t.Notes
	notes := []string{
		fmt.Sprintf("Per day: calls ÷ %s. Average: %s.", figureWords[n.Figure], t.averageWords()),
		"Days worked are known from " + sourceWords[n.Source] + ".",
	}
	for _, d := range t.decisions {
		notes = append(notes, decisionNote(d))
	}
	if n.Nobody > 0 {
		what := "they do not count in the average"
		if n.NobodyIn {
			what = "they count in the average"
		}
		notes = append(notes, fmt.Sprintf("%s answered calls name no agent; %s.", groups(n.Nobody), what))
	}
	if t.conflicts > 0 {
		notes = append(notes, fmt.Sprintf("Events sent again with another content: %s. Of each, what was sent first counts.", groups(t.conflicts)))
	}
	if len(n.NotOnRoster) > 0 {
		notes = append(notes, fmt.Sprintf("Not on the roster in %s, but with calls, so they take part: %s.", t.month, names(n.NotOnRoster)))
	}
	if len(n.NoCalls) > 0 {
		notes = append(notes, "Without any call, but in the average: "+names(n.NoCalls)+".")
	}
	if len(n.NoValue) > 0 {
		why := "too few days worked are recorded"
		if n.Average == nil {
			why = "there is no average"
		}
		notes = append(notes, "Without a tier, because "+why+": "+names(n.NoValue)+".")
	}
	if len(n.NoDuty) > 0 {
		ids := make([]string, len(n.NoDuty))
		for i, c := range n.NoDuty {
			ids[i] = fmt.Sprintf("%s (%s)", c.Agent, groups(c.Calls))
		}
		notes = append(notes, "With calls, but without the duty, so not listed: "+names(ids)+".")
	}
	return notes
}

var figureWords = map[rule.FigureDays]string{
	rule.OwnDays:     "the agent's own days worked",
	rule.CompanyDays: "the days on which anybody worked",
}

var sourceWords = map[metric.DaySource]string{
	metric.FromAttendance: "the recorded attendance",
	metric.FromPresence:   "presence: a day on which the agent was seen at work, as there is no attendance",
	metric.FromCalls:      "the work: a day with at least one credited call or reply, as there is no attendance",
	metric.NoSource:       "nothing: there is neither attendance nor a call",
}

func (t *tierTable) averageWords() string {
	n := t.Notes
	if n.Average == nil {
		return "none, as there are no calls or no days"
	}
	if n.AverageBy == rule.CompanyDaysByHead {
		return fmt.Sprintf("%s calls ÷ %d days on which anybody worked ÷ %d people", groups(t.Team.Calls), n.CompanyDays, n.Headcount)
	}
	return fmt.Sprintf("%s calls ÷ %d days of %d people", groups(t.Team.Calls), t.Team.Days, n.Headcount)
}

// decisionNote names the reading in effect, and whether it is the policy's own or one that is only tried.
func decisionNote(d policy.Decision) string {
	title := ""
	for _, r := range d.Readings {
		if r.ID == d.Applied {
			title = r.Title.EN
		}
	}
	note := fmt.Sprintf("Decision %s=%s: %s", d.ID, d.Applied, title)
	if d.Applied != d.Chosen {
		return fmt.Sprintf("%s. The policy chooses %s.", note, d.Chosen)
	}
	return note + "."
}

// shownNames is how many names a note lists.
const shownNames = 12

func names(all []string) string {
	var out []string
	for _, name := range all[:min(shownNames, len(all))] {
		out = append(out, ellipsis(printable(name), nameWidth, false))
	}
	list := strings.Join(out, ", ")
	if more := len(all) - shownNames; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
