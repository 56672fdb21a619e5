package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/scenario"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// The columns of a card: what it is, what it would change, what it changed, and what is left.
const (
	wantColumn  = 11
	countColumn = 17
	leftColumn  = 17
	nameColumn  = maxWidth - wantColumn - countColumn - leftColumn
)

// tryPage is cards being written, in one language.
type tryPage struct {
	language
	policy *policy.Policy
	out    strings.Builder
}

func showTry(w io.Writer, s *scenario.Scenario, p *policy.Policy, cards []score.Card, l language) error {
	page := tryPage{language: l, policy: p}
	if s.Title != "" {
		page.line("# ", s.Title)
	}
	page.line("", page.say("Policy %s, %s, %s.", "方案 %s，月份 %s，时区 %s。", p.Name, s.Month, s.Zone))
	for _, r := range s.Readings {
		page.line("· ", page.say("Reading tried: %s", "试用读法：%s", r))
	}
	for i := range cards {
		page.card(&cards[i])
	}
	if len(cards) == 0 {
		page.line("", page.say("Nobody was there in the month.", "该月没有人员。"))
	}
	_, err := io.WriteString(w, page.out.String())
	return err
}

// line writes a text that may come from a file, folded below its mark.
func (p *tryPage) line(mark, s string) { p.out.WriteString(fold(mark, printable(s)) + "\n") }

func (p *tryPage) card(c *score.Card) {
	name := c.Agent
	if c.Name != "" {
		name = c.Name + " (" + c.Agent + ")"
	}
	p.out.WriteString("\n")
	if c.Team != "" && c.Team != scenario.DefaultTeam { // which nobody named
		name = p.say("%s, team %s", "%s，%s组", name, c.Team)
	}
	p.line("## ", p.say("%s: %s", "%s：%s", name, p.outcome(c)))
	p.out.WriteString("\n")
	p.row("", p.say("points", "分值"), p.say("counts", "计入"), p.say("left", "得分"))
	for i := range c.Sections {
		if i > 0 {
			p.out.WriteString("\n")
		}
		p.section(c, &c.Sections[i])
	}
	p.out.WriteString("\n")
	p.why(c)
	p.notes(c)
}

// outcome is the card in one phrase.
func (p *tryPage) outcome(c *score.Card) string {
	if c.Total == nil {
		return p.say("no total yet", "尚无总分")
	}
	return p.say("%s points, grade %s, %s %s", "%s 分，%s 级，%s %s", c.Total, c.Grade, c.Pay, p.policy.Currency)
}

// row writes the columns; the name is cut where it is too long.
func (p *tryPage) row(name, want, counts, left string) {
	row := text.Pad(ellipsis(printable(name), nameColumn-1, false), nameColumn, ' ') +
		right(want, wantColumn) + right(counts, countColumn) + right(left, leftColumn)
	p.out.WriteString(strings.TrimRight(row, " ") + "\n")
}

func right(s string, width int) string {
	return strings.Repeat(" ", max(0, width-text.StringWidth(s))) + s
}

func (p *tryPage) left(points *amount.Points, of amount.Points) string {
	if points == nil {
		return p.say("? of %s", "? / %s", rule.Short(of))
	}
	return p.say("%s of %s", "%s / %s", points, rule.Short(of))
}

func (p *tryPage) section(c *score.Card, s *score.SectionScore) {
	p.row(p.of(s.Title), "", "", p.left(s.Points, s.Of))
	p.out.WriteString(strings.Repeat("─", maxWidth) + "\n")
	for i := range p.policy.Sections {
		if p.policy.Sections[i].ID == s.ID {
			p.items(c, s, p.policy.Sections[i].Items)
		}
	}
}

// items writes each item with its lines; the head of an item that is all of its section would say the same twice.
func (p *tryPage) items(c *score.Card, s *score.SectionScore, items []policy.Item) {
	for i := range items {
		if len(items) > 1 {
			p.row(p.of(items[i].Title), "", "", p.itemLeft(s, items[i].ID))
		}
		for j := range c.Lines {
			if l := &c.Lines[j]; l.Section == s.ID && l.Item == items[i].ID {
				p.explained(l)
			}
		}
	}
}

// itemLeft is what is left of an item, "" for one without points of its own.
func (p *tryPage) itemLeft(s *score.SectionScore, id string) string {
	for _, i := range s.Items {
		if i.ID == id {
			return p.left(i.Points, i.Of)
		}
	}
	return ""
}

