package export

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/deskpulse/deskpulse/aggregate/amount"
)

// A table with more rows than a sheet holds goes on in another one, with its header.
func TestTableGoesOn(t *testing.T) {
	b, err := newWorkbook("test")
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	lines, err := b.table("Lines", []column{{"agent", 10, styleText}, {"pay", 10, styleMoney}})
	if err != nil {
		t.Fatal(err)
	}
	lines.most = 3
	for n := range 5 {
		if err := lines.add("a", amount.Money(n+100)); err != nil {
			t.Fatal(err)
		}
	}
	if err := lines.close(); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := b.write(&file); err != nil {
		t.Fatal(err)
	}
	again, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	got := map[string][][]string{}
	for _, sheet := range again.GetSheetList() {
		if got[sheet], err = again.GetRows(sheet); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string][][]string{
		"Lines":   {{"agent", "pay"}, {"a", "1.00"}, {"a", "1.01"}},
		"Lines 2": {{"agent", "pay"}, {"a", "1.02"}, {"a", "1.03"}},
		"Lines 3": {{"agent", "pay"}, {"a", "1.04"}},
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// Every amount up to 15 digits is written as itself.
func TestAmountsAreExact(t *testing.T) {
	b, err := newWorkbook("test")
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	sheet, err := b.table("Pay", []column{{"pay", 10, styleMoney}})
	if err != nil {
		t.Fatal(err)
	}
	var want []amount.Money
	for n := amount.Money(1); n <= mostShown; n = n*7 + 3 {
		want = append(want, n, -n, mostShown-n)
	}
	want = append(want, 0, mostShown, -mostShown)
	for _, m := range want {
		if err := sheet.add(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := sheet.close(); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := b.write(&file); err != nil {
		t.Fatal(err)
	}
	again, err := excelize.OpenReader(&file, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	rows, err := again.GetRows("Pay")
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range want {
		if got, short := rows[i+1][0], strings.TrimRight(strings.TrimRight(m.String(), "0"), "."); got != short {
			t.Errorf("%s is written as %q", m, got)
		}
	}
}
