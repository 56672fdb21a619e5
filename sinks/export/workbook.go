package export

import (
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/deskpulse/deskpulse/aggregate/amount"
)

// workbook is an XLSX file whose sheets are streamed: nobody holds all rows.
type workbook struct {
	file   *excelize.File
	styles [styleStrong + 1]int
	footer string
	first  bool // the sheet that a new file comes with is still there
}

// style says how a cell looks, and thereby what it is.
type style int

const (
	styleText style = iota
	styleHeader
	styleCount
	stylePoints
	styleMoney
	styleStrong
)

// newWorkbook returns an empty workbook. The footer is printed on every page; "&" has no meaning in it.
func newWorkbook(footer string) (*workbook, error) {
	b := &workbook{file: excelize.NewFile(), footer: footer, first: true}
	top := &excelize.Alignment{Vertical: "top"}
	for s, look := range [...]excelize.Style{
		styleText:   {NumFmt: 49, Alignment: top}, // text, so that an id that is edited stays one
		styleHeader: {Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7E6E6"}}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, Border: []excelize.Border{{Type: "bottom", Color: "000000", Style: 1}}},
		styleCount:  {NumFmt: 3, Alignment: top},
		stylePoints: {NumFmt: 2, Alignment: top},
		styleMoney:  {NumFmt: 4, Alignment: top},
		styleStrong: {NumFmt: 4, Font: &excelize.Font{Bold: true}, Alignment: top},
	} {
		id, err := b.file.NewStyle(&look)
		if err != nil {
			return nil, err
		}
		b.styles[s] = id
	}
	yes := true // a program that trusted the values in the file would check nothing
	return b, b.file.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes, ForceFullCalc: &yes})
}

// write writes the file and takes away what was written aside.
func (b *workbook) write(w io.Writer) error {
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return &archive{out: w, members: map[string]*member{}} })
	_, err := b.file.WriteToBuffer() // which stays empty: the archive goes to w
	return err
}

func (b *workbook) close() error { return b.file.Close() }

// column is a column of a table.
type column struct {
	title string
	width float64
	style style
}

// table is a sheet with a header that stays and is printed on each page, or several when one cannot hold all rows.
type table struct {
	book    *workbook
	name    string
	part    int
	columns []column
	stream  *excelize.StreamWriter
	rows    int // of the sheet, with its header
	most    int
}

// table begins a sheet. Sheets stand in the order in which they were begun.
func (b *workbook) table(name string, columns []column) (*table, error) {
	t := &table{book: b, name: name, columns: columns, most: excelize.TotalRows}
	return t, t.open()
}

// sheet returns the name of the part that is being written.
func (t *table) sheet() string {
	if t.part > 1 {
		return fmt.Sprintf("%s %d", t.name, t.part)
	}
	return t.name
}

func (t *table) open() error {
	t.part++
	t.rows = 0
	f, sheet := t.book.file, t.sheet()
	var err error
	if t.book.first {
		err, t.book.first = f.SetSheetName("Sheet1", sheet), false
	} else {
		_, err = f.NewSheet(sheet)
	}
	if err != nil {
		return err
	}
	if err := t.layout(f, sheet); err != nil {
		return err
	}
	if t.stream, err = f.NewStreamWriter(sheet); err != nil {
		return err
	}
	header := make([]any, len(t.columns))
	for i, c := range t.columns {
		if err := t.stream.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
		header[i] = excelize.Cell{StyleID: t.book.styles[styleHeader], Value: plain(c.title)}
	}
	if err := t.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return t.row(header)
}

// layout makes the sheet print on A4, wide, as many pages long as it takes.
func (t *table) layout(f *excelize.File, sheet string) error {
	size, orientation, wide, long, fit := 9, "landscape", 1, 0, true
	return errors.Join(
		f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &long}),
		f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}),
		f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&L" + t.book.footer + "&R&A  &P / &N"}),
		f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + sheet + "'!$1:$1", Scope: sheet}),
	)
}

// add adds a row: texts, counts, points and amounts, or formulas with what they come to. nil leaves a cell empty.
func (t *table) add(values ...any) error {
	if t.rows == t.most {
		if err := t.close(); err != nil {
			return err
		}
		if err := t.open(); err != nil {
			return err
		}
	}
	cells := make([]any, len(values))
	for i, v := range values {
		cells[i] = t.cell(v, t.columns[i].style)
	}
	return t.row(cells)
}

// formula is a formula, what it comes to, and how that looks. Formulas are ours: none is ever made of a text.
type formula struct {
	text  string
	value any
	style style
}

// styled is a value that looks otherwise than its column.
type styled struct {
	value any
	style style
}

func (t *table) cell(v any, s style) any {
	id := t.book.styles[s]
	switch v := v.(type) {
	case nil:
		return nil
	case styled:
		return t.cell(v.value, v.style)
	case formula:
		return excelize.Cell{StyleID: t.book.styles[v.style], Formula: v.text, Value: number(v.value)}
	case string:
		if v == "" {
			return nil
		}
		return excelize.Cell{StyleID: id, Value: plain(v)}
	default:
		if n := number(v); n != nil {
			return excelize.Cell{StyleID: id, Value: n}
		}
		return nil
	}
}

// number returns what the library writes for a number, nil for one that is missing. An amount becomes the float next to
// it, whose shortest decimal, which is what is written, is the amount itself: rows are kept to 15 digits, see mostShown.
func number(v any) any {
	switch v := v.(type) {
	case *amount.Points:
		if v == nil {
			return nil
		}
		return number(*v)
	case *amount.Money:
		if v == nil {
			return nil
		}
		return number(*v)
	case amount.Points:
		return float64(v) / 100
	case amount.Money:
		return float64(v) / 100
	default:
		return v
	}
}

func (t *table) row(cells []any) error {
	t.rows++
	return t.stream.SetRow(fmt.Sprintf("A%d", t.rows), cells)
}

// close ends the sheet and lets people filter its rows.
func (t *table) close() error {
	last, err := excelize.CoordinatesToCellName(len(t.columns), max(t.rows, 2))
	if err != nil {
		return err
	}
	if err := t.book.file.AutoFilter(t.sheet(), "A1:"+last, nil); err != nil {
		return err
	}
	return t.stream.Flush()
}

// mark makes the cells of a column that hold a text stand out.
func (t *table) mark(n int, text string) error {
	look, err := t.book.file.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"C00000"}}})
	if err != nil {
		return err
	}
	name, err := excelize.ColumnNumberToName(n)
	if err != nil {
		return err
	}
	return t.book.file.SetConditionalFormat(t.sheet(), fmt.Sprintf("%s2:%s%d", name, name, max(t.rows, 2)),
		[]excelize.ConditionalFormatOptions{{Type: "cell", Criteria: "==", Format: &look, Value: `"` + text + `"`}})
}

// column returns the absolute range of a column's rows, for formulas on other sheets.
func (t *table) column(n int) string {
	name, err := excelize.ColumnNumberToName(n)
	if err != nil {
		return "#REF!"
	}
	return fmt.Sprintf("'%s'!$%s$2:$%s$%d", t.name, name, name, max(t.rows, 2))
}
