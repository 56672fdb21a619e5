package simulate_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

func month(t testing.TB, cfg simulate.Config) *simulate.Month {
	t.Helper()
	m, err := simulate.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// usual is the default month, made up once for all tests that only look at it.
var usual = sync.OnceValues(func() (*simulate.Month, error) { return simulate.New(simulate.Default("2024-03")) })

func usualMonth(t *testing.T) *simulate.Month {
	t.Helper()
	m, err := usual()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func hash(m *simulate.Month) string {
	h := sha256.New()
	for r := range m.Records() {
		fmt.Fprintf(h, "%d %s %d %s %s\n", len(r.Key), r.Key, len(r.Value), r.Value, r.Reason)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// TestSameConfigurationSameBytes has the hash of a month that was made up once: a change of the generator shows, and so
// would a machine that makes up another one.
func TestSameConfigurationSameBytes(t *testing.T) {
	first := usualMonth(t)
	if diff := cmp.Diff(hash(first), "e429e1a6693623ae"); diff != "" {
		t.Errorf("hash of 2024-03 (-got, +want):\n%s", diff)
	}
	again := month(t, simulate.Default("2024-03"))
	if hash(again) != hash(first) || !cmp.Equal(again.Expected, first.Expected) {
		t.Error("made up again, the month is another one")
	}
	cfg := simulate.Default("2024-03")
	cfg.Seed, cfg.Oversized = 2, 0
	if hash(month(t, cfg)) == hash(first) {
		t.Error("another seed gives the same month")
	}
}

func TestExpectedIsWhatTheRecordsSay(t *testing.T) {
	small := simulate.Default("2024-02")
	small.Agents, small.CallsPerDay, small.Seed = 8, 5, 7
	phones := simulate.Default("2024-04")
	phones.MailsPerDay, phones.ChatsPerDay, phones.InquiriesPerDay, phones.QueriesPerDay, phones.Incidents, phones.ReviewsPerAgent = 0, 0, 0, 0, 0, 0
	wild := simulate.Default("2023-10")
	wild.Zone, wild.Duplicates, wild.Late, wild.Conflicting, wild.Retracted, wild.Unnamed = "Europe/Berlin", 300, 500, 200, 200, 300
	wild.LateReplies, wild.Incidents, wild.QueriesPerDay = 500, 300, 4
	plain := simulate.Default("1999-12")
	plain.Zone, plain.Duplicates, plain.Late, plain.Conflicting, plain.Retracted, plain.Unnamed, plain.Invalid, plain.Oversized = "UTC", 0, 0, 0, 0, 0, 0, 0
	plain.LateReplies = 0
	for name, cfg := range map[string]simulate.Config{
		"default": simulate.Default("2024-03"), "small": small, "phones only": phones, "wild, clocks change": wild, "nothing wrong": plain,
	} {
		t.Run(name, func(t *testing.T) {
			m := month(t, cfg)
			if diff := cmp.Diff(found(t, cfg, m), withoutCauses(m.Expected)); diff != "" {
				t.Errorf("found in the records (-got, +want):\n%s", diff)
			}
		})
	}
}

// withoutCauses leaves out what cannot be seen in the records.
func withoutCauses(x simulate.Expected) simulate.Expected {
	x.Late = 0
	x.Agents = slices.Clone(x.Agents)
	for i := range x.Agents {
		a := &x.Agents[i]
		a.Speed = 0
		if !a.Rostered {
			a.Name, a.CallDuty = "", false
		}
	}
	slices.SortFunc(x.Agents, func(a, b simulate.Agent) int { return strings.Compare(a.ID, b.ID) })
	return x
}

// found reads the records as the pipeline does and folds them in the plainest way there is.
func found(t *testing.T, cfg simulate.Config, m *simulate.Month) simulate.Expected {
	t.Helper()
	f := newFolder(t, cfg)
	for r := range m.Records() {
		f.record(t, r)
	}
	return f.result()
}

func TestDefaultMonthIsRealistic(t *testing.T) {
	x := usualMonth(t).Expected
	if x.Answered < 30_000 || x.Answered > 42_000 || x.Abandoned == 0 || x.Missed == 0 || x.Phantom == 0 || x.Unnamed == 0 {
		t.Errorf("got %d calls answered, %d unnamed; %d abandoned, %d missed, %d phantom", x.Answered, x.Unnamed, x.Abandoned, x.Missed, x.Phantom)
	}
	if x.Duplicates < 500 || x.Late < 500 || x.Conflicting < 50 || x.Retracted < 100 {
		t.Errorf("got %d duplicates, %d late, %d conflicting, %d retracted", x.Duplicates, x.Late, x.Conflicting, x.Retracted)
	}
	for _, reason := range event.Reasons() {
		if x.Reasons[reason] == 0 && reason != event.Refused { // which no record is in itself
			t.Errorf("nothing is rejected as %s", reason)
		}
	}
}

// TestEveryTierOccurs measures calls a day against those of the team, with the bounds 90 % and 80 %.
func TestEveryTierOccurs(t *testing.T) {
	x := usualMonth(t).Expected
	calls, days := 0, 0
	for _, a := range x.Agents {
		if a.CallDuty {
			calls, days = calls+a.Calls, days+a.Days
		}
	}
	tiers := map[string]int{}
	for _, a := range x.Agents {
		switch percent := 100 * a.Calls * days / max(a.Days*calls, 1); {
		case !a.CallDuty:
		case percent >= 90:
			tiers["A"]++
		case percent >= 80:
			tiers["B"]++
		default:
			tiers["C"]++
		}
	}
	if tiers["A"] < 10 || tiers["B"] < 3 || tiers["C"] < 3 {
		t.Errorf("got %v, want some of each", tiers)
	}
}

func TestPeopleWhoAreNotLikeTheOthers(t *testing.T) {
	x := usualMonth(t).Expected
	unknown, idle, short := 0, 0, 0
	ids := map[string]bool{}
	for _, a := range x.Agents {
		ids[a.ID] = true
		switch {
		case !a.Rostered && a.Calls > 0:
			unknown++
		case !a.CallDuty && a.Calls == 0 && a.Days > 0:
			idle++
		case a.Days > 0 && a.Days <= 16:
			short++
		}
	}
	if unknown != 1 || idle != 1 || short < 2 || len(ids) != len(x.Agents) {
		t.Errorf("got %d unknown to the roster, %d without calls, %d for part of the month, %d ids of %d", unknown, idle, short, len(ids), len(x.Agents))
	}
}

func TestNamesStayApart(t *testing.T) {
	cfg := simulate.Default("2024-03")
	cfg.Agents, cfg.CallsPerDay, cfg.Oversized = 900, 1, 0
	cfg.MailsPerDay, cfg.ChatsPerDay, cfg.InquiriesPerDay, cfg.QueriesPerDay = 0, 0, 0, 0
	ids, names := map[string]bool{}, map[string]bool{}
	for _, a := range month(t, cfg).Expected.Agents {
		ids[a.ID], names[a.Name] = true, true
	}
	if len(ids) != 900 || len(names) != 900 {
		t.Errorf("got %d ids and %d names of 900 agents", len(ids), len(names))
	}
}

func TestConfigIsChecked(t *testing.T) {
	if err := simulate.Default("2024-03").Validate(); err != nil {
		t.Errorf("default: %v", err)
	}
	_, err := simulate.New(simulate.Config{Month: "March", Zone: "Mars/Olympus", Duplicates: 501, Invalid: -1, Oversized: -1,
		MailsPerDay: -1, ChatsPerDay: 101, InquiriesPerDay: -1, QueriesPerDay: 101, LateReplies: 501, Incidents: -1, ReviewsPerAgent: -1})
	for _, want := range []string{"month", "zone", "team", "agents", "calls per day", "duplicates", "invalid", "oversized",
		"mails per day", "chats per day", "inquiries per day", "queries per day", "late replies", "incidents", "reviews per agent"} {
		if err == nil || !strings.Contains(err.Error(), "simulate: "+want) {
			t.Errorf("got %v, want it to name %s", err, want)
		}
	}
	if err != nil && strings.Count(err.Error(), "\n") != 14 {
		t.Errorf("got %v, want fifteen faults, a line each", err)
	}
}

func TestRecordsCanBeLeftEarly(t *testing.T) {
	for range usualMonth(t).Records() {
		break
	}
}
