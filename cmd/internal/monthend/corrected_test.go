package monthend_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
	"github.com/deskpulse/deskpulse/sinks/export"
)

// corrected is January, exported, in which li's result was adjusted afterwards.
func corrected(t *testing.T, decide ...string) (*world, *monthend.Desk, string) {
	t.Helper()
	w := newWorld(t)
	w.people("li", "wang")
	d := w.desk()
	w.closeDesk(d, january, decide...)
	w.lock(d, january)
	paid := filepath.Join(t.TempDir(), "january")
	if _, err := d.Export(w.context(), monthend.ExportRequest{Month: january, Folder: paid, By: payer}); err != nil {
		t.Fatal(err)
	}
	w.complaint("late", "li", noon(1, 20))
	w.adjust(d)
	return w, d, paid
}

// TestCorrectedCard has a card be the one that holds, and say what was published.
func TestCorrectedCard(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, agent string
		decide      []string
		points      string
		corrected   bool
		changes     int
	}{
		{"adjusted", "li", nil, "90.00", true, 1},
		{"a colleague", "wang", nil, "100.00", false, 0},
		{"the difference counts in the next month", "li", []string{"late-adjust=next-month"}, "100.00", false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, d, _ := corrected(t, c.decide...)
			card, err := d.Card(w.context(), "", january, c.agent, "en")
			if err != nil {
				t.Fatal(err)
			}
			if got := card.Card.Total.String(); got != c.points || card.Corrected != c.corrected || len(card.Changes) != c.changes {
				t.Errorf("got %s points, corrected %v, %d changes; want %s, %v, %d", got, card.Corrected, len(card.Changes), c.points, c.corrected, c.changes)
			}
			if card.Run != card.Page.Run.ID {
				t.Errorf("the card is of run %s, its page of run %s", card.Run, card.Page.Run.ID)
			}
			if !c.corrected {
				return
			}
			if was := card.Was.Published; was == nil || was.Total.String() != "100.00" || len(card.Was.Why) != 1 || !strings.Contains(card.Was.Why[0].EN, "(-10.00)") {
				t.Errorf("published: %+v, lines %v", was, card.Was.Why)
			}
			if card.Page.Approved.Sequence == card.Month.Approved.Sequence {
				t.Error("the page says that the corrected card was approved with the month")
			}
		})
	}
}

// TestCardOfTheLog refuses a card that somebody put into the tables, also where it is that of an adjustment.
func TestCardOfTheLog(t *testing.T) {
	t.Parallel()
	w, d, _ := corrected(t)
	for _, points := range []string{"100.00", "90.00"} { // as published, as adjusted
		w.alter(`ALTER TABLE cards UPDATE card = replaceAll(card, '"` + points + `"', '"99.00"') WHERE agent = 'li'`)
		if c, err := d.Card(w.context(), "", january, "li", "en"); err == nil || !strings.Contains(err.Error(), "not those that were calculated") {
			t.Errorf("without %s points: got %+v, %v; want that it is not the log's", points, c.Card.Total, err)
		}
		w.alter(`ALTER TABLE cards UPDATE card = replaceAll(card, '"99.00"', '"` + points + `"') WHERE agent = 'li'`)
	}
}

// TestVerifyExport holds folders against the log: what went to payroll, with the corrected cards, and what somebody made of it.
func TestVerifyExport(t *testing.T) {
	t.Parallel()
	w, d, paid := corrected(t)
	second := filepath.Join(t.TempDir(), "adjusted")
	out, err := d.Export(w.context(), monthend.ExportRequest{Month: january, Folder: second, By: payer, Lang: export.EN})
	if err != nil || out.Cards != 0 || out.Corrected != 1 {
		t.Fatalf("got %d cards, %d corrected, %v", out.Cards, out.Corrected, err)
	}
	page, err := os.ReadFile(filepath.Join(second, "cards", "li.2024-01.html"))
	if err != nil || !strings.Contains(string(page), "As published: grade A, total 100.00") {
		t.Errorf("the corrected card does not tell what was published: %v", err)
	}
	again := filepath.Join(t.TempDir(), "again")
	same, err := d.ExportAgain(w.context(), monthend.ExportRequest{Month: january, Folder: again, Lang: export.EN}, out.Month.Exports[1].Sequence)
	if err != nil || !slices.Equal(same.Files, out.Files) {
		t.Errorf("again: got %+v, %v", same.Files, err)
	}
	change := func(name, text string) func(string) error {
		return func(folder string) error {
			return os.WriteFile(filepath.Join(folder, filepath.FromSlash(name)), []byte(text), 0o600)
		}
	}
	for _, c := range []struct {
		name   string
		spoil  func(folder string) error
		folder string
		want   []string
	}{
		{"as exported", nil, paid, nil},
		{"the second, written again", nil, again, nil},
		{"a table was changed", change("payroll.csv", "kind"), paid, []string{"payroll.csv differs"}},
		{"a card was changed", change("cards/li.html", "<p>"), paid, []string{"cards/li.html differs", "payroll.csv differs"}},
		{"a file more", change("cards/zhao.html", "<p>"), paid, []string{"cards/li.html differs", "cards/zhao.html not of the export", "payroll.csv differs"}},
		{"a file less", func(f string) error { return os.Remove(filepath.Join(f, "cards", "li.html")) }, paid, []string{"cards/li.html missing", "cards/zhao.html not of the export", "payroll.csv differs"}},
		{"a link", func(f string) error {
			return os.Symlink(filepath.Join(second, "payroll.csv"), filepath.Join(f, "link"))
		}, second, []string{"link not of the export"}},
		{"the control sheet was changed", change("control.csv", "key,value\r\n"), paid, []string{"cards/wang.html not proven", "cards/zhao.html not proven", "control.csv differs", "payroll.csv differs"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.spoil != nil {
				if err := c.spoil(c.folder); err != nil {
					t.Fatal(err)
				}
			}
			v, err := d.VerifyExport(w.context(), "", january, c.folder)
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, f := range v.Files {
				if f.State != monthend.FileEqual {
					found = append(found, f.Name+" "+string(f.State))
				}
			}
			if diff := cmp.Diff(found, c.want); diff != "" || v.OK() != (len(c.want) == 0) {
				t.Errorf("OK %v (-got, +want):\n%s", v.OK(), diff)
			}
		})
	}
	if _, err := d.VerifyExport(w.context(), "", january, filepath.Join(paid, "none")); err == nil {
		t.Error("a folder that is not there was verified")
	}
}
