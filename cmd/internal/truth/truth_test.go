package truth_test

import (
	"slices"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/ingest/simulate"
)

// weekdays is the calendar that the generator assumes: without holidays, so that it needs none to know what is due.
const weekdays = `
name: weekdays
title: {zh: 工作日, en: Weekdays}
versions:
  - from: 2000-01-01
    weekdays:
      mon: ["09:00-18:00"]
      tue: ["09:00-18:00"]
      wed: ["09:00-18:00"]
      thu: ["09:00-18:00"]
      fri: ["09:00-18:00"]
`

// TestTruth measures months of 31 and 29 days; in two of them Berlin's clocks change.
func TestTruth(t *testing.T) {
	office, err := calendar.Parse("weekdays.yaml", []byte(weekdays))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ month, zone string }{
		{"2023-10", "Asia/Shanghai"},
		{"2023-10", "Europe/Berlin"},
		{"2024-02", "Asia/Shanghai"},
		{"2024-02", "Europe/Berlin"},
		{"2024-03", "Asia/Shanghai"},
		{"2024-03", "Europe/Berlin"},
	} {
		t.Run(test.month+" "+test.zone, func(t *testing.T) {
			desk := wild(test.month, test.zone)
			m, err := simulate.New(desk)
			if err != nil {
				t.Fatal(err)
			}
			month, err := calendar.ParseMonth(desk.Month)
			if err != nil {
				t.Fatal(err)
			}
			events := decoded(t, m)
			facts := folded(disturbed(events, desk.Seed))
			compare(t, measured(t, metric.Scope{Month: month, Calendar: office, Queries: queries()}, facts), m.Expected, halfDays(events))
		})
	}
}

// wild is a desk with few calls, of which there would be most, and with much that goes wrong.
func wild(month, zone string) simulate.Config {
	c := simulate.Default(month)
	c.Zone, c.Agents, c.CallsPerDay, c.ReviewsPerAgent, c.Incidents, c.Oversized = zone, 25, 8, 3, 120, 0
	c.LateReplies, c.Retracted, c.Duplicates, c.Conflicting, c.Late = 150, 40, 40, 40, 200
	return c
}

// compare compares everything that was measured with the truth. The halves are half days of leave, by agent.
func compare(t *testing.T, p *metric.Period, want simulate.Expected, halves map[string]int) {
	t.Helper()
	told := map[string]bool{}
	for _, a := range want.Agents {
		for _, c := range comparisons {
			v, _ := p.Value(c.query, a.ID)
			got, want := c.of(v), c.want(truth{a, halves[a.ID]})
			if got != want {
				t.Errorf("%s, %s: got %v, want %v", a.ID, c.query.Key(), got, want)
			}
			told[c.query.Key()] = told[c.query.Key()] || want.num != 0
		}
	}
	for _, c := range comparisons {
		if !told[c.query.Key()] {
			t.Errorf("%s: 0 of everybody, which proves nothing", c.query.Key())
		}
		compareNobody(t, p, c.query, want)
	}
}

// compareNobody makes sure that only the calls of nobody are credited to nobody, and nothing to somebody unknown. A mail
// that was merged into another would be due of nobody if it were taken for one of its own.
func compareNobody(t *testing.T, p *metric.Period, q metric.Query, want simulate.Expected) {
	t.Helper()
	result, ok := p.Result(q)
	if !ok {
		t.Fatalf("%s: is not measured", q.Key())
	}
	got, nobodys := int64(0), int64(0)
	for _, n := range result.Nobody {
		got += n
	}
	if q.Metric == "calls_answered" || q.Metric == "calls_per_workday" {
		nobodys = int64(want.Unnamed)
	}
	if got != nobodys {
		t.Errorf("nobody, %s: got %d, want %d", q.Key(), got, nobodys)
	}
	for _, v := range result.Values {
		if !slices.ContainsFunc(want.Agents, func(a simulate.Agent) bool { return a.ID == v.Agent }) {
			t.Errorf("%s, %s: got %d/%d, want nobody of that name", v.Agent, q.Key(), v.Num, v.Den)
		}
	}
}
