package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// BankZone is the zone of the bank's call centre.
const BankZone = "Asia/Jerusalem"

// Options are the settings of a format.
type Options struct {
	Zone     string           // IANA zone of the file's local times; the format's own when empty
	Progress func(read int64) // told how many bytes of the file were read so far; may be nil
}

// column is a column of the bank's file.
type column int

const (
	colLine column = iota
	colCall
	colCustomer
	colPriority
	colType
	colDate
	colVRUEntry
	colVRUExit
	colVRUTime
	colQueueStart
	colQueueExit
	colQueueTime
	colOutcome
	colServiceStart
	colServiceExit
	colServiceTime
	colServer
	bankColumns
)

var bankHeader = [bankColumns]string{"vru+line", "call_id", "customer_id", "priority", "type", "date", "vru_entry", "vru_exit",
	"vru_time", "q_start", "q_exit", "q_time", "outcome", "ser_start", "ser_exit", "ser_time", "server"}

// BankCalls reads the call log of a bank's call centre: text with tabs, a header, one call a line, local times. The columns
// may stand in any order and others among them. Rows come in the order of the file; an error is the last thing that comes.
func BankCalls(r io.Reader, o Options) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		f, err := openBankFile(r, o)
		if err != nil {
			yield(Row{}, fmt.Errorf("read bank calls: %w", err))
			return
		}
		for {
			row, err := f.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, fmt.Errorf("read bank calls: line %d: %w", f.lines.number+1, err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// bankFile is a file whose header has been read.
type bankFile struct {
	lines  *lines
	zone   *time.Location
	at     [bankColumns]int // where each column stands
	header int              // how many columns the header has
	fields []string         // of the current row, as the file has them
}

func openBankFile(r io.Reader, o Options) (*bankFile, error) {
	name := o.Zone
	if name == "" {
		name = BankZone
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("zone %q: want an IANA zone such as %s", name, BankZone)
	}
	f := &bankFile{lines: newLines(&counter{r: r, report: o.Progress}), zone: zone}
	return f, f.readHeader()
}

func (f *bankFile) readHeader() error {
	line, cut, err := f.lines.next()
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("header: the file is empty")
	case err != nil:
		return fmt.Errorf("header: %w", err)
	case cut || !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0:
		return errors.New("header: this is no text with tabs")
	}
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	names := strings.Split(string(line), "\t")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	f.header = len(names)
	return f.locate(names)
}

// locate finds each column that is needed, once.
func (f *bankFile) locate(names []string) error {
	var missing []string
	for c, want := range bankHeader {
		if f.at[c] = slices.Index(names, want); f.at[c] < 0 {
			missing = append(missing, want)
			continue
		}
		if slices.Contains(names[f.at[c]+1:], want) {
			return fmt.Errorf("header: column %q stands twice", want)
		}
	}
	if missing != nil {
		return fmt.Errorf("header: missing columns %s", strings.Join(missing, ", "))
	}
	return nil
}

// next returns the next row, io.EOF after the last.
func (f *bankFile) next() (Row, error) {
	line, cut, err := f.lines.next()
	if err != nil {
		return Row{}, err
	}
	row := Row{Line: f.lines.number}
	problem := f.split(line, cut)
	if problem == nil {
		row.Event, problem = f.call()
	}
	if problem != nil {
		problem.Line = row.Line
		row.Problem = problem
	}
	return row, nil
}

func (f *bankFile) split(line []byte, cut bool) *Problem {
	switch {
	case cut:
		return &Problem{Reason: LineTooLong, Detail: fmt.Sprintf("more than %d bytes", maxLine)}
	case !utf8.Valid(line):
		return &Problem{Reason: InvalidUTF8, Detail: "not UTF-8"}
	}
	f.fields = strings.Split(string(line), "\t")
	n := len(f.fields)
	if n == f.header+1 && f.fields[n-1] == "" { // a tab at the end of the line
		n--
	}
	if n != f.header {
		return &Problem{Reason: ColumnCount, Detail: fmt.Sprintf("%d columns, the header has %d", n, f.header)}
	}
	return nil
}

// get returns a column of the current row.
func (f *bankFile) get(c column) string { return strings.TrimSpace(f.fields[f.at[c]]) }
