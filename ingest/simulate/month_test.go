package simulate_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// accepted are the valid records of the usual month, copies included, decoded once for all tests that look at them.
var accepted = sync.OnceValues(func() ([]event.Event, error) {
	m, err := usual()
	if err != nil {
		return nil, err
	}
	decoder := event.NewDecoder(event.Stream{Name: "x", Topic: "x", Company: "x", Zone: "UTC", MaxBytes: event.DefaultMaxBytes})
	var all []event.Event
	for r := range m.Records() {
		if r.Reason != "" {
			continue
		}
		var row event.Row
		if err := decoder.Decode(r.Key, r.Value, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), &row); err != nil {
			return nil, err
		}
		e, err := row.Event(event.Partition{})
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
})

func usualEvents(t *testing.T) []event.Event {
	t.Helper()
	all, err := accepted()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryTypeOccurs(t *testing.T) {
	got := map[string]int{}
	for _, e := range usualEvents(t) {
		got[e.Type]++
	}
	for _, typ := range event.Types() {
		if got[typ.Name] < 10 {
			t.Errorf("%s: %d events, want ten at least", typ.Name, got[typ.Name])
		}
	}
}

// TestMonthsOfAYear makes up small months with much going wrong, which begin and end on every weekday, in zones whose clocks
// change.
func TestMonthsOfAYear(t *testing.T) {
	zones := []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia"}
	for i := range 12 {
		cfg := simulate.Default(time.Date(2022, time.Month(i+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"))
		cfg.Zone, cfg.Seed, cfg.Agents, cfg.CallsPerDay, cfg.Oversized = zones[i%len(zones)], uint64(i), 8, 2, 0
		cfg.LateReplies, cfg.Retracted, cfg.Duplicates, cfg.Incidents = 200, 60, 50, 100
		m := month(t, cfg)
		if diff := cmp.Diff(found(t, cfg, m), withoutCauses(m.Expected)); diff != "" {
			t.Errorf("%s in %s: found in the records (-got, +want):\n%s", cfg.Month, cfg.Zone, diff)
		}
	}
}

// TestConcernsAreIndependent: another number of conversations makes up the same calls, and the same conversations of
// another kind.
func TestConcernsAreIndependent(t *testing.T) {
	cfg := simulate.Default("2024-03")
	cfg.MailsPerDay, cfg.Incidents = 1, 0
	other := map[string]bool{}
	for r := range month(t, cfg).Records() {
		other[string(r.Value)] = true
	}
	for r := range usualMonth(t).Records() {
		subject := string(r.Key)
		mails, incidents := strings.HasPrefix(subject, "mail-"), strings.HasPrefix(subject, "incident-")
		if !mails && !incidents && !other[string(r.Value)] {
			t.Fatalf("without most mails it is gone: %.400s", r.Value)
		}
	}
}

// TestPromisesAreKeptAndBroken makes sure that the default month has both sides of every bound.
func TestPromisesAreKeptAndBroken(t *testing.T) {
	var mails, inquiries, followUps simulate.Promise
	kept, broken, small := 0, 0, 0
	for _, a := range usualMonth(t).Expected.Agents {
		for to, of := range map[*simulate.Promise]simulate.Promise{&mails: a.Mails, &inquiries: a.Inquiries, &followUps: a.FollowUps} {
			to.Due += of.Due
			to.Late += of.Late
		}
		switch on := a.Mails.Due - a.Mails.Late; {
		case a.Mails.Due < 50:
			small++
		case 100*on >= 98*a.Mails.Due:
			kept++
		default:
			broken++
		}
	}
	if kept < 10 || broken < 3 || small < 3 {
		t.Errorf("98 %% of the mails in time: %d agents kept it, %d broke it, %d have a small sample; want some of each", kept, broken, small)
	}
	for name, p := range map[string]simulate.Promise{"mails": mails, "inquiries": inquiries, "follow-ups": followUps} {
		if p.Due < 500 || p.Late < 3 || p.Late > p.Due/20 {
			t.Errorf("%s: %+v, want some late, but few", name, p)
		}
	}
}

// TestJudgementsAreOfEveryKind looks for what a policy can tell apart.
func TestJudgementsAreOfEveryKind(t *testing.T) {
	var incidents simulate.Incidents
	var leaves simulate.Leaves
	findings := map[string]bool{}
	most := 0
	for _, a := range usualMonth(t).Expected.Agents {
		incidents.Upheld += a.Incidents.Upheld
		incidents.Rejected += a.Incidents.Rejected
		incidents.Open += a.Incidents.Open
		leaves.Personal += a.Leaves.Personal
		leaves.Sick += a.Leaves.Sick
		leaves.Annual += a.Leaves.Annual
		most = max(most, a.Incidents.Upheld)
		for name := range a.Findings {
			findings[name] = true
		}
	}
	if incidents.Upheld < 20 || incidents.Rejected < 5 || incidents.Open < 2 || most < 3 {
		t.Errorf("incidents: %+v, %d at most about one agent", incidents, most)
	}
	if leaves.Personal < 5 || leaves.Sick < 5 || leaves.Annual < 5 {
		t.Errorf("leaves: %+v", leaves)
	}
	for _, want := range []string{"contempt", "mood", "forcing", "after-hangup", "ignoring"} {
		if !findings[want] {
			t.Errorf("nobody was found with %s", want)
		}
	}
}

// TestConversationsMeetEverything looks for what a fold of conversations must get right.
func TestConversationsMeetEverything(t *testing.T) {
	got := map[string]bool{}
	for _, e := range usualEvents(t) {
		switch d := e.Data.(type) {
		case event.MessageReceived:
			got["received "+string(d.Kind)] = true
		case event.MessageSent:
			got["sent "+string(d.Author)+" "+string(d.Visibility)] = true
		case event.ConversationAssigned:
			if d.Bot != "" {
				got["with a bot"] = true
			}
		case event.ConversationStatusChanged:
			got["status "+string(d.Status)] = true
		case event.OrderPaid:
			got["paid "+string(d.Part)] = true
		}
	}
	var missing []string
	for _, want := range []string{"received message", "received auto_reply", "received bounce", "received spam", "sent agent ", "sent assisted ", "sent bot ",
		"sent auto ", "sent agent note", "with a bot", "status open", "status pending", "status on_hold", "status resolved", "status closed",
		"paid full", "paid deposit", "paid final"} {
		if !got[want] {
			missing = append(missing, want)
		}
	}
	slices.Sort(missing)
	if diff := cmp.Diff(missing, []string(nil)); diff != "" {
		t.Errorf("missing (-got, +want):\n%s", diff)
	}
}

// TestMoverComesFromAnotherTeam: one agent is entered in two teams, the desk's last.
func TestMoverComesFromAnotherTeam(t *testing.T) {
	teams := map[string][]string{}
	for _, e := range usualEvents(t) {
		if d, ok := e.Data.(event.AgentChanged); ok && !slices.Contains(teams[e.Subject], d.Team) {
			teams[e.Subject] = append(teams[e.Subject], d.Team)
		}
	}
	movers := 0
	for _, of := range teams {
		if len(of) == 2 && of[0] != "express" && of[1] == "express" {
			movers++
		}
	}
	if movers != 1 {
		t.Errorf("got %d movers, want one", movers)
	}
}
