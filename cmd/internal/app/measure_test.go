package app_test

import (
	stdcmp "cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/schemas/secret"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// history is events of a company in the making.
type history struct {
	t       *testing.T
	rows    []event.Row
	decoder *event.Decoder
	source  string // of what is added, "test" when empty
}

func (h *history) add(subject, at string, data event.Data) {
	h.t.Helper()
	when, err := time.Parse(time.DateTime, "2024-"+at)
	if err != nil {
		h.t.Fatal(err)
	}
	e := event.Event{Source: stdcmp.Or(h.source, "test"), Subject: subject, ID: fmt.Sprint("e", len(h.rows)), Zone: "Asia/Shanghai", Time: when.Add(-8 * time.Hour), Data: data}
	value, err := event.Encode(&e)
	if err != nil {
		h.t.Fatal(err)
	}
	var row event.Row
	if err := h.decoder.Decode([]byte(subject), value, e.Time, &row); err != nil {
		h.t.Fatal(err)
	}
	row.Offset = int64(len(h.rows))
	h.rows = append(h.rows, row)
}

// store writes the events to a fresh database and returns the configuration that finds it.
func (h *history) store() config.Config {
	h.t.Helper()
	db := embeddedtest.Database(h.t)
	c := config.Default()
	c.ClickHouse.Addresses, c.ClickHouse.Database = []string{db.Native}, db.Name
	c.ClickHouse.User, c.ClickHouse.Password = db.User, secret.Text(db.Password)
	s, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		h.t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	b := &event.Batch{Partition: event.Partition{Stream: "events"}, Range: event.Range{First: 0, Last: int64(len(h.rows)) - 1}, Rows: event.RowsOf(h.rows...)}
	if err := s.InsertEvents(h.t.Context(), b, 0); err != nil {
		h.t.Fatal(err)
	}
	return c
}

// Clocks that began long before the month, mails that were merged, incidents of another month, and conversations that are
// calls as well: all are found, and nothing is counted twice.
func TestMeasure(t *testing.T) {
	h := &history{t: t, decoder: event.NewDecoder(event.Stream{Name: "events", Company: "acme", Zone: "Asia/Shanghai", MaxBytes: event.DefaultMaxBytes, Forward: event.DefaultForward})}
	h.add("li", "01-01 09:00:00", event.AgentChanged{Effective: "2024-01-01", Team: "express"})
	h.add("li", "04-02 09:00:00", event.ReviewScored{Period: "2024-03", Template: "calls", Reviewer: "boss"})
	h.add("li", "03-04 09:00:00", event.AgentPresence{State: event.PresenceOnContact})
	h.add("li", "03-04 10:00:00", event.AgentPresence{State: event.PresenceOffline})
	h.add("li", "03-31 09:00:00", event.AttendanceRecorded{Date: "2024-03-04", Status: event.Worked})

	h.add("query", "02-08 10:00:00", event.ConversationOpened{Channel: event.ChannelTicket, Intent: "query", Agent: "li"})
	h.add("query", "02-08 10:30:00", event.CasePromised{Until: "2024-03-05T10:00:00+08:00", By: "li"}) // due in March, silent since

	h.add("mail-1", "03-04 10:00:00", event.ConversationOpened{Channel: event.ChannelEmail, Agent: "li"})
	h.add("mail-1", "03-04 10:00:00", event.MessageReceived{})
	h.add("mail-2", "03-04 10:05:00", event.ConversationOpened{Channel: event.ChannelEmail, Agent: "li"})
	for _, subject := range []string{"mail-1", "mail-2"} {
		h.add(subject, "03-04 10:06:00", event.ConversationMerged{From: "mail-1", Into: "mail-2"})
	}
	h.add("mail-2", "03-04 11:00:00", event.MessageSent{Author: event.AuthorAgent, Agent: "li"})

	call := event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: "li"}
	h.add("call", "03-04 12:00:00", call)
	h.add("mail-2", "03-04 13:00:00", call)
	h.add("mail-2", "03-04 13:00:00", event.ConversationMeasured{Channel: event.ChannelEmail, Agent: "li", Calls: event.Milliseconds(time.Millisecond)})
	h.rows = append(h.rows, h.rows[len(h.rows)-1]) // one delivered twice
	h.rows[len(h.rows)-1].Offset++

	h.add("complaint", "01-05 09:00:00", event.IncidentReported{Agent: "li", Subjects: []string{"email"}})
	h.add("complaint", "03-05 09:00:00", event.IncidentRuled{Verdict: event.Upheld, By: "boss"})

	scope := metric.Scope{Month: calendar.Month{Year: 2024, Month: time.March}, Calendar: office(t)}
	want := map[string]string{
		"email_on_time": "1/1", "followup_on_time": "0/1", "calls_answered": "3/1", "days_worked": "1/1", "incident_count": "1/1",
		"review_count": "1/1", "occupancy": "3600000/3600000",
	}
	for id := range want {
		scope.Queries = append(scope.Queries, metric.Query{Metric: id})
	}
	p, counts, err := app.Measure(t.Context(), h.store(), "acme", scope)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range scope.Queries {
		if v, _ := p.Value(q, "li"); fmt.Sprintf("%d/%d", v.Num, v.Den) != want[q.Metric] {
			t.Errorf("%s: got %+v, want %s", q.Metric, v, want[q.Metric])
		}
	}
	if counts.Duplicates != 1 || counts.Conflicts != 0 {
		t.Errorf("left out: %+v, want the one delivered twice", counts)
	}
}

