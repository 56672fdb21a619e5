package metric_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

var (
	march       = calendar.Month{Year: 2024, Month: time.March}
	preferClock = metric.Settings{Days: []metric.DaySource{metric.FromAttendance, metric.FromCalls}}
	byCalls     = metric.Settings{Days: []metric.DaySource{metric.FromCalls}}
)

// desk is a month of facts in the making.
type desk struct {
	t     *testing.T
	facts []turn.Facts
	n     int
}

func (d *desk) origin(subject, at, zone string) turn.Origin {
	d.t.Helper()
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		d.t.Fatal(err)
	}
	d.n++
	return turn.Origin{
		Identity: event.Identity{Company: "acme", Source: "test", Subject: subject, ID: fmt.Sprint("e", d.n)},
		Time:     when.UTC(), AppendTime: when.UTC().Add(time.Minute), Position: event.Position{Offset: int64(d.n)}, Zone: zone,
	}
}

// call is an answered inbound call; change it before the period is measured.
func (d *desk) call(agent, at string) *turn.Call {
	c := turn.Call{Origin: d.origin(fmt.Sprint("conv-", d.n), at, "Asia/Shanghai"), Direction: event.Inbound, Outcome: event.Answered, Agent: agent}
	d.facts = append(d.facts, turn.Facts{Calls: []turn.Call{c}})
	return &d.facts[len(d.facts)-1].Calls[0]
}

func (d *desk) agent(agent, zone, team string, effective event.Date) {
	c := turn.AgentChange{Origin: d.origin(agent, "2024-01-01T00:00:00Z", zone), AgentChanged: event.AgentChanged{Effective: effective, Team: team}, Subject: agent}
	d.facts = append(d.facts, turn.Facts{Changes: []turn.AgentChange{c}})
}

func (d *desk) attendance(agent string, date event.Date, status event.Attendance) {
	a := turn.Attendance{Origin: d.origin(agent, string(date)+"T20:00:00Z", "Asia/Shanghai"), AttendanceRecorded: event.AttendanceRecorded{Date: date, Status: status}, Subject: agent}
	d.facts = append(d.facts, turn.Facts{Attendance: []turn.Attendance{a}})
}

// measure builds the roster first and then the period, as everybody must.
func (d *desk) measure(explain ...string) *metric.Period {
	d.t.Helper()
	r := roster.New()
	for _, f := range d.facts {
		if err := r.Add(f); err != nil {
			d.t.Fatal(err)
		}
	}
	var queries []metric.Query
	for _, id := range []string{"calls_answered", "days_worked", "calls_per_workday"} {
		queries = append(queries, metric.Query{Metric: id, Settings: preferClock}, metric.Query{Metric: id, Settings: byCalls})
	}
	p := period(d.t, metric.Scope{Month: march, Roster: r, Explain: explain, Queries: queries})
	for _, f := range d.facts {
		if err := p.Add(f); err != nil {
			d.t.Fatal(err)
		}
	}
	return p
}

