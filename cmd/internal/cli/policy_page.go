package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// policyPage is a policy being written as a document, in one language.
type policyPage struct {
	*policy.Policy
	language
	out strings.Builder
}

func showPolicy(w io.Writer, p *policy.Policy, l language) error {
	page := policyPage{Policy: p, language: l}
	page.head()
	for i := range p.Sections {
		page.section(&p.Sections[i])
	}
	page.grades()
	page.cycle()
	page.streaks()
	for i := range p.Templates {
		page.template(&p.Templates[i])
	}
	page.readings()
	page.assumed()
	page.vocabulary()
	_, err := io.WriteString(w, page.out.String())
	return err
}

// line writes a text that may come from a file, folded below its mark.
func (p *policyPage) line(mark, s string) {
	p.out.WriteString(fold(mark, printable(s)) + "\n")
}

func (p *policyPage) heading(mark, s string) {
	p.out.WriteString("\n")
	p.line(mark+" ", s)
	p.out.WriteString("\n")
}

func (p *policyPage) head() {
	p.line("# ", fmt.Sprintf("%s (%s)", p.of(p.Title), p.Name))
	p.out.WriteString("\n")
	p.line("", p.say("Holds from %s. Calendar %s. Amounts in %s. %s points in all. Hash %.12s.", "自 %s 起施行。日历 %s，货币 %s，满分 %s 分。校验值 %.12s。",
		p.Effective, p.Calendar, p.Currency, rule.Short(p.Most()), p.Hash()))
	if p.Source != nil {
		p.line("", p.say("Source: %s", "依据：%s", p.of(*p.Source)))
	}
}

func (p *policyPage) section(s *policy.Section) {
	p.out.WriteString("\n")
	p.line("## ", p.say("%s: %s points", "%s：%s 分", p.of(s.Title), rule.Short(s.Points)))
	p.by("", "sections."+s.ID+".points", "sections."+s.ID+".order")
	for i := range s.Items {
		p.item(s, &s.Items[i])
	}
}

func (p *policyPage) item(s *policy.Section, item *policy.Item) {
	p.out.WriteString("\n")
	p.line("### ", fmt.Sprintf("%s (%s)", p.of(item.Title), p.points(item)))
	if item.Note != nil {
		p.line("    ", p.of(*item.Note))
	}
	path := policy.Placed{Section: s, Item: item}.ItemPath()
	p.by("    ", path+".points", path+".cap")
	for i := range item.Rules {
		p.rule(policy.Placed{Section: s, Item: item, Rule: &item.Rules[i]})
	}
}

// points says what an item has.
func (p *policyPage) points(item *policy.Item) string {
	moves := func(r policy.Rule) bool { return r.Gives() > 0 || r.Takes() > 0 }
	switch {
	case item.Points == nil && slices.ContainsFunc(item.Rules, moves):
		return p.say("draws on the points of the section", "计入本部分总分")
	case item.Points == nil:
		return p.say("no points", "不计分")
	case item.Cap == rule.OfSection:
		return p.say("%s points, deductions reach the section", "%s 分，扣分可及整个部分", rule.Short(*item.Points))
	}
	return p.say("%s points", "%s 分", rule.Short(*item.Points))
}

func (p *policyPage) rule(placed policy.Placed) {
	r := placed.Rule
	p.line("  - ", p.say("%s: %s. [%s]", "%s：%s。[%s]", p.of(r.Title), p.of(r.Describe()), r.ID))
	if r.Note != nil {
		p.line("    ", p.of(*r.Note))
	}
	for _, q := range r.Queries() {
		p.line(p.say("    measured by ", "    指标 "), q.Key())
	}
	if r.When != "" {
		p.line(p.say("    when ", "    条件 "), r.When)
	}
	p.by("    ", placed.Path())
}

