package export_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// hostile begins like a formula, somewhere.
var hostile = []string{
	`=HYPERLINK("http://x","y")`, "+1+1", "-2+3", "@SUM(1+1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠x", " =1+1", "\u200b=1", "\ufeff=1",
	`x";=1+1`, "x,=1+1", "x;\t-1", "x|@y", `"=1"`, `'=1`, "李", "O'Brien, \"Bob\"", "00123", "1e5", "2024-03", "", "\xff=1", "x\x00y", "x\u2028=1", strings.Repeat("长", 40_000),
	"_x000D_", "<b>&amp;</b>", "=cmd|' /C calc'!A0", "\u00a0=1", "a；＝1",
}

// names draws ids and names, many of them hostile.
var names = rapid.OneOf(rapid.SampledFrom(hostile), rapid.String())

// cards draws the cards of a month under the policy, by agent.
func drawCards(t *rapid.T, p *policy.Policy) []score.Card {
	agents := rapid.SliceOfNDistinct(names, 0, 8, rapid.ID[string]).Draw(t, "agents")
	slices.Sort(agents)
	var cards []score.Card
	for _, agent := range agents {
		cards = append(cards, drawCard(t, p, agent))
	}
	return cards
}

func drawCard(t *rapid.T, p *policy.Policy, agent string) score.Card {
	g := rapid.SampledFrom(p.Grades).Draw(t, "grade")
	total, pay := amount.Points(rapid.Int64Range(0, 10_000).Draw(t, "total")), amount.Money(rapid.Int64Range(0, 99_999_999_99).Draw(t, "pay"))
	c := score.Card{Agent: agent, Name: names.Draw(t, "name"), Team: names.Draw(t, "team"), Month: march, Policy: p.Name, Total: &total, Grade: g.Name, Pay: &pay}
	for _, s := range p.Sections {
		points := amount.Points(rapid.Int64Range(-100, 4000).Draw(t, "points"))
		c.Sections = append(c.Sections, score.SectionScore{ID: s.ID, Title: s.Title, Points: &points, Of: s.Points})
	}
	title := document.Title{ZH: names.Draw(t, "zh"), EN: names.Draw(t, "en")}
	c.Lines = []score.Line{
		{Section: "efficiency", Item: "efficiency", Rule: names.Draw(t, "rule"), Title: title, Status: score.StatusTakes, Points: -800, Taken: -200, Text: title, Decisions: []string{title.EN}, ClaimedBy: []string{title.ZH}},
		{Section: title.EN, Item: title.ZH, Rule: "sampling", Title: title, Status: score.StatusWaived, Text: title},
	}
	c.Proposals = []score.Proposal{{Rule: title.ZH, Text: title}}
	return c
}

// payroll returns the payroll of cards, approved and published.
func payroll(t testing.TB, p *policy.Policy, cards []score.Card) export.Payroll {
	t.Helper()
	m := month(p, len(cards))
	_, result, err := closing.Summarize(p, all(cards))
	if err != nil {
		t.Fatal(err)
	}
	m.Run.Result = result
	return export.Payroll{Month: m, Cards: all(cards)}
}

// adjustments draws results that others replace.
func drawAdjustments(t *rapid.T) []export.Adjustment {
	result := func(agent string) *closing.Result {
		if rapid.IntRange(0, 4).Draw(t, "absent") == 0 {
			return nil
		}
		total, pay := amount.Points(rapid.Int64Range(0, 10_000).Draw(t, "total")), amount.Money(rapid.Int64Range(0, 99_999_999_99).Draw(t, "pay"))
		return &closing.Result{Agent: agent, Name: names.Draw(t, "name"), Total: &total, Grade: "A", Pay: &pay}
	}
	var list []export.Adjustment
	for range rapid.IntRange(0, 4).Draw(t, "adjustments") {
		agent, why := names.Draw(t, "agent"), names.Draw(t, "why")
		list = append(list, export.Adjustment{
			Month: calendar.Month{Year: 2024, Month: time.February}, Run: "r", Before: result(agent), After: result(agent), Why: document.Title{ZH: why, EN: why},
		})
	}
	return list
}

func write(t testing.TB, p export.Payroll, how func(io.Writer, export.Payroll) (export.Control, error)) ([]byte, export.Control) {
	t.Helper()
	var b bytes.Buffer
	c, err := how(&b, p)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), c
}

// records reads a CSV file as a program would that knows the byte order mark.
func records(t testing.TB, file []byte) [][]string {
	t.Helper()
	text, ok := bytes.CutPrefix(file, []byte("\uFEFF"))
	if !ok {
		t.Fatal("no byte order mark")
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// paid adds a column of amounts up, by the kind in the first column.
func paid(t testing.TB, rows [][]string, column int) map[string]amount.Money {
	t.Helper()
	sums := map[string]amount.Money{}
	for _, r := range rows[1:] {
		m, err := amount.ParseMoney(r[column])
		if err != nil {
			t.Fatalf("row %q: %v", r, err)
		}
		sums[r[0]] += m
		sums[""] += m
	}
	return sums
}

// beginsFormula reports whether a spreadsheet might evaluate a cell.
func beginsFormula(cell string) bool {
	cell = strings.TrimLeftFunc(cell, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"\u00a0\u200b\ufeff\u3000", r) })
	return cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0])
}

