package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// byteOrderMark opens the CSV files: without it Excel reads them in the encoding of the machine's region, GBK in China, and
// every name is garbage. Programs that know UTF-8 skip it.
const byteOrderMark = "\uFEFF"

// payrollColumns are the columns of payroll.csv that every policy has. The points of each section follow, named
// "section.ID" in the order of the policy. New columns come last; none is ever moved or renamed.
//
//	kind      "month", "reversal" (takes an earlier result back, pay negative) or "new" (what it is instead); the column is
//	          called "draft" in drafts, so that no program that loads payrolls takes one for a payroll
//	month     that the row is about, such as 2024-03
//	agent, name, team
//	total     points; empty in drafts while something is missing
//	grade
//	pay       amount with two decimals; the column's sum is what is to be paid
//	currency  ISO 4217
//	run       id of the calculation
//	card      SHA-256 of the card's JSON, in hex
//	reason    of a reversal and its new row
//	carried   points of earlier months that the total has besides the sections; empty: none
var payrollColumns = []string{"kind", "month", "agent", "name", "team", "total", "grade", "pay", "currency", "run", "card", "reason", "carried"}

// WriteCSV writes the payroll as payroll.csv: UTF-8 with byte order mark, RFC 4180 (commas, CRLF, quotes where needed), a
// header, one row per result. Texts that a spreadsheet could take for formulas have an apostrophe before them; numbers have
// a decimal point and no separators. It returns the sums, which [WriteControlCSV] writes.
func WriteCSV(w io.Writer, p Payroll) (Control, error) {
	control := newControl(&p)
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return control, err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	header := slices.Clone(payrollColumns)
	if p.Draft {
		header[0] = "draft"
	}
	for _, s := range p.Policy.Sections {
		header = append(header, "section."+s.ID)
	}
	if err := out.Write(header); err != nil {
		return control, err
	}
	for r, err := range p.rows() {
		if err == nil {
			err = control.add(&p, &r)
		}
		if err == nil {
			err = out.Write(r.csv(&p))
		}
		if err != nil {
			return control, err
		}
	}
	out.Flush()
	return control, out.Error()
}

func (r *row) csv(p *Payroll) []string {
	fields := []string{
		string(r.Kind), r.Month, plain(r.Agent), plain(r.Name), plain(r.Team), pointsText(r.Total), plain(r.Grade), moneyText(r.Pay),
		p.Policy.Currency, plain(r.Run), r.Card, plain(r.Why), pointsText(r.Carried),
	}
	for i := range p.Policy.Sections {
		var points *amount.Points // an adjustment says what the month came to, not its sections
		if i < len(r.Sections) {
			points = r.Sections[i]
		}
		fields = append(fields, pointsText(points))
	}
	return fields
}

// WriteControlCSV writes what a payroll adds up to as control.csv: "key,value" rows in the format of [WriteCSV]. The keys
// do not change, and "draft" is yes or no, in either language; files are those that the export consists of, so that each can be checked by its hash.
func WriteControlCSV(w io.Writer, m Month, c Control, files []workflow.File) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][2]string{{"key", "value"}}
	for _, f := range m.facts() {
		rows = append(rows, [2]string{f.Key, f.Value})
	}
	for _, s := range c.sums() {
		rows = append(rows, [2]string{s.key, s.text()})
	}
	for _, f := range files {
		rows = append(rows, [2]string{"file." + f.Name + ".sha256", f.SHA256}, [2]string{"file." + f.Name + ".bytes", strconv.FormatInt(f.Bytes, 10)})
	}
	for _, r := range rows {
		if err := out.Write([]string{plain(r[0]), plainValue(r[1])}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plainValue is [plain] but for numbers, of which negative ones look like formulas.
func plainValue(text string) string {
	if _, err := amount.ParseMoney(text); err == nil {
		return text
	}
	return plain(text)
}

func pointsText(p *amount.Points) string {
	if p == nil {
		return ""
	}
	return p.String()
}

func moneyText(m *amount.Money) string {
	if m == nil {
		return ""
	}
	return m.String()
}

// sum is one number of a [Control]: a count, points or an amount.
type sum struct {
	key   string
	count int
	exact *amount.Points // in hundredths, if it is no count
	check string         // how the workbook adds it up from the payroll's sheet; see formula
	grade string
}

func (s sum) text() string {
	if s.exact != nil {
		return s.exact.String()
	}
	return strconv.Itoa(s.count)
}

// sums lists a control in the order in which it is shown.
func (c *Control) sums() []sum {
	list := []sum{
		{key: "rows", count: c.Rows, check: "rows"}, {key: "agents", count: c.Agents, check: "month"}, {key: "waiting", count: c.Waiting},
		{key: "lines", count: c.Lines}, {key: "missing", count: c.Missing}, {key: "waived", count: c.Waived}, {key: "proposals", count: c.Proposals},
		{key: "interviews", count: c.Interviews}, {key: "adjustments", count: c.Adjustments}, {key: "points", exact: &c.Points, check: "points"},
	}
	for _, g := range c.Grades {
		pay := amount.Points(g.Pay)
		list = append(list, sum{key: fmt.Sprintf("grade.%s.agents", g.Grade), count: g.Agents, check: "grade.agents", grade: g.Grade},
			sum{key: fmt.Sprintf("grade.%s.pay", g.Grade), exact: &pay, check: "grade.pay", grade: g.Grade})
	}
	for _, s := range []struct {
		key   string
		money amount.Money
	}{{"pay.month", c.Month}, {"pay.reversals", c.Reversals}, {"pay.new", c.New}, {"pay", c.Pay}} {
		pay := amount.Points(s.money)
		list = append(list, sum{key: s.key, exact: &pay, check: s.key})
	}
	return list
}
