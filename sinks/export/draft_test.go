package export_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// No program that loads payrolls takes a draft for one, and the control sheet says the same to programs in every language.
func TestDraft(t *testing.T) {
	p, cards := zhao(t)
	cards = []score.Card{find(t, cards, "zhao")} // who has a result
	for _, c := range []struct {
		name          string
		lang          export.Lang
		draft         bool
		column, sheet string
		control       string
	}{
		{"draft in English", export.EN, true, "draft", "DRAFT Payroll", "yes"},
		{"draft in Chinese", export.ZH, true, "draft", "草稿 工资", "yes"},
		{"payroll in English", export.EN, false, "kind", "Payroll", "no"},
		{"payroll in Chinese", export.ZH, false, "kind", "工资", "no"},
	} {
		t.Run(c.name, func(t *testing.T) {
			pay := payroll(t, p, cards)
			pay.Draft, pay.Lang = c.draft, c.lang
			table, control := write(t, pay, export.WriteCSV)
			if got := records(t, table)[0][0]; got != c.column {
				t.Errorf("the first column is %q, want %q", got, c.column)
			}
			file, _ := write(t, pay, export.WriteXLSX)
			book, err := excelize.OpenReader(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			defer book.Close()
			if got := book.GetSheetList()[0]; got != c.sheet {
				t.Errorf("the first sheet is %q, want %q", got, c.sheet)
			}
			var sums bytes.Buffer
			if err := export.WriteControlCSV(&sums, pay.Month, control, nil); err != nil {
				t.Fatal(err)
			}
			if got := records(t, sums.Bytes())[1]; got[0] != "draft" || got[1] != c.control {
				t.Errorf("control.csv: %q, want %q", got, c.control)
			}
		})
	}
}

// A waiver that keeps a tier's points is counted and listed as one that takes nothing.
func TestWaivedTier(t *testing.T) {
	p, cards := zhao(t)
	cards = []score.Card{find(t, cards, "zhao")}
	tier, _, err := p.TierItem("")
	if err != nil {
		t.Fatal(err)
	}
	before, _ := write(t, payroll(t, p, cards), export.WriteXLSX)
	_, was := write(t, payroll(t, p, cards), export.WriteCSV)
	for i := range cards[0].Lines {
		if l := &cards[0].Lines[i]; l.Rule == tier.Rule.ID {
			l.Status, l.Value = score.StatusGives, nil
		}
	}
	_, now := write(t, payroll(t, p, cards), export.WriteCSV)
	if now.Waived != was.Waived+1 {
		t.Errorf("%d waived, want %d", now.Waived, was.Waived+1)
	}
	after, _ := write(t, payroll(t, p, cards), export.WriteXLSX)
	if n, m := missingRows(t, before), missingRows(t, after); m != n+1 {
		t.Errorf("%d rows of missing and waived, want %d", m, n+1)
	}
}

func missingRows(t *testing.T, file []byte) int {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("缺失项")
	if err != nil {
		t.Fatal(err)
	}
	return len(rows)
}

// A corrected card says what was published, and which lines changed.
func TestCorrectedCard(t *testing.T) {
	p, cards := zhao(t)
	c := find(t, cards, "zhao")
	total, pay := amount.Points(9150), amount.Money(50000)
	published := &closing.Result{Agent: "zhao", Total: &total, Grade: "A", Pay: &pay}
	why := []document.Title{{ZH: "<投诉>: - → 9 (-10.00)", EN: "<complaint>: - → 9 (-10.00)"}}
	for _, test := range []struct {
		name string
		lang export.Lang
		was  *closing.Result
		want []string
	}{
		{"English", export.EN, published, []string{"this card replaces", "grade A, total 91.50, pay 500.00 CNY", "&lt;complaint&gt;"}},
		{"Chinese", export.ZH, published, []string{"本卡取代", "公布时", "等级 A", "&lt;投诉&gt;"}},
		{"no card before", export.EN, nil, []string{"As published: no card"}},
		{"nothing but a grade before", export.EN, &closing.Result{Grade: "B"}, []string{"grade B, total —, pay —"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := month(p, len(cards))
			m.Lang = test.lang
			var b bytes.Buffer
			if err := export.WriteCorrected(&b, c, export.Correction{Published: test.was, Why: why}, m); err != nil {
				t.Fatal(err)
			}
			for _, want := range test.want {
				if !strings.Contains(b.String(), want) {
					t.Errorf("no %q on the page", want)
				}
			}
			if strings.Contains(page(t, c, m), "this card replaces") {
				t.Error("a card that replaces none says that it does")
			}
		})
	}
}