func period(t testing.TB, s metric.Scope) *metric.Period {
	t.Helper()
	p, err := metric.NewPeriod(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func result(t testing.TB, p *metric.Period, q metric.Query) metric.Result {
	t.Helper()
	r, ok := p.Result(q)
	if !ok {
		t.Fatalf("%s was not measured", q.Key())
	}
	return r
}

// line writes values as "agent num/den", the nobody's last.
func line(r metric.Result) string {
	var parts []string
	for _, v := range r.Values {
		parts = append(parts, fmt.Sprintf("%s %d/%d", v.Agent, v.Num, v.Den))
	}
	for team, n := range r.Nobody {
		parts = append(parts, fmt.Sprintf("nobody(%s) %d", team, n))
	}
	return strings.Join(parts, ", ")
}

func TestMeasure(t *testing.T) {
	for _, c := range []struct {
		name              string
		desk              func(d *desk)
		calls, days, both string
		source            metric.DaySource
	}{
		{"nothing happened", func(*desk) {}, "", "", "", metric.NoSource},
		{"days by calls where nobody has attendance", func(d *desk) {
			d.call("li", "2024-03-04T02:00:00Z")
			d.call("li", "2024-03-04T03:00:00Z")
			d.call("li", "2024-03-05T03:00:00Z")
			d.call("wang", "2024-03-05T03:00:00Z")
		}, "li 3/1, wang 1/1", "li 2/1, wang 1/1", "li 3/2, wang 1/1", metric.FromCalls},
		{"a day worked without calls counts", func(d *desk) {
			d.call("li", "2024-03-04T02:00:00Z")
			d.attendance("li", "2024-03-04", event.Worked)
			d.attendance("li", "2024-03-05", event.Worked)
		}, "li 1/1", "li 2/1", "li 1/2", metric.FromAttendance},
		{"leave, absence and days off are not worked", func(d *desk) {
			d.attendance("li", "2024-03-04", event.Worked)
			d.attendance("li", "2024-03-05", event.OnLeave)
			d.attendance("li", "2024-03-06", event.Absent)
			d.attendance("li", "2024-03-07", event.Off)
		}, "", "li 1/1", "li 0/1", metric.FromAttendance},
		{"a call on a day without attendance counts, the day does not", func(d *desk) {
			d.call("li", "2024-03-04T02:00:00Z")
			d.call("li", "2024-03-05T02:00:00Z")
			d.attendance("li", "2024-03-04", event.Worked)
		}, "li 2/1", "li 1/1", "li 2/1", metric.FromAttendance},
		{"without attendance among colleagues who have it: no value", func(d *desk) {
			d.call("li", "2024-03-04T02:00:00Z")
			d.call("wang", "2024-03-04T02:00:00Z")
			d.attendance("li", "2024-03-04", event.Worked)
		}, "li 1/1, wang 1/1", "li 1/1", "li 1/1, wang 1/0", metric.FromAttendance},
		{"attendance of another month is none for this one", func(d *desk) {
			d.call("li", "2024-03-04T02:00:00Z")
			d.attendance("li", "2024-04-01", event.Worked)
		}, "li 1/1", "li 1/1", "li 1/1", metric.FromCalls},
		{"unnamed, outbound, abandoned, missed and phantom calls are nobody's work", func(d *desk) {
			d.call("", "2024-03-04T02:00:00Z").Team = "express"
			d.call("li", "2024-03-04T02:00:00Z").Direction = event.Outbound
			d.call("li", "2024-03-04T02:00:00Z").Outcome = event.Abandoned
			d.call("li", "2024-03-04T02:00:00Z").Outcome = event.Missed
			d.call("", "2024-03-04T02:00:00Z").Outcome = event.Phantom
		}, "nobody(express) 1", "", "nobody(express) 1", metric.NoSource},
		{"the edges of the month, in the event's zone", func(d *desk) {
			d.call("li", "2024-02-29T15:59:59.999Z") // 29 February, 23:59:59.999
			d.call("li", "2024-02-29T16:00:00Z")
			d.call("li", "2024-03-31T15:59:59.999Z")
			d.call("li", "2024-03-31T16:00:00Z") // 1 April
		}, "li 2/1", "li 2/1", "li 2/2", metric.FromCalls},
		{"the team's zone dates a call that was recorded in another", func(d *desk) {
			d.agent("li", "America/New_York", "night", "2024-01-01")
			d.call("li", "2024-02-29T16:00:00Z") // 29 February in New York
			d.call("li", "2024-04-01T03:59:00Z") // 31 March in New York
			d.call("", "2024-04-01T03:59:00Z")   // nobody's: the event's own zone
		}, "li 1/1", "li 1/1", "li 1/1", metric.FromCalls},
		{"clocks set forward within the month", func(d *desk) {
			d.agent("li", "Europe/Berlin", "eu", "2024-01-01")
			d.call("li", "2024-02-29T23:00:00Z") // 1 March, winter time
			d.call("li", "2024-03-31T21:59:59Z") // 31 March, summer time
			d.call("li", "2024-03-31T22:00:00Z") // 1 April
		}, "li 2/1", "li 2/1", "li 2/2", metric.FromCalls},
		{"a late event counts in the month in which it happened", func(d *desk) {
			d.call("li", "2024-03-04T02:00:00Z").AppendTime = time.Date(2024, 4, 20, 0, 0, 0, 0, time.UTC)
		}, "li 1/1", "li 1/1", "li 1/1", metric.FromCalls},
		{"nonsense in the queue does not void a call", func(d *desk) {
			wait := int64(-30_000)
			d.call("li", "2024-03-04T02:00:00Z").WaitMS = &wait
		}, "li 1/1", "li 1/1", "li 1/1", metric.FromCalls},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &desk{t: t}
			c.desk(d)
			p := d.measure()
			if _, source := p.Days(preferClock); source != c.source {
				t.Errorf("source of days: got %q, want %q", source, c.source)
			}
			for id, want := range map[string]string{"calls_answered": c.calls, "days_worked": c.days, "calls_per_workday": c.both} {
				if got := line(result(t, p, metric.Query{Metric: id, Settings: preferClock})); got != want {
					t.Errorf("%s: got %q, want %q", id, got, want)
				}
			}
		})
	}
}

