package score_test

import (
	"fmt"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// reference is the department of the reference regime's worked example: 4,235 calls in 77 person-days, 55 a day.
func reference() *desk {
	d := &desk{}
	for _, a := range []struct {
		id          string
		calls, days int
	}{{"li", 1260, 21}, {"wang", 880, 20}, {"zhao", 640, 15}, {"chen", 1455, 21}} {
		d.agent(a.id, "express", "2024-01-01")
		d.worked(a.id, 1, a.days, a.calls)
	}
	return d
}

func TestTiersReference(t *testing.T) {
	p := measure(t, reference().events, march)
	for _, c := range []struct {
		decide string
		want   []string
	}{
		{"workdays=person-days", []string{"chen 1455/21 125.97 A 20.00", "li 1260/21 109.09 A 20.00", "wang 880/20 80.00 B 15.00", "zhao 640/15 77.58 C 10.00"}},
		{"workdays=own-vs-calendar", []string{"chen 1455/21 137.43 A 20.00", "li 1260/21 119.01 A 20.00", "wang 880/20 87.27 B 15.00", "zhao 640/15 84.63 B 15.00"}},
		{"workdays=company-days", []string{"chen 1455/21 137.43 A 20.00", "li 1260/21 119.01 A 20.00", "wang 880/20 83.12 B 15.00", "zhao 640/15 60.45 C 10.00"}},
		{"tier-operators=b-above-80", []string{"chen 1455/21 125.97 A 20.00", "li 1260/21 109.09 A 20.00", "wang 880/20 80.00 C 10.00", "zhao 640/15 77.58 C 10.00"}},
	} {
		t.Run(c.decide, func(t *testing.T) {
			table := tiers(t, expressCS(t, c.decide), p, "")
			if diff := cmp.Diff(lines(table), c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
			if table.Team != (rule.Sum{Calls: 4235, Days: 77}) {
				t.Errorf("team: %+v", table.Team)
			}
			if n := table.Notes; n.CompanyDays != 21 || n.Headcount != 4 || n.Source != metric.FromAttendance {
				t.Errorf("notes: %+v", n)
			}
		})
	}
}

func TestTiers(t *testing.T) {
	for _, c := range []struct {
		name   string
		desk   func(d *desk)
		decide []string
		team   string
		want   []string
		calls  int64 // of the team
		notes  rule.Notes
	}{
		{
			name: "an empty month",
			desk: func(*desk) {},
		},
		{
			name:  "on the roster, but no calls and no days at all",
			desk:  func(d *desk) { d.agent("li", "express", "2024-01-01") },
			want:  []string{"li 0/0 no value"},
			notes: rule.Notes{NoValue: []string{"li"}},
		},
		{
			name:  "nobody has a call: no average, no tiers",
			desk:  func(d *desk) { d.agent("li", "express", "2024-01-01"); d.worked("li", 1, 5, 0) },
			want:  []string{"li 0/5 no value"},
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 5, Headcount: 1, NoValue: []string{"li"}},
		},
		{
			name: "duty and days but no call: listed with 0",
			desk: func(d *desk) {
				d.agent("li", "express", "2024-01-01", "calls", "email")
				d.agent("wang", "express", "2024-01-01")
				d.worked("li", 1, 10, 100)
				d.worked("wang", 1, 10, 0)
			},
			want:  []string{"li 100/10 200.00 A 20.00", "wang 0/10 0.00 C 10.00"},
			calls: 100,
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 10, Headcount: 2, NoCalls: []string{"wang"}},
		},
		{
			name: "without call duty: not in the table, nor in the average",
			desk: func(d *desk) {
				d.agent("li", "express", "2024-01-01", "calls")
				d.agent("boss", "express", "2024-01-01", "email")
				d.worked("li", 1, 10, 100)
				d.worked("boss", 1, 20, 7)
			},
			want:  []string{"li 100/10 100.00 A 20.00"},
			calls: 100,
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 10, Headcount: 1, NoDuty: []rule.Count{{Agent: "boss", Calls: 7}}},
		},
		{
			name:   "the whole department counts, if that is decided",
			decide: []string{"headcount=whole-department"},
			desk: func(d *desk) {
				d.agent("li", "express", "2024-01-01", "calls")
				d.agent("boss", "express", "2024-01-01", "email")
				d.worked("li", 1, 10, 100)
				d.worked("boss", 1, 10, 0)
			},
			want:  []string{"li 100/10 200.00 A 20.00", "boss 0/10 0.00 C 10.00"},
			calls: 100,
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 10, Headcount: 2, NoCalls: []string{"boss"}},
		},
		{
			name: "calls but no attendance among colleagues who have it: named, without a value, outside the average",
			desk: func(d *desk) {
				d.agent("li", "express", "2024-01-01")
				d.agent("wang", "express", "2024-01-01")
				d.worked("li", 1, 10, 100)
				d.worked("wang", 1, 0, 50)
			},
			want:  []string{"li 100/10 100.00 A 20.00", "wang 50/0 no value"},
			calls: 100,
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 10, Headcount: 1, NoValue: []string{"wang"}},
		},
		{
			name:   "days do not matter, if that is decided",
			decide: []string{"headcount=call-duty", "workdays=company-days"},
			desk: func(d *desk) {
				d.agent("li", "express", "2024-01-01")
				d.agent("wang", "express", "2024-01-01")
				d.worked("li", 1, 10, 100)
				d.worked("wang", 1, 0, 50)
			},
			want:  []string{"li 100/10 133.33 A 20.00", "wang 50/0 66.67 C 10.00"},
			calls: 150,
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 10, Headcount: 2},
		},
		{
			name: "a credited agent without a roster entry takes part and is named",
			desk: func(d *desk) {
				d.agent("li", "express", "2024-01-01")
				d.agent("gone", "express", "2024-01-01")
				d.add("gone", "2024-02-01T00:00:00Z", event.AgentChanged{Effective: "2024-03-01", Team: "express", Status: event.Left})
				d.worked("li", 1, 10, 100)
				d.worked("temp", 1, 10, 85)
				d.worked("gone", 3, 1, 1)
			},
			want:  []string{"li 100/10 112.90 A 20.00", "temp 85/10 95.97 A 20.00", "gone 1/1 11.29 C 10.00"},
			calls: 186,
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 10, Headcount: 3, NotOnRoster: []string{"gone", "temp"}},
		},
		{
			name: "another team's people and nobody's calls stay outside",
			team: "express",
			desk: func(d *desk) {
				d.agent("li", "express", "2024-01-01")
				d.agent("mover", "freight", "2024-01-01")
				d.agent("mover", "express", "2024-03-31")
				d.agent("zhao", "freight", "2024-01-01")
				d.worked("li", 1, 10, 100)
				d.worked("mover", 1, 10, 80)
				d.worked("zhao", 11, 10, 900)
				d.worked("temp", 1, 1, 0)
				d.call("temp", "freight", 1)
				d.call("", "express", 1)
				d.call("", "freight", 1)
			},
			want:  []string{"li 100/10 111.11 A 20.00", "mover 80/10 88.89 B 15.00"},
			calls: 180,
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 10, Headcount: 2, Nobody: 1},
		},
		{
			name:   "nobody's calls raise the bar, if that is decided",
			decide: []string{"company-total=all-answered"},
			desk: func(d *desk) {
				d.agent("li", "express", "2024-01-01")
				d.worked("li", 1, 1, 9)
				d.call("", "", 1)
			},
			want:  []string{"li 9/1 90.00 A 20.00"},
			calls: 10,
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 1, Headcount: 1, Nobody: 1, NobodyIn: true},
		},
		{
			name: "tiers are decided unrounded",
			desk: func(d *desk) {
				d.worked("a", 1, 1, 8999)
				d.worked("b", 1, 1, 11001)
				d.worked("c", 2, 1, 9000)
				d.worked("d", 2, 1, 11000)
			},
			want:  []string{"b 11001/1 110.01 A 20.00", "d 11000/1 110.00 A 20.00", "c 9000/1 90.00 A 20.00", "a 8999/1 89.99 B 15.00"},
			calls: 40000,
			notes: rule.Notes{Source: metric.FromAttendance, CompanyDays: 2, Headcount: 4, NotOnRoster: []string{"a", "b", "c", "d"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &desk{}
			c.desk(d)
			table := tiers(t, expressCS(t, c.decide...), measure(t, d.events, march), c.team)
			if diff := cmp.Diff(lines(table), c.want); diff != "" {
				t.Errorf("lines (-got, +want):\n%s", diff)
			}
			if table.Team.Calls != c.calls {
				t.Errorf("calls of the team: got %d, want %d", table.Team.Calls, c.calls)
			}
			got := table.Notes
			got.Figure, got.AverageBy, got.Average = "", "", nil
			if diff := cmp.Diff(got, c.notes); diff != "" {
				t.Errorf("notes (-got, +want):\n%s", diff)
			}
		})
	}
}