func (p *policyPage) grades() {
	p.heading("##", p.say("Grades and pay", "等级与绩效工资"))
	t := newTable(table.Row{p.say("grade", "等级"), p.say("points", "分数"), p.say("pay", "绩效工资")}, 3)
	for _, g := range p.Grades {
		bound := p.say("below", "以下")
		if g.Bound.Operator != rule.Rest {
			bound = string(g.Bound.Operator) + " " + g.Bound.Value.Decimal(2)
		}
		t.AppendRow(table.Row{printable(g.Name), bound, g.Pay.String() + " " + p.Currency})
	}
	_ = render(&p.out, t) // to memory
	p.out.WriteString("\n")
	p.line("", map[policy.Proration]string{
		policy.NoProration:  p.say("A part of a month is paid as a whole one.", "不足整月不折算。"),
		policy.CalendarDays: p.say("A part of a month is paid by its calendar days.", "不足整月按日历天数折算绩效工资。"),
	}[p.Pay.Proration])
	p.by("", "grades", "pay")
}

// by names the decisions on which what is at these paths rests.
func (p *policyPage) by(indent string, paths ...string) {
	var on []string
	for _, path := range paths {
		for _, d := range decisionsOn(p.Policy, path) {
			if !slices.Contains(on, d) {
				on = append(on, d)
			}
		}
	}
	if len(on) > 0 {
		p.line(indent+p.say("by decision ", "依决定 "), strings.Join(on, ", "))
	}
}

func (p *policyPage) cycle() {
	c := p.Cycle
	p.heading("##", p.say("The month", "考核周期"))
	p.line("- ", p.say("Scored by %s and approved by %s until the %s of the next month, at finance until the %s.", "%s评分、%s审批，次月 %s 日前完成；%s 日前提交财务。",
		p.roles(c.Scorers), p.roles(c.Approvers), p.day(c.ScoredBy), p.day(c.PaidBy)))
	if c.FourEyes {
		p.line("- ", p.say("Who scored a month does not approve it.", "评分人不得审批同一月份。"))
	}
	p.line("- ", map[policy.Shift]string{
		policy.ShiftBefore: p.say("A deadline on a day off moves to the working day before.", "期限遇休息日，提前到前一工作日。"),
		policy.ShiftAfter:  p.say("A deadline on a day off moves to the working day after.", "期限遇休息日，顺延到后一工作日。"),
		policy.NoShift:     p.say("A deadline on a day off stays.", "期限遇休息日不调整。"),
	}[c.Shift])
	if i := c.Interview; i != nil {
		p.line("- ", p.say("Everybody below %s is interviewed within %d days of publication.", "低于 %s 级者，公布后 %d 天内完成绩效面谈。", i.Below, i.WithinDays))
	}
	if c.AppealDays > 0 {
		p.line("- ", p.say("Appeals are open for %d days from publication.", "公布后 %d 天内可以申诉。", c.AppealDays))
	}
	p.line("- ", map[policy.Adjustment]string{
		policy.Recompute: p.say("A change to a closed month is computed again for that month.", "已结月份的变更作为该月的调整重新计算。"),
		policy.NextMonth: p.say("A change to a closed month counts in the next one.", "已结月份的变更计入下月。"),
	}[c.Adjustment])
	if _, _, err := p.TierItem(""); err == nil {
		p.line("- ", map[policy.AverageAfter]string{
			policy.AveragePublished:  p.say("After publication tiers compare with the published average.", "公布后，等级沿用已公布的平均。"),
			policy.AverageRecomputed: p.say("After publication tiers compare with the average by what is known then.", "公布后，等级按届时所知的平均重新比较。"),
		}[c.Average])
	}
	p.incidents()
	for _, u := range p.Uses {
		p.line("- ", p.say("The results are a %s.", "考核结果用作%s。", p.of(u)))
	}
	p.by("", "cycle", "incidents")
}

