package export

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// WriteXLSX writes the payroll as a workbook: the payroll, every line of every card, what is missing or waived, proposals,
// interviews, adjustments, and a control sheet whose sums stand beside formulas that add the payroll up again. Amounts are
// numbers with two decimals. Large sheets pass through the folder for temporary files. It returns the sums.
func WriteXLSX(w io.Writer, p Payroll) (control Control, err error) {
	l := p.lang()
	footer := p.Run.Month.Month.String() + "  " + strings.ReplaceAll(p.Run.ID, "&", "&&")
	if p.Draft {
		footer += "  " + l.word("draft.mark")
	}
	b, err := newWorkbook(footer)
	if err != nil {
		return Control{}, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	s, err := newSheets(b, &p)
	if err != nil {
		return Control{}, err
	}
	control = newControl(&p)
	for r, err := range p.rows() {
		if err == nil {
			err = control.add(&p, &r)
		}
		if err == nil {
			err = s.row(&r)
		}
		if err != nil {
			return control, err
		}
	}
	if err := s.finish(&control); err != nil {
		return control, err
	}
	return control, b.write(w)
}

// sheets are the sheets of a payroll's workbook.
type sheets struct {
	p                                                                    *Payroll
	l                                                                    Lang
	payroll, lines, missing, proposals, interviews, adjustments, control *table
	items                                                                map[string]string // title of an item by its id
	sections                                                             map[string]string
}

func newSheets(b *workbook, p *Payroll) (*sheets, error) {
	s := &sheets{p: p, l: p.lang(), items: map[string]string{}, sections: map[string]string{}}
	for _, section := range p.Policy.Sections {
		s.sections[section.ID] = s.l.in(section.Title)
		for _, item := range section.Items {
			s.items[item.ID] = s.l.in(item.Title)
		}
	}
	payroll := s.columns("kind", 10, "month", 10, "agent", 14, "name", 12, "team", 12)
	for _, section := range p.Policy.Sections {
		payroll = append(payroll, column{s.l.in(section.Title), 10, stylePoints})
	}
	payroll = append(payroll, s.columns("carried", 10, "total", 10, "grade", 8, "amount", 12, "currency", 8, "reason", 30, "run", 12, "card", 12)...)
	person := s.columns("agent", 14, "name", 14)
	for _, sheet := range []struct {
		to      **table
		name    string
		columns []column
	}{
		{&s.payroll, "payroll", payroll},
		{&s.lines, "lines", append(person[:2:2], s.columns("section", 12, "item", 14, "rule", 22, "rule-title", 30, "status", 12, "nominal", 10, "taken", 10, "text", 60,
			"decisions", 30, "claimed", 20, "small", 8, "evidence", 8)...)},
		{&s.missing, "missing", append(person[:2:2], s.columns("status", 10, "item", 18, "rule", 22, "rule-title", 30, "text", 60)...)},
		{&s.proposals, "proposals", append(person[:2:2], s.columns("rule", 22, "text", 80)...)},
		{&s.interviews, "interviews", append(person[:2:2], s.columns("team", 14, "total", 10, "grade", 8, "within", 14)...)},
		{&s.adjustments, "adjustments", append(person[:2:2], s.columns("team", 14, "month", 10, "before.total", 10, "before.grade", 8, "before.pay", 12,
			"after.total", 10, "after.grade", 8, "after.pay", 12, "difference", 12, "reason", 50, "run", 12)...)},
		{&s.control, "control", s.columns("what", 34, "value", 70, "sheet-says", 22, "check", 12)},
	} {
		name := s.l.word("sheet." + sheet.name)
		if p.Draft && sheet.to == &s.payroll { // who copies the sheet alone still sees what it is
			name = s.l.word("sheet.draft") + " " + name
		}
		t, err := b.table(name, sheet.columns)
		if err != nil {
			return nil, fmt.Errorf("sheet %q: %w", sheet.name, err)
		}
		*sheet.to = t
	}
	return s, b.file.SetDocProps(s.properties())
}

// properties say when the month was published, not when the file was made: the same month makes the same file.
func (s *sheets) properties() *excelize.DocProperties {
	at := s.p.Run.Month.Month.Next().First().Start(time.UTC)
	for _, a := range []*workflow.Step{s.p.Approved, s.p.Published} {
		if a != nil {
			at = a.At
		}
	}
	when := at.UTC().Format(time.RFC3339)
	return &excelize.DocProperties{Creator: "deskpulse", LastModifiedBy: "deskpulse", Title: s.p.Run.Month.String(), Identifier: s.p.Run.ID, Created: when, Modified: when, Language: string(s.l)}
}

// columns makes columns of word and width pairs; what is a number shows it.
func (s *sheets) columns(pairs ...any) []column {
	var list []column
	for i := 0; i < len(pairs); i += 2 {
		key, look := pairs[i].(string), styleText
		switch key {
		case "carried", "total", "nominal", "taken", "before.total", "after.total":
			look = stylePoints
		case "amount", "before.pay", "after.pay", "difference":
			look = styleMoney
		case "evidence", "within":
			look = styleCount
		}
		list = append(list, column{s.l.word(key), float64(pairs[i+1].(int)), look})
	}
	return list
}

// row writes a row of the payroll, and the card behind it to the other sheets.
func (s *sheets) row(r *row) error {
	values := []any{s.l.kind(r.Kind), r.Month, r.Agent, r.Name, r.Team}
	for i := range s.p.Policy.Sections {
		var points *amount.Points
		if i < len(r.Sections) {
			points = r.Sections[i]
		}
		values = append(values, points)
	}
	values = append(values, r.Carried, r.Total, r.Grade, r.Pay, s.p.Policy.Currency, r.Why, r.Run, r.Card)
	if err := s.payroll.add(values...); err != nil || r.card == nil {
		return err
	}
	return s.card(r.card)
}

func (s *sheets) card(c *score.Card) error {
	for i := range c.Lines {
		l := &c.Lines[i]
		if err := s.line(c, l); err != nil {
			return err
		}
		status := l.Status
		if s.p.waived(l) {
			status = score.StatusWaived
		}
		if status == score.StatusMissing || status == score.StatusWaived {
			if err := s.missing.add(c.Agent, c.Name, s.l.status(status), s.item(l.Item), l.Rule, s.l.in(l.Title), s.l.in(l.Text)); err != nil {
				return err
			}
		}
	}
	for _, p := range c.Proposals {
		if err := s.proposals.add(c.Agent, c.Name, p.Rule, s.l.in(p.Text)); err != nil {
			return err
		}
	}
	if c.Total != nil && s.p.interviewed(c.Grade) {
		return s.interviews.add(c.Agent, c.Name, c.Team, c.Total, c.Grade, s.p.Policy.Cycle.Interview.WithinDays)
	}
	return nil
}

func (s *sheets) line(c *score.Card, l *score.Line) error {
	points, taken, small := &l.Points, &l.Taken, ""
	if l.Status == score.StatusMissing {
		points, taken = nil, nil // what is missing is not 0
	}
	if l.Small {
		small = s.l.word("yes")
	}
	section := s.sections[l.Section]
	if section == "" {
		section = l.Section
	}
	return s.lines.add(c.Agent, c.Name, section, s.item(l.Item), l.Rule, s.l.in(l.Title), s.l.status(l.Status), points, taken, s.l.in(l.Text),
		strings.Join(l.Decisions, ", "), strings.Join(l.ClaimedBy, ", "), small, l.EvidenceTotal)
}

func (s *sheets) item(id string) string {
	if title := s.items[id]; title != "" {
		return title
	}
	return id
}

// finish writes the adjustments and the control sheet and ends all sheets.
func (s *sheets) finish(c *Control) error {
	for _, a := range s.p.Adjustments {
		if err := s.adjustment(&a); err != nil {
			return err
		}
	}
	if err := s.controls(c); err != nil {
		return err
	}
	errs := []error{s.control.mark(4, "≠")}
	for _, t := range []*table{s.payroll, s.lines, s.missing, s.proposals, s.interviews, s.adjustments, s.control} {
		errs = append(errs, t.close())
	}
	return errors.Join(errs...)
}

func (s *sheets) adjustment(a *Adjustment) error {
	who := a.After
	if who == nil {
		who = a.Before
	}
	if who == nil {
		return nil // nothing became nothing
	}
	values := []any{who.Agent, who.Name, who.Team, a.Month.String(), nil, nil, nil, nil, nil, nil, nil, s.l.in(a.Why), a.Run}
	var difference amount.Money
	if b := a.Before; b != nil {
		values[4], values[5], values[6] = b.Total, b.Grade, b.Pay
		difference -= pay(b.Pay)
	}
	if b := a.After; b != nil {
		values[7], values[8], values[9] = b.Total, b.Grade, b.Pay
		difference += pay(b.Pay)
	}
	values[10] = difference
	return s.adjustments.add(values...)
}

func pay(m *amount.Money) amount.Money {
	if m == nil {
		return 0
	}
	return *m
}
