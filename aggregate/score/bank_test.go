package score_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// A month of real calls of a bank: 26,671 calls of 24 agents in 385 person-days on 28 days. The file is not ours to ship;
// where CI is set it must be there.
func TestBankCalls(t *testing.T) {
	events, ok := bankCalls(t)
	if !ok {
		return
	}
	p := measure(t, events, calendar.Month{Year: 1999, Month: time.February})
	for _, c := range []struct {
		decide, tiers string
		calls         int64
	}{
		{"workdays=company-days", `{"A":16,"B":0,"C":8}`, 26671},
		{"workdays=own-vs-calendar", `{"A":20,"B":0,"C":4}`, 26671},
		{"workdays=person-days", `{"A":16,"B":2,"C":6}`, 26671},
		{"company-total=all-answered", `{"A":15,"B":2,"C":7}`, 26671 + 491},
	} {
		table := tiers(t, expressCS(t, c.decide), p, "")
		counts, err := json.Marshal(table.Tiers)
		if err != nil {
			t.Fatal(err)
		}
		if string(counts) != c.tiers || table.Team != (rule.Sum{Calls: c.calls, Days: 385}) || len(table.Agents) != 24 {
			t.Errorf("%s: got %s, team %+v, %d agents; want %s, %d calls", c.decide, counts, table.Team, len(table.Agents), c.tiers, c.calls)
		}
		if n := table.Notes; n.CompanyDays != 28 || n.Headcount != 24 || n.Nobody != 491 || n.Source != metric.FromCalls || len(n.NotOnRoster) != 24 {
			t.Errorf("%s: notes %+v", c.decide, n)
		}
	}
}

// The same calls in another order, 5 % of them twice, give the same table, byte for byte.
func TestBankCallsShuffledAndRepeated(t *testing.T) {
	events, ok := bankCalls(t)
	if !ok {
		return
	}
	table := func(events []event.Event) string {
		month := calendar.Month{Year: 1999, Month: time.February}
		return marshal(t, tiers(t, expressCS(t), measure(t, events, month), ""))
	}
	want := table(events)
	r := rand.New(rand.NewPCG(1999, 2))
	again := append([]event.Event(nil), events...)
	for _, e := range events {
		if r.IntN(20) == 0 {
			again = append(again, e)
		}
	}
	r.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	for i := range again { // appended in their new order
		again[i].Position.Offset = int64(i)
		again[i].AppendTime = again[i].AppendTime.Add(time.Duration(i) * time.Millisecond)
	}
	if got := table(again); got != want {
		t.Errorf("%d events of %d shuffled:\ngot  %s\nwant %s", len(again), len(events), got, want)
	}
}

// bankCalls reads the file into events and reports whether it is there.
func bankCalls(t *testing.T) ([]event.Event, bool) {
	t.Helper()
	dir := os.Getenv("DESKPULSE_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	content, err := os.ReadFile(filepath.Join(dir, "bank_calls_1999_02.tsv"))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Logf("not run: %v (set DESKPULSE_TESTDATA to its folder)", err)
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	zone, err := calendar.Zone("Asia/Jerusalem")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(content)), "\n")
	var events []event.Event
	for i, row := range rows[1:] {
		events = append(events, bankCall(t, i, strings.Split(strings.TrimRight(row, "\r"), "\t"), zone))
	}
	return events, true
}

func bankCall(t *testing.T, n int, column []string, zone *time.Location) event.Event {
	t.Helper()
	const date, entered, outcome, server = 5, 6, 12, 16
	at, err := time.ParseInLocation("060102 15:04:05", column[date]+" "+column[entered], zone)
	if err != nil {
		t.Fatal(err)
	}
	call := event.CallEnded{Direction: event.Inbound, Outcome: event.Abandoned}
	if column[outcome] == "AGENT" {
		call.Outcome = event.Answered
		if column[server] != "NO_SERVER" {
			call.Agent = column[server]
		}
	}
	return event.Event{
		Company: "bank", Source: "acd", Subject: fmt.Sprint("call-", n), ID: "ended", Type: "call.ended", Zone: "Asia/Jerusalem",
		Time: at.UTC(), AppendTime: time.Date(1999, 3, 1, 0, 0, 0, 0, time.UTC), Position: event.Position{Offset: int64(n)}, Data: call,
	}
}
