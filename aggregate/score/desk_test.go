package score_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

var march = calendar.Month{Year: 2024, Month: time.March}

// desk is a department's month of March 2024 in events.
type desk struct {
	events []event.Event
}

func (d *desk) add(subject, at string, data event.Data) {
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	n := len(d.events)
	d.events = append(d.events, event.Event{
		Company: "acme", Source: "test", Subject: subject, ID: fmt.Sprint("e", n), Type: event.TypeOf(data).Name,
		Zone: "Asia/Shanghai", Time: when.UTC(), AppendTime: when.UTC(), Position: event.Position{Offset: int64(n)}, Data: data,
	})
}

// agent puts somebody on the roster from a date on, with the duty of calls unless others are named.
func (d *desk) agent(agent, team, effective string, duties ...string) {
	d.add(agent, "2024-01-01T00:00:00Z", event.AgentChanged{Effective: event.Date(effective), Team: team, Name: strings.ToUpper(agent), Duties: duties})
}

// worked records n days of attendance from a day of the month on, and calls over these days as even as can be.
func (d *desk) worked(agent string, from, days, calls int) {
	for i := range days {
		date := calendar.Date{Year: 2024, Month: time.March, Day: from + i}
		d.add(agent, date.String()+"T09:00:00Z", event.AttendanceRecorded{Date: event.Date(date.String()), Status: event.Worked})
	}
	for i := range calls {
		d.call(agent, "", from+i%max(days, 1))
	}
}

func (d *desk) call(agent, team string, day int) {
	d.add(fmt.Sprint("conv-", len(d.events)), fmt.Sprintf("2024-03-%02dT02:00:00Z", day),
		event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: agent, Team: team})
}

// tierQueries is what the shipped policy's tiers need.
var tierQueries = []metric.Query{{Metric: "calls_per_workday", Settings: metric.Settings{Days: []metric.DaySource{metric.FromAttendance, metric.FromCalls}}}}

// measure folds events subject by subject, people first, as a month end does.
func measure(t testing.TB, events []event.Event, m calendar.Month, explain ...string) *metric.Period {
	t.Helper()
	bySubject := map[string][]event.Event{}
	var subjects []string
	for _, e := range events {
		if bySubject[e.Subject] == nil {
			subjects = append(subjects, e.Subject)
		}
		bySubject[e.Subject] = append(bySubject[e.Subject], e)
	}
	r := roster.New()
	for _, s := range subjects {
		f, _ := turn.Fold(bySubject[s])
		if err := r.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	p, err := metric.NewPeriod(metric.Scope{Month: m, Roster: r, Explain: explain, Queries: tierQueries})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range subjects {
		f, _ := turn.Fold(bySubject[s])
		if err := p.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// shipped is the shipped policy. Reading it takes longer than most tests, because every reading is tried.
var shipped = sync.OnceValues(func() (*policy.Policy, error) {
	return policy.Load("express-cs", func(string) ([]byte, error) { return nil, fs.ErrNotExist })
})

// decided holds the shipped policy under the decisions that tests asked for.
var decided sync.Map

// expressCS returns the shipped policy under decisions such as "workdays=company-days".
func expressCS(t testing.TB, decide ...string) *policy.Policy {
	t.Helper()
	key := strings.Join(decide, " ")
	if p, ok := decided.Load(key); ok {
		return p.(*policy.Policy)
	}
	p, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range decide {
		decision, reading, _ := strings.Cut(d, "=")
		if p, err = p.Decide(decision, reading); err != nil {
			t.Fatal(err)
		}
	}
	decided.Store(key, p)
	return p
}

func tiers(t testing.TB, p *policy.Policy, period *metric.Period, team string) rule.Table {
	t.Helper()
	table, err := score.Tiers(p, period, team)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// lines writes a table as a person would read it: "agent calls/days percent tier points".
func lines(table rule.Table) []string {
	var all []string
	for _, a := range table.Agents {
		tier := "no value"
		if a.Share != nil {
			tier = a.Percent() + " " + a.Tier + " " + a.Points.String()
		}
		all = append(all, fmt.Sprintf("%s %d/%d %s", a.Agent, a.Calls, a.Days, tier))
	}
	return all
}

func marshal(t testing.TB, table rule.Table) string {
	t.Helper()
	b, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
