package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// showClosed prints a month: who stands where, what is missing, and what has to be done by when.
func showClosed(ctx context.Context, env Env, desk *monthend.Desk, c monthend.Closed) error {
	w, league := env.Out, newLeague(c.Policy, env.colours())
	for card, err := range desk.Cards(ctx, c) {
		if err != nil {
			return err
		}
		league.add(&card)
	}
	fmt.Fprintf(w, "%s: %s\n\n", monthTitle(c.Month.ID), c.Month.Phase)
	showReadings(w, c.Run.Decide)
	if err := league.show(w); err != nil {
		return err
	}
	showMissing(w, c)
	showPeople(w, c)
	showRun(w, c)
	for _, note := range closedNotes(c) {
		fmt.Fprintln(w, wrap("· ", printable(note)+"."))
	}
	_, err := fmt.Fprintf(w, "\n%s\n", fold("Next: ", nextStep(c)))
	return err
}

// showReadings says where the policy was read otherwise than it says itself: who approves approves that, too.
func showReadings(w io.Writer, decide []string) {
	if len(decide) > 0 {
		fmt.Fprintf(w, "%s\n\n", fold("! ", fmt.Sprintf("NOT AS THE POLICY IS READ BY ITSELF, but with --decide %s.", printable(strings.Join(decide, ", ")))))
	}
}

// standing is a row of the league table.
type standing struct {
	agent, name, team string
	total             *amount.Points
	cells             table.Row // after the name
}

// league is the table of a month: by team, in it by points, and who has none yet last.
type league struct {
	policy   *policy.Policy
	sections []policy.Section // that have a column
	tierID   string           // rule whose tier has a column; "" for none
	tier     *rule.Tier
	rows     []standing
	colours  bool
}

// mostSections is how many sections a table has room for; `card` shows them all.
const mostSections = 6

func newLeague(p *policy.Policy, colours bool) *league {
	l := &league{policy: p, sections: p.Sections[:min(len(p.Sections), mostSections)], colours: colours}
	if placed, tier, err := p.TierItem(""); err == nil { // a policy with several, or none, has no column for it
		l.tierID, l.tier = placed.Rule.ID, tier
	}
	return l
}

// add keeps of a card what its row needs.
func (l *league) add(c *score.Card) {
	s := standing{agent: c.Agent, name: c.Name, team: c.Team, total: c.Total}
	if l.tier != nil {
		s.cells = append(s.cells, l.tierName(c))
	}
	for _, section := range l.sections {
		s.cells = append(s.cells, sectionPoints(c, section.ID))
	}
	s.cells = append(s.cells, orNone(c.Total), l.grade(c.Grade), orNone(c.Pay))
	l.rows = append(l.rows, s)
}

// tierName is the tier whose points the line gives.
func (l *league) tierName(c *score.Card) string {
	for i := range c.Lines {
		if line := &c.Lines[i]; line.Rule == l.tierID && line.Status == score.StatusGives && line.Value != nil { // a waiver gives points and no tier
			for _, step := range l.tier.Tiers {
				if step.Points == line.Points {
					return step.Name
				}
			}
		}
	}
	return noValue
}

func sectionPoints(c *score.Card, id string) string {
	for _, s := range c.Sections {
		if s.ID == id {
			return orNone(s.Points)
		}
	}
	return noValue
}

// orNone writes a quantity, or that there is none, which is not 0.
func orNone[T fmt.Stringer](v *T) string {
	if v == nil {
		return noValue
	}
	return (*v).String()
}

// grade colours the best grade green and the worst red, where colours are wanted: the letter says it without.
func (l *league) grade(name string) string {
	grades := l.policy.Grades
	switch {
	case name == "":
		return noValue
	case !l.colours || len(grades) < 2:
		return name
	case name == grades[0].Name:
		return text.FgGreen.Sprint(name)
	case name == grades[len(grades)-1].Name:
		return text.FgRed.Sprint(name)
	}
	return name
}

// show prints the table of each team. All have the same columns, which fit the width whatever people and sections are called.
func (l *league) show(w io.Writer) error {
	if len(l.rows) == 0 {
		_, err := fmt.Fprint(w, "Nobody was there in the month.\n\n")
		return err
	}
	slices.SortStableFunc(l.rows, func(a, b standing) int {
		return cmp.Or(cmp.Compare(a.team, b.team), higher(a.total, b.total), cmp.Compare(a.agent, b.agent))
	})
	header, width := l.header()
	numbers := []int{}
	for i := range header {
		if title := strings.TrimLeft(header[i].(string), "\n"); title != "agent" && title != "tier" && title != "grade" {
			numbers = append(numbers, i+1)
		}
	}
	for rows := l.rows; len(rows) > 0; {
		team := rows[0].team
		n := slices.IndexFunc(rows, func(s standing) bool { return s.team != team })
		if n < 0 {
			n = len(rows)
		}
		t := newTable(header, numbers...)
		for _, s := range rows[:n] {
			t.AppendRow(append(table.Row{text.Pad(personName(s.agent, s.name, width), width, ' ')}, s.cells...))
		}
		if team != "" {
			fmt.Fprintf(w, "team %s\n", ellipsis(printable(team), maxWidth-len("team "), false))
		}
		if err := render(w, t); err != nil {
			return err
		}
		fmt.Fprintln(w)
		rows = rows[n:]
	}
	return nil
}

// higher orders points from the most down; none comes last.
func higher(a, b *amount.Points) int {
	switch {
	case a == nil || b == nil:
		return cmp.Compare(btoi(a == nil), btoi(b == nil))
	default:
		return cmp.Compare(*b, *a)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// header returns the names of the columns and the width that is left for people. The words of a section's title stand one
// below the other, so that a column is as wide as the longest of them.
func (l *league) header() (table.Row, int) {
	const gap, least, longest = 2, 16, 12
	titles := []string{}
	if l.tier != nil {
		titles = append(titles, "tier")
	}
	for _, s := range l.sections {
		words := strings.Fields(printable(s.Title.EN))
		for i := range words {
			words[i] = ellipsis(words[i], longest, false)
		}
		titles = append(titles, strings.Join(words, "\n"))
	}
	pay := 0
	for _, g := range l.policy.Grades {
		pay = max(pay, len(g.Pay.String()))
	}
	titles = append(titles, "total", "grade", "pay")
	high := 0
	for _, title := range titles {
		high = max(high, strings.Count(title, "\n"))
	}
	row, used := table.Row{strings.Repeat("\n", high) + "agent"}, gap
	for i, title := range titles {
		width := max(text.LongestLineLen(title), len("100.00"))
		switch {
		case title == "tier" || title == "grade":
			width = len(title)
		case i == len(titles)-1:
			width = pay
		}
		row = append(row, strings.Repeat("\n", high-strings.Count(title, "\n"))+title)
		used += gap + width
	}
	return row, min(max(maxWidth-used, least), nameWidth)
}

// personName shows a name with its id in at most width columns, because names repeat and pay goes to an id.
func personName(agent, name string, width int) string {
	id := printable(agent)
	if name == "" || name == agent {
		return ellipsis(id, width, false)
	}
	room := max(width-text.StringWidth(id)-len(" ()"), 6)
	return ellipsis(ellipsis(printable(name), room, false)+" ("+id+")", width, false)
}