func (p *policyPage) incidents() {
	p.line("- ", p.say("An incident counts in the month of the %s, when %s.", "事件计入%s之月，条件 %s。",
		p.of(map[policy.IncidentMonth]document.Title{
			policy.MonthOfRuling: {ZH: "裁定", EN: "ruling"}, policy.MonthOfReport: {ZH: "登记", EN: "report"}, policy.MonthOfConduct: {ZH: "行为", EN: "conduct"},
		}[p.Incidents.Month]), p.Incidents.Counts.Source()))
	p.line("- ", map[policy.OneIncident]string{
		policy.HeaviestRule: p.say("One incident under several rules is taken by the heaviest alone.", "一次事件符合多条规则时，只按最重的一条扣分。"),
		policy.EveryRule:    p.say("One incident under several rules is taken by each of them.", "一次事件符合多条规则时，各条分别扣分。"),
	}[p.Incidents.One])
}

var roleTitles = map[policy.Role]document.Title{
	policy.Agent: {ZH: "客服", EN: "agent"}, policy.Reviewer: {ZH: "质检", EN: "reviewer"}, policy.Supervisor: {ZH: "主管", EN: "supervisor"},
	policy.Manager: {ZH: "经理", EN: "manager"}, policy.Leader: {ZH: "分管领导", EN: "leader in charge"}, policy.Panel: {ZH: "考核小组", EN: "panel"},
	policy.HR: {ZH: "人事", EN: "HR"}, policy.Finance: {ZH: "财务", EN: "finance"}, policy.GeneralManager: {ZH: "总经理", EN: "general manager"},
	policy.Auditor: {ZH: "审计", EN: "auditor"},
}

func (p *policyPage) roles(roles []policy.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, p.of(roleTitles[r]))
	}
	return strings.Join(names, p.say(" or ", "或"))
}

// day is a day of a month as people say it.
func (p *policyPage) day(n int) string {
	suffix := "th"
	switch {
	case n%10 == 1 && n != 11:
		suffix = "st"
	case n%10 == 2 && n != 12:
		suffix = "nd"
	case n%10 == 3 && n != 13:
		suffix = "rd"
	}
	return p.say("%d"+suffix, "%d", n)
}

func (p *policyPage) streaks() {
	for _, s := range p.Streaks {
		gap := p.say("a month without assessment breaks it", "没有考核的月份中断")
		if s.Gap == policy.GapSkipped {
			gap = p.say("a month without assessment is skipped", "没有考核的月份跳过")
		}
		p.heading("##", p.of(s.Title))
		p.line("", p.say("%d months %s in a row, %s: proposal %q. People decide.", "连续 %d 个月 %s 级（%s）：建议“%s”，由人决定。", s.Months, s.Grade, gap, p.of(s.Proposal)))
		p.by("", "streaks."+s.ID)
	}
}

// fold breaks a text into lines of at most maxWidth columns. Between wide characters, as in Chinese, a line may break
// anywhere; the lines after the first are indented by as many blanks as the first one's mark is wide.
func fold(mark, s string) string {
	indent := strings.Repeat(" ", text.StringWidth(mark))
	var out strings.Builder
	line, blank := mark, false
	for _, piece := range pieces(s) {
		if piece == " " {
			blank = true
			continue
		}
		gap := ""
		if blank && line != mark && line != indent {
			gap = " "
		}
		if text.StringWidth(line)+len(gap)+text.StringWidth(piece) > maxWidth && line != mark && line != indent {
			out.WriteString(line + "\n")
			line, gap = indent, ""
		}
		line, blank = line+gap+piece, false
	}
	return out.String() + line
}

// closers may not begin a line.
const closers = "，。；：、）》”？！"

// pieces splits a text at blanks and around wide characters; what closes stays with what it closes.
func pieces(s string) []string {
	var all []string
	word := ""
	end := func() {
		if word != "" {
			all, word = append(all, word), ""
		}
	}
	for _, r := range s {
		switch {
		case r == ' ':
			end()
			all = append(all, " ")
		case strings.ContainsRune(closers, r):
			if word == "" && len(all) > 0 && all[len(all)-1] != " " {
				all[len(all)-1] += string(r)
				continue
			}
			word += string(r)
		case text.RuneWidth(r) > 1:
			end()
			all = append(all, string(r))
		default:
			word += string(r)
		}
	}
	end()
	return all
}