// explained writes a line and below it why it is so.
func (p *tryPage) explained(l *score.Line) {
	want, counts := "", p.of(stateTitles[l.Status])
	switch l.Status {
	case score.StatusGives, score.StatusTakes:
		want, counts = signed(l.Points), signed(l.Taken)
	case score.StatusCounted, score.StatusNotReached:
		want = signed(l.Points)
	case score.StatusShown, score.StatusMissing, score.StatusWaived, score.StatusProposal:
	}
	p.row("  "+p.of(l.Title), want, counts, "")
	p.line("      ", p.of(l.Text))
	if len(l.ClaimedBy) > 0 {
		p.line("      ", p.say("counted under: %s", "已计入：%s", p.titles(l.ClaimedBy)))
	}
	if l.Status == score.StatusTakes && l.Taken != l.Points {
		p.line("      ", p.leftToTake(-l.Taken))
	}
	if len(l.Decisions) > 0 {
		p.line("      "+p.say("by ", "依 "), strings.Join(l.Decisions, ", "))
	}
}

func (p *tryPage) leftToTake(taken amount.Points) string {
	if taken == 0 {
		return p.say("nothing was left to take", "已无分可扣")
	}
	return p.say("only %s was left to take", "只剩 %s 分可扣", taken)
}

// titles returns what the rules are called.
func (p *tryPage) titles(rules []string) string {
	var names []string
	for placed := range p.policy.Rules() {
		if slices.Contains(rules, placed.Rule.ID) {
			names = append(names, p.of(placed.Rule.Title))
		}
	}
	return strings.Join(names, p.say(", ", "、"))
}

// signed writes points with a sign, unless they are 0.
func signed(p amount.Points) string {
	if p > 0 {
		return "+" + p.String()
	}
	return p.String()
}

var stateTitles = map[score.Status]document.Title{
	score.StatusCounted: {ZH: "已计入他项", EN: "already counted"}, score.StatusNotReached: {ZH: "未达次数", EN: "not reached"},
	score.StatusShown: {ZH: "仅列示", EN: "shown"}, score.StatusMissing: {ZH: "缺", EN: "MISSING"},
	score.StatusWaived: {ZH: "已免除", EN: "waived"}, score.StatusProposal: {ZH: "建议", EN: "proposal"},
}

// why says in one sum how the total comes about.
func (p *tryPage) why(c *score.Card) {
	if c.Total == nil {
		var waits []string
		for _, l := range c.Missing {
			waits = append(waits, p.say("%s (%s)", "%s（%s）", p.of(l.Title), l.Rule))
		}
		p.line("", p.say("Why no total? It waits for: %s.", "为什么没有总分？尚缺：%s。", strings.Join(waits, p.say(", ", "、"))))
		return
	}
	if *c.Total == p.policy.Most() {
		p.line("", p.say("Why %s? Nothing was taken.", "为什么是 %s 分？没有扣分。", c.Total))
	} else {
		p.line("", p.say("Why %s? %s = %s.", "为什么是 %s 分？%s = %s。", c.Total, p.sum(c), c.Total))
	}
	p.line("", p.say("%s is grade %s, which pays %s %s.", "%s 分为 %s 级，绩效工资 %s %s。", c.Total, c.Grade, c.Pay, p.policy.Currency))
}

// sum writes the total as all points less what each line cost; where these do not make up the total, because rules give
// more than their item holds, as the sum of the sections.
func (p *tryPage) sum(c *score.Card) string {
	rest := p.policy.Most()
	parts := []string{rest.String()}
	for i := range c.Lines {
		cost := p.cost(&c.Lines[i])
		if cost == 0 {
			continue
		}
		rest -= cost
		parts = append(parts, fmt.Sprintf("%s (%s)", cost, p.of(c.Lines[i].Title)))
	}
	if rest == *c.Total {
		return strings.Join(parts, " - ")
	}
	parts = nil
	for _, s := range c.Sections {
		parts = append(parts, fmt.Sprintf("%s (%s)", s.Points, p.of(s.Title)))
	}
	return strings.Join(parts, " + ")
}

// cost is what a line took, or did not give.
func (p *tryPage) cost(l *score.Line) amount.Points {
	if l.Status != score.StatusGives {
		return -l.Taken
	}
	for placed := range p.policy.Rules() {
		if placed.Rule.ID == l.Rule {
			return placed.Rule.Gives() - l.Taken
		}
	}
	return 0
}

func (p *tryPage) notes(c *score.Card) {
	if len(c.Decisions) > 0 {
		p.line(p.say("By ", "依 "), strings.Join(c.Decisions, ", "))
	}
	for _, proposal := range c.Proposals {
		p.line("· ", p.say("Proposal, for people to decide: %s", "建议（由人决定）：%s", p.of(proposal.Text)))
	}
	for _, n := range c.Notes {
		p.line("· ", p.of(n))
	}
}