// A mail that was merged into a conversation of which nothing else was heard since long ago is late by whom that one was with.
func TestMeasureMergedIntoWhatWasSilent(t *testing.T) {
	h := &history{t: t, decoder: event.NewDecoder(event.Stream{Name: "events", Company: "acme", Zone: "Asia/Shanghai", MaxBytes: event.DefaultMaxBytes, Forward: event.DefaultForward})}
	h.add("old", "01-08 10:00:00", event.ConversationOpened{Channel: event.ChannelEmail, Agent: "wang"})
	h.add("new", "09-03 10:00:00", event.ConversationOpened{Channel: event.ChannelEmail, Agent: "li"})
	h.add("new", "09-03 10:00:00", event.MessageReceived{})
	for _, subject := range []string{"old", "new"} {
		h.add(subject, "09-03 10:30:00", event.ConversationMerged{From: "new", Into: "old"})
	}
	q := metric.Query{Metric: "email_on_time"}
	scope := metric.Scope{Month: calendar.Month{Year: 2024, Month: time.September}, Calendar: office(t), Queries: []metric.Query{q}}
	p, _, err := app.Measure(t.Context(), h.store(), "acme", scope)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := p.Result(q)
	if diff := cmp.Diff(r.Values, []metric.Value{{Agent: "wang", Den: 1, Sample: 1}}); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

// Li is 204 at the telephone system until the 15th, Wang afterwards, and Li is 205 then. Whatever the telephone system says of
// these is said of them.
func TestMeasureCreditsAccountsToTheirAgents(t *testing.T) {
	h := &history{t: t, decoder: event.NewDecoder(event.Stream{Name: "events", Company: "acme", Zone: "Asia/Shanghai", MaxBytes: event.DefaultMaxBytes, Forward: event.DefaultForward})}
	for _, agent := range []string{"li", "wang"} {
		h.add(agent, "01-01 09:00:00", event.AgentChanged{Effective: "2024-01-01", Team: "express"})
	}
	h.add("li", "01-01 09:00:00", event.AgentLinked{System: "pbx", Account: "204", Until: "2024-03-15"})
	h.add("li", "03-16 00:00:00", event.AgentLinked{System: "pbx", Account: "205"})
	h.add("wang", "03-16 00:00:00", event.AgentLinked{System: "pbx", Account: "204"})

	h.source = "pbx"
	call := event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: "204"}
	h.add("call-1", "03-15 17:00:00", call)
	h.add("call-2", "03-18 09:00:00", call)
	h.add("204", "03-31 09:00:00", event.AttendanceRecorded{Date: "2024-03-04", Status: event.Worked})
	h.add("204", "03-31 09:00:00", event.AttendanceRecorded{Date: "2024-03-18", Status: event.Worked})
	h.add("205", "03-31 09:00:00", event.AttendanceRecorded{Date: "2024-03-19", Status: event.Worked})
	h.add("204", "03-15 09:00:00", event.AgentPresence{State: event.PresenceOnContact})
	h.add("205", "03-18 09:00:00", event.AgentPresence{State: event.PresenceOffline}) // ends what began under 204
	h.add("mail", "03-04 10:00:00", event.ConversationOpened{Channel: event.ChannelEmail, Agent: "204"})
	h.add("mail", "03-04 10:00:00", event.MessageReceived{})
	h.add("complaint", "03-31 09:00:00", event.IncidentReported{Agent: "205", Subjects: []string{"email"}})
	h.add("complaint", "03-31 09:00:00", event.IncidentRuled{Verdict: event.Upheld, By: "204"})

	want := map[string][2]string{ // of Li and of Wang
		"calls_answered": {"1/1", "1/1"}, "days_worked": {"2/1", "1/1"}, "email_on_time": {"0/1", "0/0"}, "incident_count": {"1/1", "0/1"},
		"occupancy": {"259200000/259200000", "0/0"},
	}
	scope := metric.Scope{Month: calendar.Month{Year: 2024, Month: time.March}, Calendar: office(t), ExplainAll: true}
	for id := range want {
		scope.Queries = append(scope.Queries, metric.Query{Metric: id})
	}
	p, _, err := app.Measure(t.Context(), h.store(), "acme", scope)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range scope.Queries {
		for i, agent := range []string{"li", "wang"} {
			if v, _ := p.Value(q, agent); fmt.Sprintf("%d/%d", v.Num, v.Den) != want[q.Metric][i] {
				t.Errorf("%s of %s: got %+v, want %s", q.Metric, agent, v, want[q.Metric][i])
			}
		}
		if r, _ := p.Result(q); slices.ContainsFunc(r.Values, func(v metric.Value) bool { return v.Agent == "204" || v.Agent == "205" }) {
			t.Errorf("%s: accounts have values: %+v", q.Metric, r.Values)
		}
	}
	if e := p.Evidence(metric.Query{Metric: "days_worked"}, "li").Listed; len(e) != 2 || e[0].Subject != "204" {
		t.Errorf("evidence is %+v, want what was reported", e)
	}
}

func TestMeasureRefusesUnknownMetrics(t *testing.T) {
	h := &history{t: t}
	scope := metric.Scope{Month: calendar.Month{Year: 2024, Month: time.March}, Queries: []metric.Query{{Metric: "calls"}}}
	if _, _, err := app.Measure(t.Context(), h.store(), "acme", scope); err == nil || !strings.Contains(err.Error(), `"calls"`) {
		t.Errorf("got %v, want the metric named", err)
	}
}

func office(t *testing.T) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Load("cn-office", func(string) ([]byte, error) { return nil, fs.ErrNotExist })
	if err != nil {
		t.Fatal(err)
	}
	return c
}