func sumsOf(c export.Control) map[string]amount.Money {
	sums := map[string]amount.Money{}
	for k, v := range map[string]amount.Money{"month": c.Month, "reversal": c.Reversals, "new": c.New, "": c.Pay} {
		if v != 0 {
			sums[k] = v
		}
	}
	return sums
}

func nonzero(sums map[string]amount.Money) map[string]amount.Money {
	for k, v := range sums {
		if v == 0 {
			delete(sums, k)
		}
	}
	return sums
}

// Whatever people are called and are paid, both files add up to the same, to the fen, and nothing in them is a formula but
// the control sheet's own.
func TestPayrollProperty(t *testing.T) {
	p, _ := zhao(t)
	rapid.Check(t, func(rt *rapid.T) {
		cards := drawCards(rt, p)
		pay := payroll(t, p, cards)
		pay.Lang, pay.Adjustments = rapid.SampledFrom([]export.Lang{export.ZH, export.EN}).Draw(rt, "lang"), drawAdjustments(rt)
		var want amount.Money
		for _, c := range cards {
			want += *c.Pay
		}
		for _, a := range pay.Adjustments {
			if a.Before != nil {
				want -= *a.Before.Pay
			}
			if a.After != nil {
				want += *a.After.Pay
			}
		}
		file, control := write(t, pay, export.WriteCSV)
		if control.Pay != want {
			rt.Fatalf("pay %s, want %s", control.Pay, want)
		}
		rows := records(t, file)
		if diff := cmp.Diff(nonzero(paid(t, rows, 7)), sumsOf(control)); diff != "" {
			rt.Fatalf("csv (-got, +want):\n%s", diff)
		}
		for _, row := range rows {
			for i, cell := range row {
				if i != 7 && i < 13 && beginsFormula(cell) {
					rt.Fatalf("csv: column %d: %q", i, cell)
				}
			}
		}
		// Opened with other separators, by a program that does not know quotes.
		for _, cell := range strings.FieldsFunc(string(file), func(r rune) bool { return strings.ContainsRune(",;\t\r\n|", r) }) {
			if _, err := amount.ParseMoney(cell); err != nil && beginsFormula(cell) {
				rt.Fatalf("csv cut elsewhere: %q", cell)
			}
		}
		book, again := write(t, pay, export.WriteXLSX)
		if diff := cmp.Diff(again, control); diff != "" {
			rt.Fatalf("controls (-xlsx, +csv):\n%s", diff)
		}
		checkBook(rt, book, control, len(p.Sections))
	})
}

// The same payroll gives the same bytes whenever it is written.
func TestSameBytes(t *testing.T) {
	p, cards := zhao(t)
	for name, how := range map[string]func(io.Writer, export.Payroll) (export.Control, error){"xlsx": export.WriteXLSX, "csv": export.WriteCSV} {
		pay := payroll(t, p, cards)
		pay.Draft = true
		want, _ := write(t, pay, how)
		second := time.Now().Unix()
		for range 5 {
			if got, _ := write(t, pay, how); !bytes.Equal(got, want) {
				t.Errorf("%s: %s, then %s", name, cardHash(want), cardHash(got))
			}
		}
		for time.Now().Unix() == second { // what depends on the clock shows in another second at the latest
			if got, _ := write(t, pay, how); !bytes.Equal(got, want) {
				t.Fatalf("%s: %s, then %s", name, cardHash(want), cardHash(got))
			}
		}
		if got, _ := write(t, pay, how); !bytes.Equal(got, want) {
			t.Errorf("%s in another second: %s, then %s", name, cardHash(want), cardHash(got))
		}
		show(t, "payroll."+name, want)
	}
}

