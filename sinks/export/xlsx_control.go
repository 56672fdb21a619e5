package export

import "fmt"

// controls writes what the month was made of and what it adds up to, the latter beside a formula over the payroll's rows.
func (s *sheets) controls(c *Control) error {
	if s.p.Draft {
		if err := s.control.add(styled{s.l.word("draft.mark"), styleHeader}); err != nil {
			return err
		}
	}
	for _, f := range s.p.facts() {
		value := f.Value
		if f.Key == "draft" {
			value = s.l.word(value)
		}
		if err := s.control.add(s.l.word(f.Key), value); err != nil {
			return err
		}
	}
	for _, sum := range c.sums() {
		if err := s.sum(sum); err != nil {
			return err
		}
	}
	return nil
}

func (s *sheets) sum(sum sum) error {
	title, look, value := s.l.word(sum.key), styleCount, any(sum.count)
	if sum.exact != nil {
		look, value = styleMoney, *sum.exact
	}
	if sum.grade != "" {
		title = fmt.Sprintf(s.l.word(sum.check), sum.grade)
	}
	if sum.key == "pay" {
		look = styleStrong
	}
	text := s.formula(sum)
	if text == "" {
		return s.control.add(title, styled{value, look})
	}
	row := s.control.rows + 1
	return s.control.add(title, styled{value, look}, formula{text, value, look},
		formula{fmt.Sprintf(`IF(ROUND(C%d,2)=ROUND(B%d,2),"ok","≠")`, row, row), "ok", styleText})
}

// formula returns how the workbook itself adds a sum up; "" for what is not on the payroll's sheet.
func (s *sheets) formula(sum sum) string {
	column := s.payroll.column
	kinds, months := column(1), `"`+s.l.kind(kindMonth)+`"`
	at := 6 + len(s.p.Policy.Sections)
	total, grade, pay := column(at+1), column(at+2), column(at+3)
	switch sum.check {
	case "rows":
		return "COUNTA(" + kinds + ")"
	case "month":
		return "COUNTIFS(" + kinds + "," + months + ")"
	case "points":
		return rounded("SUMIFS(" + total + "," + kinds + "," + months + ")")
	case "grade.agents":
		return "COUNTIFS(" + kinds + "," + months + "," + grade + `,"` + sum.grade + `")`
	case "grade.pay":
		return rounded("SUMIFS(" + pay + "," + kinds + "," + months + "," + grade + `,"` + sum.grade + `")`)
	case "pay.month", "pay.reversals", "pay.new":
		of := map[string]kind{"pay.month": kindMonth, "pay.reversals": kindReversal, "pay.new": kindNew}[sum.check]
		return rounded("SUMIFS(" + pay + "," + kinds + `,"` + s.l.kind(of) + `")`)
	case "pay":
		return rounded("SUM(" + pay + ")")
	default:
		return ""
	}
}

// rounded takes off what a spreadsheet, which adds floats, adds besides the amounts.
func rounded(sum string) string { return "ROUND(" + sum + ",2)" }
