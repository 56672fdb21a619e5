package export_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/sinks/export"
)

type fatal interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func checkBook(t fatal, file []byte, control export.Control, sections int) {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for name, sheet := range members(t, file) {
		if strings.Contains(name, "worksheets/") && bytes.Contains(sheet, []byte("<f>")) != strings.HasSuffix(name, "/sheet7.xml") {
			t.Fatalf("%s: only the control sheet has formulas", name)
		}
	}
	for i, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for x, cell := range row {
				if _, err := amount.ParseMoney(cell); err != nil && beginsFormula(cell) {
					t.Fatalf("%s, column %d: %q", sheet, x+1, cell)
				}
			}
		}
		switch i {
		case 0:
			sum := amount.Money(0)
			for _, row := range rows[1:] {
				m, err := amount.ParseMoney(row[5+sections+3])
				if err != nil {
					t.Fatalf("%q: %v", row, err)
				}
				sum += m
			}
			if sum != control.Pay {
				t.Fatalf("xlsx: pay %s, want %s", sum, control.Pay)
			}
		case 6:
			checkFormulas(t, book, sheet, rows)
		}
	}
}

// members returns what is in a workbook's archive, whose members have no times.
func members(t fatal, file []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err) // the sum of a member is checked at its end
		}
		if f.ModifiedDate != 0 || f.ModifiedTime != 0 {
			t.Fatalf("%s has a time", f.Name)
		}
	}
	return all
}

// checkFormulas evaluates the control sheet.
func checkFormulas(t fatal, book *excelize.File, sheet string, rows [][]string) {
	t.Helper()
	checked := 0
	for y, row := range rows {
		if len(row) < 4 || y == 0 {
			continue
		}
		checked++
		for column, want := range map[string]string{"C": row[1], "D": "ok"} {
			name := fmt.Sprintf("%s%d", column, y+1)
			got, err := book.CalcCellValue(sheet, name, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatalf("%s of %q: %v", name, row[0], err)
			}
			if column == "C" {
				g, gErr := amount.ParseMoney(got)
				w, wErr := amount.ParseMoney(want)
				if gErr != nil || wErr != nil || g != w {
					formula, _ := book.GetCellFormula(sheet, name)
					t.Fatalf("%s of %q: %s is %q, want %q (%v, %v)", name, row[0], formula, got, want, gErr, wErr)
				}
			} else if got != want {
				t.Fatalf("%s of %q: %q", name, row[0], got)
			}
		}
	}
	if checked < 7 {
		t.Fatalf("only %d sums are checked", checked)
	}
}

// Somebody who changes an amount afterwards is told by the control sheet.
func TestControlSheetFindsChanges(t *testing.T) {
	p, cards := zhao(t)
	pay := payroll(t, p, cards)
	pay.Draft, pay.Lang = true, export.EN
	file, _ := write(t, pay, export.WriteXLSX)
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("DRAFT Payroll")
	if err != nil {
		t.Fatal(err)
	}
	for column, title := range rows[0] {
		if title != "pay" {
			continue
		}
		cell, _ := excelize.CoordinatesToCellName(column+1, len(rows)) // of Zhao, who comes last
		if err := book.SetCellValue("DRAFT Payroll", cell, 250.01); err != nil {
			t.Fatal(err)
		}
	}
	control, err := book.GetRows("Control")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for y, row := range control {
		if y > 0 && len(row) == 4 {
			if found[row[0]], err = book.CalcCellValue("Control", fmt.Sprintf("D%d", y+1)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for what, want := range map[string]string{"pay": "≠", "of the month": "≠", "pay of E": "≠", "people": "ok", "reversals": "ok"} {
		if found[what] != want {
			t.Errorf("%s: %q, want %q", what, found[what], want)
		}
	}
}
