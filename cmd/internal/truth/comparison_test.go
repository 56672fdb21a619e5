package truth_test

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// truth is what is true of an agent. Half days of leave are days worked to the generator, which counts them nowhere.
type truth struct {
	simulate.Agent
	halfDays int
}

// fraction is what is compared: both numbers, not their ratio.
type fraction struct{ num, den int64 }

func (f fraction) String() string { return fmt.Sprintf("%d/%d", f.num, f.den) }

// comparison is a metric and what it must say.
type comparison struct {
	query metric.Query
	of    func(metric.Value) fraction
	want  func(truth) fraction
}

// scale is the part in which a score between 0 and 100 is kept.
const scale = 25_200

// comparisons are all metrics of which the generator knows the truth.
var comparisons = []comparison{
	count("calls_answered", func(a truth) int { return a.Calls }),
	count("days_worked", func(a truth) int { return a.Days }),
	count("late_count", func(a truth) int { return a.LateArrivals }),
	count("early_leave_count", func(a truth) int { return a.EarlyLeaves }),
	count("absent_days", func(a truth) int { return a.DaysAbsent }),
	count("leave_count", func(a truth) int { return a.Leaves.Personal + a.Leaves.Sick + a.Leaves.Annual }),
	leaves("personal", func(l simulate.Leaves) int { return l.Personal }),
	leaves("sick", func(l simulate.Leaves) int { return l.Sick }),
	leaves("annual", func(l simulate.Leaves) int { return l.Annual }),
	count("incident_count", func(a truth) int { return a.Incidents.Upheld }),
	count("review_count", func(a truth) int { return a.Reviews }),
	count("finding_count", findings),
	share("leave_days", func(a truth) (num, den int) { return 2*a.DaysOnLeave + a.halfDays, 2 }),
	share("email_on_time", func(a truth) (num, den int) { return onTime(a.Mails) }),
	share("inquiry_on_time", func(a truth) (num, den int) { return onTime(a.Inquiries) }),
	share("followup_on_time", func(a truth) (num, den int) { return onTime(a.FollowUps) }),
	share("calls_per_workday", func(a truth) (num, den int) { return a.Calls, a.Days }),
	share("occupancy", func(a truth) (num, den int) { return int(a.OnContactMS), int(a.OnContactMS + a.IdleMS) }),
	share("satisfaction", func(a truth) (num, den int) { return scale * a.RatingPercent, scale * a.Ratings }),
	share("exam_score", func(a truth) (num, den int) { return scale / 100 * int(a.ExamHundredths), scale * a.Exams }),
	cases(chats("first_response_time", metric.WallTime), func(a truth) int { return a.Chats + a.Measured }),
	// In working time what another system measured does not count, and all chats lie within the opening hours.
	{chats("first_response_time", metric.WorkingTime), ratio, func(a truth) fraction { return fraction{a.FirstResponseMS, int64(a.Chats)} }},
	cases(chats("response_time", metric.WorkingTime), func(a truth) int { return a.ChatTurns }),
}

func queries() []metric.Query {
	var all []metric.Query
	for _, c := range comparisons {
		all = append(all, c.query)
	}
	return all
}

func ratio(v metric.Value) fraction { return fraction{v.Num, v.Den} }

// share compares a numerator and a denominator, of a metric with its own settings.
func share(id string, want func(truth) (num, den int)) comparison {
	return comparison{metric.Query{Metric: id}, ratio, func(a truth) fraction {
		num, den := want(a)
		return fraction{int64(num), int64(den)}
	}}
}

// count compares a plain count.
func count(id string, want func(truth) int) comparison {
	return share(id, func(a truth) (num, den int) { return want(a), 1 })
}

// cases compares how many cases are behind a value whose sum the generator does not know.
func cases(q metric.Query, want func(truth) int) comparison {
	return comparison{q, func(v metric.Value) fraction { return fraction{v.Sample, 1} }, func(a truth) fraction { return fraction{int64(want(a)), 1} }}
}

// leaves compares the applications for one kind of leave.
func leaves(kind string, want func(simulate.Leaves) int) comparison {
	c := count("leave_count", func(a truth) int { return want(a.Leaves) })
	c.query.Settings.Kinds = []string{kind}
	return c
}

func findings(a truth) int {
	n := 0
	for _, times := range a.Findings {
		n += times
	}
	return n
}

func onTime(p simulate.Promise) (num, den int) { return p.Due - p.Late, p.Due }

// chats asks about chats only.
func chats(id string, basis metric.Basis) metric.Query {
	m, _ := metric.Find(id)
	s := m.Doc().Default
	s.Channels, s.Basis = []event.Channel{event.ChannelChat}, basis
	return metric.Query{Metric: id, Settings: s}
}