// Whatever a desk did: each agent is in one tier or named without a value, tiers follow the order of percentages, and what
// the members did adds up to the team's.
func TestTiersHoldTogether(t *testing.T) {
	readings := []string{"company-days", "own-vs-calendar", "person-days"}
	rapid.Check(t, func(rt *rapid.T) {
		d := &desk{}
		for i := range rapid.IntRange(0, 5).Draw(rt, "agents") {
			id := fmt.Sprint("a", i)
			if rapid.Bool().Draw(rt, "on the roster") {
				d.agent(id, "express", "2024-01-01")
			}
			d.worked(id, rapid.IntRange(1, 5).Draw(rt, "from"), rapid.IntRange(0, 20).Draw(rt, "days"), rapid.IntRange(0, 30).Draw(rt, "calls"))
		}
		p := measure(t, d.events, march)
		table := tiers(t, expressCS(t, "workdays="+rapid.SampledFrom(readings).Draw(rt, "reading")), p, "")
		inTiers, days, calls := 0, int64(0), int64(0)
		for _, c := range table.Tiers {
			inTiers += c.Agents
		}
		for i, a := range table.Agents {
			if i > 0 && a.Share != nil && (table.Agents[i-1].Share == nil || a.Tier < table.Agents[i-1].Tier || a.Share.Cmp(*table.Agents[i-1].Share) > 0) {
				rt.Fatalf("out of order: %v", lines(table))
			}
			if a.Days > 0 {
				days, calls = days+a.Days, calls+a.Calls
			}
		}
		if inTiers+len(table.Notes.NoValue) != len(table.Agents) {
			rt.Fatalf("%d in tiers, %d without, %d listed", inTiers, len(table.Notes.NoValue), len(table.Agents))
		}
		if table.Notes.Source == metric.FromAttendance && (days != table.Team.Days || calls != table.Team.Calls) {
			rt.Fatalf("members have %d calls in %d days, the team %+v", calls, days, table.Team)
		}
	})
}

func TestFutureMonth(t *testing.T) {
	p, err := metric.NewPeriod(metric.Scope{Month: calendar.Month{Year: 2100, Month: 1}, Roster: roster.New(), Queries: tierQueries})
	if err != nil {
		t.Fatal(err)
	}
	if got := tiers(t, expressCS(t), p, ""); len(got.Agents) != 0 || len(got.Tiers) != 3 {
		t.Errorf("got %+v", got)
	}
}
