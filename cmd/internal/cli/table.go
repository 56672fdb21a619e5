package cli

import (
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// maxWidth is the width that every table keeps to, in columns of a terminal.
const maxWidth = 100

// newTable returns a table in the house style: a header and a line under it, nothing else drawn, so that it reads well in
// a terminal, a log and a mail alike. Columns named in right are flush right, as numbers are.
func newTable(header table.Row, right ...int) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true, SeparateFooter: true}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format = table.FormatOptions{Header: text.FormatLower, Footer: text.FormatDefault}
	t.SetStyle(style)
	t.AppendHeader(header)
	columns := make([]table.ColumnConfig, 0, len(right))
	for _, n := range right {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight, AlignFooter: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	return t
}

// render writes a table without the blanks that padding leaves at the ends of lines.
func render(w io.Writer, t table.Writer) error {
	var out strings.Builder
	for line := range strings.Lines(t.Render() + "\n") {
		out.WriteString(strings.TrimRight(line, " \n"))
		out.WriteByte('\n')
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// groups writes a count with its digits in groups of three, which is how people read large ones.
func groups[T ~int | ~int64](n T) string {
	digits := []byte{}
	for i, v := 0, n; v > 0 || i == 0; i, v = i+1, v/10 {
		if i > 0 && i%3 == 0 {
			digits = append(digits, ',')
		}
		digits = append(digits, byte('0'+v%10))
	}
	for i, j := 0, len(digits)-1; i < j; i, j = i+1, j-1 {
		digits[i], digits[j] = digits[j], digits[i]
	}
	return string(digits)
}
