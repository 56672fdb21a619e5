package metric_test

import (
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// clocked is a date worked; "" is not clocked.
func (m *month) clocked(date, in, out string, change ...func(*event.AttendanceRecorded)) {
	a := event.AttendanceRecorded{Date: event.Date("2024-" + date), Status: event.Worked}
	if in != "" {
		a.ClockIn = instant(in)
	}
	if out != "" {
		a.ClockOut = instant(out)
	}
	for _, c := range change {
		c(&a)
	}
	m.add("li", date+" 20:00", a)
}

func shift(start, end string) func(*event.AttendanceRecorded) {
	return func(a *event.AttendanceRecorded) { a.ShiftStart, a.ShiftEnd = instant(start), instant(end) }
}

func permitted(a *event.AttendanceRecorded) { a.EarlyLeavePermitted = true }

func (m *month) leave(from, until, kind string, half bool) {
	m.add("li", "02-01 10:00", event.LeaveApproved{Kind: kind, From: event.Date("2024-" + from), Until: event.Date("2024-" + until), HalfDay: half, ApprovedBy: "boss"})
}

func TestTimeClock(t *testing.T) {
	late, early := own("late_count"), own("early_leave_count")
	bySecond := with("late_count", func(s *metric.Settings) { s.Precision = metric.BySecond })
	inclusive := with("late_count", func(s *metric.Settings) { s.Inclusive = true })
	exclusive := with("early_leave_count", func(s *metric.Settings) { s.Inclusive = false })
	for _, c := range []struct {
		name   string
		query  metric.Query
		events func(m *month)
		want   string
	}{
		{"9:05:00 is not late", late, func(m *month) { m.clocked("03-04", "03-04 09:05:00", "") }, "li 0/1"},
		{"9:05:59 is not late", late, func(m *month) { m.clocked("03-04", "03-04 09:05:59.999", "") }, "li 0/1"},
		{"9:06:00 is late", late, func(m *month) { m.clocked("03-04", "03-04 09:06:00", "") }, "li 1/1"},
		{"9:05:00 by the second", bySecond, func(m *month) { m.clocked("03-04", "03-04 09:05:00", "") }, "li 0/1"},
		{"9:05:01 by the second", bySecond, func(m *month) { m.clocked("03-04", "03-04 09:05:01", "") }, "li 1/1"},
		{"9:05 where five minutes are too late", inclusive, func(m *month) { m.clocked("03-04", "03-04 09:05:59", "") }, "li 1/1"},
		{"in time where no minute is granted", with("late_count", func(s *metric.Settings) { s.Grace, s.Inclusive = 0, true }), func(m *month) { m.clocked("03-04", "03-04 09:00", "") }, "li 0/1"},
		{"clocked on a day of leave", late, func(m *month) {
			m.clocked("03-04", "03-04 10:00", "", func(a *event.AttendanceRecorded) { a.Status = event.OnLeave })
		}, "li 0/1"},
		{"another shift by the roster", late, func(m *month) { m.clocked("03-04", "03-04 13:05:59", "", shift("03-04 13:00", "03-04 21:00")) }, "li 0/1"},
		{"late for another shift", late, func(m *month) { m.clocked("03-04", "03-04 13:06", "", shift("03-04 13:00", "03-04 21:00")) }, "li 1/1"},
		{"in before midnight for a shift after it", late, func(m *month) { m.clocked("03-05", "03-04 23:50", "", shift("03-05 00:00", "03-05 08:00")) }, "li 0/1"},
		{"a Saturday has no shift to be late for", late, func(m *month) { m.clocked("03-02", "03-02 11:00", "") }, "li 0/1"},
		{"not clocked in is not late", late, func(m *month) { m.clocked("03-04", "", "") }, "li 0/1"},
		{"on a half day of leave nobody knows", late, func(m *month) {
			m.leave("03-04", "03-04", "personal", true)
			m.clocked("03-04", "03-04 13:30", "")
		}, "li 0/1"},
		{"unless the roster says when", late, func(m *month) {
			m.leave("03-04", "03-04", "personal", true)
			m.clocked("03-04", "03-04 13:30", "", shift("03-04 13:00", "03-04 18:00"))
		}, "li 1/1"},
		{"another month", late, func(m *month) { m.clocked("02-29", "02-29 10:00", "") }, ""},
		{"five minutes early", early, func(m *month) { m.clocked("03-04", "", "03-04 17:55:00") }, "li 1/1"},
		{"a second less", early, func(m *month) { m.clocked("03-04", "", "03-04 17:55:01") }, "li 0/1"},
		{"five minutes where more is needed", exclusive, func(m *month) { m.clocked("03-04", "", "03-04 17:55:00") }, "li 0/1"},
		{"with permission", early, func(m *month) { m.clocked("03-04", "", "03-04 15:00", permitted) }, "li 0/1"},
		{"after midnight at the end of a late shift", early, func(m *month) { m.clocked("03-04", "", "03-05 00:10", shift("03-04 16:00", "03-05 00:00")) }, "li 0/1"},
		{"absent", own("absent_days"), func(m *month) {
			m.clocked("03-04", "", "", func(a *event.AttendanceRecorded) { a.Status = event.Absent })
			m.clocked("03-05", "", "", func(a *event.AttendanceRecorded) { a.Status = event.OnLeave })
			m.clocked("03-06", "", "")
		}, "li 1/1"},
		{"absent with leave is not absent", own("absent_days"), func(m *month) {
			m.clocked("03-04", "", "", func(a *event.AttendanceRecorded) { a.Status = event.Absent })
			m.leave("03-04", "03-04", "sick", false)
		}, "li 0/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var m month
			c.events(&m)
			if got := line(result(t, m.measure(t, c.query), c.query)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestLeaves(t *testing.T) {
	personal := func(s *metric.Settings) { s.Kinds = []string{"personal"} }
	var m month
	m.leave("02-28", "03-01", "annual", false)   // Friday 1 March
	m.leave("03-08", "03-11", "personal", false) // over a weekend
	m.leave("03-11", "03-11", "personal", true)  // within the one before
	m.leave("03-20", "03-20", "sick", true)
	m.leave("03-29", "04-02", "personal", false) // Friday 29 March
	for query, want := range map[string]struct {
		query metric.Query
		line  string
		shown []string
	}{
		"count":            {own("leave_count"), "li 4/1", []string{"e1 2024-03-08 personal", "e2 2024-03-11 personal", "e3 2024-03-20 sick", "e4 2024-03-29 personal"}},
		"days":             {own("leave_days"), "li 9/2", []string{"e0 2024-03-01 annual", "e1 2024-03-08 personal", "e2 2024-03-11 personal", "e3 2024-03-20 sick", "e4 2024-03-29 personal"}},
		"one kind":         {with("leave_count", personal), "li 3/1", []string{"e1 2024-03-08 personal", "e2 2024-03-11 personal", "e4 2024-03-29 personal"}},
		"days of one kind": {with("leave_days", personal), "li 6/2", []string{"e1 2024-03-08 personal", "e2 2024-03-11 personal", "e4 2024-03-29 personal"}},
	} {
		p := m.measure(t, want.query)
		if got := line(result(t, p, want.query)); got != want.line {
			t.Errorf("%s: got %q, want %q", query, got, want.line)
		}
		if diff := cmp.Diff(shown(p.Evidence(want.query, "li").Listed), want.shown); diff != "" {
			t.Errorf("%s (-got, +want):\n%s", query, diff)
		}
		if n := len(p.Leaves("li")); n != 5 {
			t.Errorf("%s: %d leaves, want all 5 that have a date in the month", query, n)
		}
	}
}

func TestJudged(t *testing.T) {
	var m month
	for _, i := range []struct{ id, ruled string }{{"x", "03-01 00:00"}, {"y", "02-29 23:59"}, {"z", "03-31 23:59"}, {"w", ""}} {
		m.add(i.id, "02-20 10:00", event.IncidentReported{Agent: "li", Subjects: []string{"email"}})
		if i.ruled != "" {
			m.add(i.id, i.ruled, event.IncidentRuled{Verdict: event.Upheld, By: "boss"})
		}
	}
	m.add("z", "04-02 10:00", event.IncidentRuled{Verdict: event.Upheld, By: "boss", LossMinor: of(1)}) // does not move it
	m.add("v", "03-10 10:00", event.IncidentReported{Agent: "li", Subjects: []string{"email"}})
	m.add("v", "03-11 10:00", event.IncidentRuled{Verdict: event.VerdictRejected, By: "boss"})
	m.add("li", "04-03 10:00", event.ReviewScored{Period: "2024-03", Template: "calls", Reviewer: "boss",
		Findings: []event.ReviewFinding{{Finding: "mood", Count: 2}, {Finding: "contempt", Count: 1}},
		Checks:   []event.ReviewCheck{{Check: "greeting", Met: true}, {Check: "closing"}, {Check: "thanks", Met: true}}})
	m.add("li", "03-03 10:00", event.ReviewScored{Period: "2024-03", Template: "calls", Reviewer: "boss"})
	m.add("li", "03-03 10:00", event.ReviewScored{Period: "2024-02", Template: "calls", Reviewer: "boss"})
	m.add("li", "03-03 10:00", event.ExamScored{Period: "2024-03", Exam: "products", ScoreHundredths: 0, OutOfHundredths: 10000})
	m.add("li", "03-03 10:00", event.ExamScored{Period: "2024-03", Exam: "business", ScoreHundredths: 8650, OutOfHundredths: 10000})

	m.add("li", "03-03 10:00", event.ExamScored{Period: "2024-03", Exam: "nonsense", ScoreHundredths: 15000, OutOfHundredths: 10000})

	for id, want := range map[string]struct {
		decimal string
		sample  int64
		shown   []string
	}{
		"incident_count": {"2.00", 2, []string{"!e0 2024-03-01 email", "!e4 2024-03-31 email"}},
		"review_count":   {"2.00", 2, []string{"e11 2024-03-03 calls", "e10 2024-04-03 calls"}},
		"finding_count":  {"3.00", 2, []string{"!e10 2024-04-03 mood × 2", "!e10 2024-04-03 contempt × 1"}},
		"quality_score":  {"0.67", 1, []string{"!e10 2024-04-03 2/3"}},
		"exam_score":     {"43.25", 2, []string{"e13 2024-03-03 products", "e14 2024-03-03 business"}},
	} {
		q := own(id)
		p := m.measure(t, q)
		v, _ := p.Value(q, "li")
		if r, ok := v.Ratio(); !ok || r.Decimal(2) != want.decimal || v.Sample != want.sample {
			t.Errorf("%s: got %+v, want %s of %d", id, v, want.decimal, want.sample)
		}
		if diff := cmp.Diff(shown(p.Evidence(q, "li").Listed), want.shown); diff != "" {
			t.Errorf("%s (-got, +want):\n%s", id, diff)
		}
		if len(p.Incidents("li")) != 5 || len(p.Reviews("li")) != 2 || len(p.Exams("li")) != 3 {
			t.Errorf("%d incidents, %d reviews, %d exams", len(p.Incidents("li")), len(p.Reviews("li")), len(p.Exams("li")))
		}
	}
}

// Everybody of whom the month has something is there, and nobody of whom it has nothing.
func TestAgents(t *testing.T) {
	var m month
	m.add("i", "03-05 10:00", event.IncidentReported{Agent: "accused", Subjects: []string{"email"}})
	m.add("j", "01-05 10:00", event.IncidentReported{Agent: "long-gone", Subjects: []string{"email"}})
	m.add("k", "01-05 10:00", event.IncidentReported{Agent: "convicted", Subjects: []string{"email"}})
	m.add("k", "03-05 10:00", event.IncidentRuled{Verdict: event.Upheld, By: "boss"})
	m.add("reviewed", "04-05 10:00", event.ReviewScored{Period: "2024-03", Template: "calls", Reviewer: "boss"})
	m.add("examined", "04-05 10:00", event.ExamScored{Period: "2024-03", Exam: "e", OutOfHundredths: 1})
	m.add("away", "01-05 10:00", event.LeaveApproved{Kind: "annual", From: "2024-03-31", Until: "2024-04-05", ApprovedBy: "boss"})
	m.add("back", "01-05 10:00", event.LeaveApproved{Kind: "annual", From: "2024-02-20", Until: "2024-02-29", ApprovedBy: "boss"})
	m.add("soon", "01-05 10:00", event.LeaveApproved{Kind: "annual", From: "2024-04-01", Until: "2024-04-05", ApprovedBy: "boss"})
	m.add("seen", "03-05 10:00", event.AgentPresence{State: event.PresenceAway})
	m.mail("a", "03-04 10:00", "03-04 11:00", "writer")
	want := []string{"accused", "away", "convicted", "examined", "reviewed", "seen", "writer"}
	if diff := cmp.Diff(m.measure(t).Agents(), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

func TestPresence(t *testing.T) {
	state := func(m *month, at string, s event.PresenceState) { m.add("li", at, event.AgentPresence{State: s}) }
	var m month
	state(&m, "02-29 23:00", event.PresenceIdle)
	state(&m, "03-01 01:00", event.PresenceOffline) // one hour of it in March
	state(&m, "03-04 09:00", event.PresenceOnContact)
	state(&m, "03-04 10:00", event.PresenceBreak)
	state(&m, "03-04 11:00", event.PresenceIdle)
	state(&m, "03-04 12:00", event.PresenceOffline)
	state(&m, "03-31 23:00", event.PresenceOnContact) // until when is unknown
	occupancy := own("occupancy")
	days := metric.Query{Metric: "days_worked", Settings: metric.Settings{Days: []metric.DaySource{metric.FromAttendance, metric.FromPresence, metric.FromCalls}}}
	p := m.measure(t, occupancy, days)
	const hour = 3_600_000
	if v, _ := p.Value(occupancy, "li"); v.Num != hour || v.Den != 3*hour {
		t.Errorf("occupancy: got %+v, want 1 of 3 hours", v)
	}
	if _, source := p.Days(days.Settings); source != metric.FromPresence {
		t.Errorf("source: got %q", source)
	}
	if diff := cmp.Diff(shown(p.Evidence(days, "li").Listed), []string{"e2 2024-03-04", "e6 2024-03-31"}); diff != "" {
		t.Errorf("days (-got, +want):\n%s", diff)
	}
	var over month
	state(&over, "03-31 23:00", event.PresenceOnContact)
	state(&over, "04-01 02:00", event.PresenceOffline)
	if v, _ := over.measure(t, occupancy).Value(occupancy, "li"); v.Den != hour {
		t.Errorf("into the next month: got %+v, want the hour in this one", v)
	}
	live := measureFacts(t, m.facts(), metric.Scope{Month: march, Queries: []metric.Query{occupancy}, AsOf: clock("03-31 23:30")})
	if v, _ := live.Value(occupancy, "li"); v.Num != hour+hour/2 {
		t.Errorf("as of half past: got %+v", v)
	}
}
