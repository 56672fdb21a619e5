package importer_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/deskpulse/deskpulse/ingest/importer"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

const header = "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\tq_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver\r\n"

// row is a call without anything odd about it.
const row = "AA0101\t34536\t23317894\t2\tPS\t990201\t7:02:47\t7:02:56\t9\t7:02:56\t7:03:01\t5\tAGENT\t7:03:00\t7:05:46\t166\tDORIT\r\n"

// log is a producer that keeps what it gets; it fails at the message with number fail, when that is not 0.
type log struct {
	messages []importer.Message
	batches  int
	fail     int
}

// appended is later than any date of two digits for the year.
var appended = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

var errDown = errors.New("broker down")

func (l *log) Produce(_ context.Context, ms []importer.Message) error {
	l.batches++
	if l.fail != 0 && len(l.messages)+len(ms) >= l.fail {
		return errDown
	}
	l.messages = append(l.messages, ms...)
	return nil
}

func imported(t *testing.T, file string) (importer.Result, *log) {
	t.Helper()
	var l log
	result, err := importer.Import(t.Context(), importer.BankCalls(strings.NewReader(file), importer.Options{}), &l)
	if err != nil {
		t.Fatal(err)
	}
	if result.Rows != result.Accepted+result.Rejected || result.Accepted != len(l.messages) {
		t.Errorf("%+v does not add up with %d messages", result, len(l.messages))
	}
	return result, &l
}

// eventOf decodes a message as the pipeline does.
func eventOf(t testing.TB, m importer.Message) event.Event {
	t.Helper()
	s := event.Stream{Name: "imports", Topic: "imports", Company: "bank", Zone: "UTC", MaxBytes: event.DefaultMaxBytes}
	var row event.Row
	if err := event.NewDecoder(s).Decode(m.Key, m.Value, appended, &row); err != nil {
		t.Fatal(err)
	}
	e, err := row.Event(event.Partition{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestImportInBatches(t *testing.T) {
	var file strings.Builder
	file.WriteString(header)
	for i := range 2500 {
		file.WriteString(strings.Replace(row, "34536", fmt.Sprint(i), 1))
	}
	result, l := imported(t, file.String())
	if result.Accepted != 2500 || l.batches != 3 {
		t.Errorf("got %d events in %d batches, want 2500 in 3", result.Accepted, l.batches)
	}
}

func TestImportStopsWhenTheProducerFails(t *testing.T) {
	l := log{fail: 1500}
	rows := importer.BankCalls(strings.NewReader(header+strings.Repeat(row, 3000)), importer.Options{})
	result, err := importer.Import(t.Context(), rows, &l)
	if !errors.Is(err, errDown) {
		t.Errorf("got %v, want %v", err, errDown)
	}
	if result.Rows != 1000 || result.Accepted != 1000 || l.batches != 2 {
		t.Errorf("got %+v after %d batches, want the 1000 rows that were acknowledged, after 2", result, l.batches)
	}
}

func TestImportStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := importer.Import(ctx, importer.BankCalls(strings.NewReader(header), importer.Options{}), &log{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestImportReportsABrokenFile(t *testing.T) {
	r := io.MultiReader(strings.NewReader(header+row+row[:50]), iotest.ErrReader(errDown))
	result, err := importer.Import(t.Context(), importer.BankCalls(r, importer.Options{}), &log{})
	if !errors.Is(err, errDown) || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("got %v, want %v in line 3", err, errDown)
	}
	if result.Accepted != 1 {
		t.Errorf("got %+v, want the row before the break", result)
	}
}

func TestResultIsPrintedAsJSON(t *testing.T) {
	result, _ := imported(t, header+row+"x\r\n")
	got, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), `{"rows":2,"accepted":1,"rejected":1,"reasons":{"column_count":1}}`); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	none, _ := imported(t, header)
	if got, _ := json.Marshal(none); string(got) != `{"rows":0,"accepted":0,"rejected":0,"reasons":{}}` {
		t.Errorf("no rows: got %s", got)
	}
}

func TestRejectedLinesAreBounded(t *testing.T) {
	result, _ := imported(t, header+strings.Repeat("x\n", importer.MaxLines+5))
	if result.Rejected != importer.MaxLines+5 || len(result.Lines) != importer.MaxLines {
		t.Errorf("got %d rejected, %d listed", result.Rejected, len(result.Lines))
	}
}