func TestPayrollRefuses(t *testing.T) {
	p, cards := zhao(t)
	for i := range cards {
		total, pay := amount.Points(8000), amount.Money(35000)
		cards[i].Total, cards[i].Grade, cards[i].Pay, cards[i].Missing = &total, "C", &pay, nil
	}
	for _, c := range []struct {
		name   string
		change func([]score.Card) []score.Card
		run    func(*export.Payroll)
		want   string
	}{
		{"nothing wrong", nil, nil, ""},
		{"somebody twice", func(c []score.Card) []score.Card { return append(c, c[len(c)-1]) }, nil, "want each once"},
		{"in no order", func(c []score.Card) []score.Card { c[0], c[1] = c[1], c[0]; return c }, nil, "want each once"},
		{"waits", func(c []score.Card) []score.Card { c[0].Pay = nil; c[0].Total = nil; return c }, nil, "wait for somebody"},
		{"another month", func(c []score.Card) []score.Card { c[0].Month.Year++; return c }, nil, "a card of 2025-03"},
		{"another policy's card", func(c []score.Card) []score.Card { c[0].Policy = "other"; return c }, nil, `under policy "other"`},
		{"unknown grade", func(c []score.Card) []score.Card { c[0].Grade = "Z"; return c }, nil, `grade "Z"`},
		{"unknown section", func(c []score.Card) []score.Card {
			c[0].Sections = []score.SectionScore{{ID: "bonus"}}
			return c
		}, nil, `section "bonus"`},
		{"16 digits", func(c []score.Card) []score.Card { v := amount.Money(1e15); c[0].Pay = &v; return c }, nil, "more than 15 digits"},
		{"sum of 16 digits", func(c []score.Card) []score.Card {
			v := amount.Money(6e14)
			c[0].Pay, c[1].Pay = &v, &v
			return c
		}, nil, "a sum with more than 15 digits"},
		{"one too few", nil, func(m *export.Payroll) { m.Run.Agents++ }, "cards, 4 came"},
		{"not the cards of the run", nil, func(m *export.Payroll) { m.Run.Result = hash("other") }, "not those of run"},
		{"an adjustment that waits", nil, func(m *export.Payroll) {
			m.Adjustments = []export.Adjustment{{Month: march, Before: &closing.Result{Agent: "li", Pay: money(1)}, After: &closing.Result{Agent: "li"}}}
		}, `agent "li": the result waits`},
		{"an adjustment of 16 digits", nil, func(m *export.Payroll) {
			m.Adjustments = []export.Adjustment{{Month: march, Before: &closing.Result{Agent: "li", Pay: money(1e15)}}}
		}, "more than 15 digits"},
		{"another policy", nil, func(m *export.Payroll) { m.Run.Policy = hash("other") }, "was calculated under policy"},
	} {
		mine := slices.Clone(cards)
		if c.change != nil {
			mine = c.change(mine)
		}
		pay := payroll(t, p, mine)
		if c.run != nil {
			c.run(&pay)
		}
		for format, how := range map[string]func(io.Writer, export.Payroll) (export.Control, error){"xlsx": export.WriteXLSX, "csv": export.WriteCSV} {
			_, err := how(io.Discard, pay)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s, %s: %v, want %q", c.name, format, err, c.want)
			}
		}
	}
}

func TestControlCSV(t *testing.T) {
	p, cards := zhao(t)
	pay := payroll(t, p, cards)
	pay.Draft, pay.Lang = true, export.EN
	pay.Adjustments = []export.Adjustment{{
		Month: calendar.Month{Year: 2024, Month: time.February}, Run: "r2", Why: document.Title{ZH: "迟到的事件", EN: "a late event"},
		Before: &closing.Result{Agent: "li", Name: "李", Total: points(7800), Grade: "D", Pay: money(30000)},
		After:  &closing.Result{Agent: "li", Name: "李", Total: points(8100), Grade: "C", Pay: money(35000)},
	}}
	file, control := write(t, pay, export.WriteCSV)
	var b bytes.Buffer
	if err := export.WriteControlCSV(&b, pay.Month, control, []workflow.File{{Name: "payroll.csv", SHA256: cardHash(file), Bytes: int64(len(file))}}); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range records(t, b.Bytes()) {
		got[r[0]] = r[1]
	}
	for key, want := range map[string]string{
		"key": "value", "draft": "yes", "company": "飞驰快递", "month": "2024-03", "policy": "express-cs", "policy.hash": p.Hash(), "calendar": "cn-office", "run.head": hash("then"),
		"sequence": "57", "approved": "wu (leader), 2024-04-12 09:30 CST", "pay.reversals": "-300.00", "pay.new": "350.00", "adjustments": "1",
		"pay": (control.Month + 5000).String(), "file.payroll.csv.sha256": cardHash(file), "file.payroll.csv.bytes": fmt.Sprint(len(file)),
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
	}
	show(t, "payroll.csv", file)
	show(t, "control.csv", b.Bytes())
	rows := records(t, file)
	want := [][]string{
		{"reversal", "2024-02", "li", "李", "", "78.00", "D", "-300.00", "CNY", "r2", "", "a late event", "", "", "", "", ""},
		{"new", "2024-02", "li", "李", "", "81.00", "C", "350.00", "CNY", "r2", "", "a late event", "", "", "", "", ""},
	}
	if diff := cmp.Diff(rows[len(rows)-2:], want); diff != "" {
		t.Errorf("adjustment (-got, +want):\n%s", diff)
	}
	if diff := cmp.Diff(rows[0], []string{
		"draft", "month", "agent", "name", "team", "total", "grade", "pay", "currency", "run", "card", "reason", "carried",
		"section.call-quality", "section.productivity", "section.efficiency", "section.attitude",
	}); diff != "" {
		t.Errorf("columns (-got, +want):\n%s", diff)
	}
	book, _ := write(t, pay, export.WriteXLSX)
	show(t, "payroll.xlsx", book)
}

func points(p amount.Points) *amount.Points { return &p }
func money(m amount.Money) *amount.Money    { return &m }
