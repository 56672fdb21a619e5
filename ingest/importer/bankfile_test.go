package importer_test

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/ingest/importer"
	"github.com/deskpulse/deskpulse/schemas/event"
	gocmp "github.com/google/go-cmp/cmp"
)

// realFile opens the real file, which is not ours to ship: DESKPULSE_TESTDATA names its folder. It is nil where the file
// is missing, which CI does not permit.
func realFile(t *testing.T) *os.File {
	t.Helper()
	folder := cmp.Or(os.Getenv("DESKPULSE_TESTDATA"), "../../../shared/data")
	f, err := os.Open(filepath.Join(folder, "bank_calls_1999_02.tsv"))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Logf("without the real file, which DESKPULSE_TESTDATA may point to: %v", err)
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestRealFile(t *testing.T) {
	f := realFile(t)
	if f == nil {
		return
	}
	var l log
	result, err := importer.Import(t.Context(), importer.BankCalls(f, importer.Options{}), &l)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(result, importer.Result{Rows: 33344, Accepted: 33344, Reasons: map[string]int{}}); diff != "" {
		t.Errorf("result (-got, +want):\n%s", diff)
	}
	got := summarize(t, l.messages)
	want := summary{
		Identities: 33344, Calls: 26671, Agents: 24, PersonDays: 385, Days: 28,
		Outcomes:  map[event.CallOutcome]int{event.Answered: 27162, event.Abandoned: 5904, event.Phantom: 278},
		Anomalies: map[string]int{"negative": 25, "answered, but not recorded": 50, "nobody answered": 374},
	}
	if diff := gocmp.Diff(got, want); diff != "" {
		t.Errorf("summary (-got, +want):\n%s", diff)
	}
}

// summary is what other people counted in the file.
type summary struct {
	Identities, Calls, Agents, PersonDays, Days int
	Outcomes                                    map[event.CallOutcome]int
	Anomalies                                   map[string]int
}

func summarize(t *testing.T, ms []importer.Message) summary {
	t.Helper()
	zone, err := time.LoadLocation(importer.BankZone)
	if err != nil {
		t.Fatal(err)
	}
	ids, agents, days, personDays := map[event.Identity]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	s := summary{Outcomes: map[event.CallOutcome]int{}, Anomalies: map[string]int{}}
	for _, m := range ms {
		e := eventOf(t, m)
		call := e.Data.(event.CallEnded)
		ids[e.Identity()] = true
		s.Outcomes[call.Outcome]++
		for _, a := range call.Anomalies {
			s.Anomalies[a[strings.LastIndex(a, ": ")+2:]]++
		}
		if call.Outcome != event.Answered || call.Agent == "" {
			continue
		}
		day := e.Time.In(zone).Format(time.DateOnly)
		s.Calls++
		agents[call.Agent], days[day], personDays[call.Agent+day] = true, true, true
	}
	s.Identities, s.Agents, s.PersonDays, s.Days = len(ids), len(agents), len(personDays), len(days)
	return s
}

func BenchmarkBankCalls(b *testing.B) {
	file := header + strings.Repeat(row, 1000)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := importer.Import(b.Context(), importer.BankCalls(strings.NewReader(file), importer.Options{}), &log{}); err != nil {
			b.Fatal(err)
		}
	}
}
