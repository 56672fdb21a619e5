package cli

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// The end of a policy's document: its sheets, its decisions, what it assumes, and the names that events use.

func (p *policyPage) template(t *policy.Template) {
	p.heading("##", p.of(t.Title)+" ["+t.ID+"]")
	switch t.Kind {
	case policy.Checklist:
		p.checklist(t)
	case policy.Form:
		p.form(t)
	}
}

func (p *policyPage) checklist(t *policy.Template) {
	if t.SampleWhen != nil {
		p.line("", p.say("Worth sampling: calls with %s", "值得抽查的通话：%s", t.SampleWhen.Source()))
	}
	for _, g := range t.Groups {
		p.line("### ", p.of(g.Title))
		for _, c := range g.Checks {
			p.line("  [ ] ", p.of(c.Title)+" ["+c.ID+"]")
		}
	}
}

var columnTitles = map[policy.Column]document.Title{
	policy.ColumnTitle: {ZH: "考核项", EN: "item"}, policy.ColumnRules: {ZH: "细则", EN: "rules"}, policy.ColumnPoints: {ZH: "满分", EN: "points"},
	policy.ColumnGiven: {ZH: "得分", EN: "given"}, policy.ColumnRemark: {ZH: "备注", EN: "remark"},
}

// form prints the sheet empty, as it is filled in by hand.
func (p *policyPage) form(t *policy.Template) {
	var header table.Row
	for _, c := range t.Columns {
		header = append(header, p.of(columnTitles[c]))
	}
	out := newTable(header)
	for i := range p.Sections {
		s := &p.Sections[i]
		out.AppendRow(p.formRow(t.Columns, s.Title, rule.Short(s.Points), nil))
		for j := range s.Items {
			item, points := &s.Items[j], ""
			if item.Points != nil {
				points = rule.Short(*item.Points)
			}
			title := document.Title{ZH: "  " + item.Title.ZH, EN: "  " + item.Title.EN}
			out.AppendRow(p.formRow(t.Columns, title, points, item.Rules))
		}
	}
	_ = render(&p.out, out) // to memory
	p.out.WriteString("\n")
	for _, s := range t.Signatures {
		p.line("", p.say("%s: ____________________", "%s：____________________", p.of(s)))
	}
}

const (
	blankField = "__________"
	rulesWidth = 30
)

func (p *policyPage) formRow(columns []policy.Column, title document.Title, points string, rules []policy.Rule) table.Row {
	var row table.Row
	for _, c := range columns {
		cell := blankField
		switch c {
		case policy.ColumnTitle:
			cell = printable(p.of(title))
		case policy.ColumnPoints:
			cell = points
		case policy.ColumnRules:
			titles := document.IDs(rules, func(r policy.Rule) string { return p.of(r.Title) })
			cell = ellipsis(printable(strings.Join(titles, "; ")), rulesWidth, false)
		case policy.ColumnGiven, policy.ColumnRemark:
		}
		row = append(row, cell)
	}
	return row
}

func (p *policyPage) readings() {
	p.heading("##", p.say("Decisions: %d", "决定：%d 项", len(p.Decisions)))
	for _, d := range p.Decisions {
		p.line("### ", d.ID+": "+p.of(d.Question))
		for _, r := range d.Readings {
			mark := "  ( ) "
			if r.ID == d.Applied {
				mark = "  (x) "
			}
			p.line(mark, r.ID+": "+p.of(r.Title))
		}
		if d.Applied != d.Chosen {
			p.line("      ", p.say("Only tried here: the policy chooses %s.", "此处仅为试用：制度选定 %s。", d.Chosen))
		}
		p.line("      ", p.say("Chosen by %s on %s: %s", "%s 于 %s 选定：%s", d.ChosenBy, d.Date, p.of(d.Why)))
	}
}

func (p *policyPage) assumed() {
	if len(p.Assumed) == 0 {
		return
	}
	p.heading("##", p.say("Assumed: the text leaves it out", "文本未载明、由制度设定"))
	for _, path := range p.Assumed {
		p.line("- ", path)
	}
}

// vocabulary lists the names that events use, for whoever writes events down or connects a system.
func (p *policyPage) vocabulary() {
	v := p.Vocabulary
	if len(slices.Concat(v.Subjects, v.Findings, v.Leaves, v.Customers, v.Duties)) == 0 {
		return
	}
	p.heading("##", p.say("Names that events use", "事件所用名称"))
	p.terms(p.say("Subjects of incidents", "事件主题"), v.Subjects)
	p.terms(p.say("Findings of reviews", "质检发现"), v.Findings)
	p.terms(p.say("Kinds of leave", "请假类别"), v.Leaves)
	p.terms(p.say("Kinds of customers", "客户类别"), v.Customers)
	p.terms(p.say("Duties", "职责"), v.Duties)
}

func (p *policyPage) terms(title string, terms []policy.Term) {
	if len(terms) == 0 {
		return
	}
	p.line("### ", title)
	for _, t := range terms {
		p.line("  - ", t.ID+": "+p.of(t.Title))
	}
}