func TestNoValue(t *testing.T) {
	if r, ok := (metric.Value{Agent: "li", Num: 3}).Ratio(); ok {
		t.Errorf("3 calls in no days are %s", r)
	}
	if r, ok := (metric.Value{Agent: "li", Den: 3}).Ratio(); !ok || r.Percent(2) != "0.00" {
		t.Errorf("no calls in 3 days are %s, %t", r, ok)
	}
}

func TestTeam(t *testing.T) {
	d := &desk{t: t}
	d.agent("li", "Asia/Shanghai", "express", "2024-01-01")
	d.agent("li", "Asia/Shanghai", "freight", "2024-03-20")
	for team, n := range map[string]int{"express": 1, "freight": 2, "amber": 2} {
		for range n {
			d.call("temp", "2024-03-04T02:00:00Z").Team = team
		}
	}
	p := d.measure()
	for agent, want := range map[string]string{"li": "freight true", "temp": "amber false", "nobody": " false"} {
		team, listed := p.Team(agent)
		if got := fmt.Sprint(team, " ", listed); got != want {
			t.Errorf("%s: got %q, want %q", agent, got, want)
		}
	}
}

func TestEvidence(t *testing.T) {
	d := &desk{t: t}
	d.call("li", "2024-03-05T03:00:00Z")              // e1
	d.call("li", "2024-03-04T03:00:00Z")              // e2
	d.call("li", "2024-03-04T02:00:00Z")              // e3
	d.call("wang", "2024-03-04T02:00:00Z")            // e4
	d.call("li", "2024-04-04T02:00:00Z")              // e5
	d.attendance("li", "2024-03-05", event.Worked)    // e6
	d.attendance("li", "2024-03-06", event.OnLeave)   // e7
	d.attendance("wang", "2024-03-06", event.OnLeave) // e8
	p := d.measure("li")
	for _, c := range []struct {
		name     string
		metric   string
		settings metric.Settings
		agent    string
		want     []string
	}{
		{"calls in order", "calls_answered", preferClock, "li", []string{"e3 2024-03-04", "e2 2024-03-04", "e1 2024-03-05"}},
		{"attendance", "days_worked", preferClock, "li", []string{"e6 2024-03-05"}},
		{"first call of each day", "days_worked", byCalls, "li", []string{"e3 2024-03-04", "e1 2024-03-05"}},
		{"both", "calls_per_workday", preferClock, "li", []string{"e3 2024-03-04", "e2 2024-03-04", "e1 2024-03-05", "e6 2024-03-05"}},
		{"both from calls", "calls_per_workday", byCalls, "li", []string{"e3 2024-03-04", "e2 2024-03-04", "e1 2024-03-05"}},
		{"not kept unless asked for", "calls_answered", preferClock, "wang", nil},
	} {
		var got []string
		for _, e := range p.Evidence(metric.Query{Metric: c.metric, Settings: c.settings}, c.agent).Listed {
			got = append(got, e.ID+" "+e.Date.String())
		}
		if diff := cmp.Diff(got, c.want); diff != "" {
			t.Errorf("%s (-got, +want):\n%s", c.name, diff)
		}
	}
}

func TestAddRefusesUnknownZone(t *testing.T) {
	d := &desk{t: t}
	d.call("li", "2024-03-05T03:00:00Z").Zone = "Mars/Olympus"
	p := period(t, metric.Scope{Month: march, Roster: roster.New()})
	if err := p.Add(d.facts[0]); err == nil || !strings.Contains(err.Error(), "Mars/Olympus") {
		t.Errorf("got %v, want the zone named", err)
	}
}
