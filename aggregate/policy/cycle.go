package policy

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Cycle is what happens after a period: who scores and approves it, and by when.
type Cycle struct {
	Period     string // "month"
	ScoredBy   int    // day of the next month by which it is scored and approved; the day itself still counts
	PaidBy     int    // day of the next month by which it is at finance
	Shift      Shift
	Scorers    []Role // any of them may score
	Approvers  []Role // any of them may approve
	Interview  *Interview
	AppealDays int // days after publication in which the person may appeal; 0: none
	Adjustment Adjustment
	Average    AverageAfter
	FourEyes   bool // who scored a month does not approve it, whatever roles they have
}

// Interview says with whom the results are talked over.
type Interview struct {
	Below      string // grade: everybody in a lower one
	WithinDays int    // after publication
}

// Shift says where a deadline moves that is a day off.
type Shift string

// The shifts.
const (
	ShiftBefore Shift = "before" // to the working day before
	ShiftAfter  Shift = "after"
	NoShift     Shift = "none"
)

// Adjustment says what becomes of a change to a month that is closed.
type Adjustment string

// The adjustments.
const (
	Recompute Adjustment = "recompute"  // the month's grade, pay and roll-ups are computed again
	NextMonth Adjustment = "next-month" // it counts in the next month
)

// AverageAfter says with what a team's agents are compared once a month is published.
type AverageAfter string

// The averages after publication.
const (
	AveragePublished  AverageAfter = "published"  // what was published stays: nobody's appeal moves a colleague's tier
	AverageRecomputed AverageAfter = "recomputed" // what is known by now
)

// Role is what somebody does in an assessment.
type Role string

// The roles.
const (
	Agent          Role = "agent"
	Reviewer       Role = "reviewer" // of recordings and tickets (QA)
	Supervisor     Role = "supervisor"
	Manager        Role = "manager"
	Leader         Role = "leader" // who approves
	Panel          Role = "panel"
	HR             Role = "hr"
	Finance        Role = "finance"
	GeneralManager Role = "general-manager"
	Auditor        Role = "auditor"
)

// Roles are all roles.
var Roles = []Role{Agent, Reviewer, Supervisor, Manager, Leader, Panel, HR, Finance, GeneralManager, Auditor}

// lastCertainDay is the last day that every month has.
const lastCertainDay = 28

func (r *reader) cycle(o *document.Object, grades []Grade) Cycle {
	n := o.Object("cycle")
	if n == nil {
		return Cycle{}
	}
	c := Cycle{
		Period: n.OneOf("period", "month"), ScoredBy: n.Integer("scored_by", 1, lastCertainDay), PaidBy: n.Integer("paid_by", 1, lastCertainDay),
		Shift:   Shift(n.OneOf("shift", string(ShiftBefore), string(ShiftAfter), string(NoShift))),
		Scorers: r.roles(n, "scorer"), Approvers: r.roles(n, "approver"), Interview: r.interview(n, grades),
		Adjustment: Adjustment(n.OneOf("adjustment", string(Recompute), string(NextMonth))),
		Average:    AverageAfter(n.OneOfOr("average", string(AveragePublished), string(AveragePublished), string(AverageRecomputed))),
	}
	if n.Has("four_eyes") {
		c.FourEyes = n.Bool("four_eyes")
	}
	if n.Has("appeal_days") {
		c.AppealDays = n.Integer("appeal_days", 1, 365)
	}
	if paid := n.Get("paid_by"); paid != nil && c.PaidBy < c.ScoredBy {
		r.Problem(paid.At, "paid_by: %d is before %d, by which it is scored", c.PaidBy, c.ScoredBy)
	}
	r.done(n, "cycle")
	return c
}

func (r *reader) roles(o *document.Object, key string) []Role {
	var roles []Role
	for _, n := range o.List(key, 1) {
		role := Role(r.OneOf(n, key, document.Texts(Roles)))
		if slices.Contains(roles, role) {
			r.Problem(n.At, "%s: %q stands here twice", key, role)
		}
		roles = append(roles, role)
	}
	return roles
}

func (r *reader) interview(o *document.Object, grades []Grade) *Interview {
	if !o.Has("interview") {
		return nil
	}
	n := o.Object("interview")
	if n == nil {
		return nil
	}
	i := &Interview{Below: gradeName(n, "below", grades), WithinDays: n.Integer("within_days", 1, 365)}
	r.done(n, "interview")
	return i
}

// Deadlines are the days by which a month is scored, and paid; both still count.
type Deadlines struct {
	Scored, Paid calendar.Date
}

// Deadlines returns those of a month, moved off days on which the calendar has no work.
func (p *Policy) Deadlines(m calendar.Month, c *calendar.Calendar) Deadlines {
	next := m.Next()
	return Deadlines{p.Cycle.shift(next, p.Cycle.ScoredBy, c), p.Cycle.shift(next, p.Cycle.PaidBy, c)}
}

func (c Cycle) shift(m calendar.Month, day int, on *calendar.Calendar) calendar.Date {
	return c.Shifted(calendar.Date{Year: m.Year, Month: m.Month, Day: day}, on)
}

// Shifted moves a day by which something has to be done off days without work. Where the calendar knows no working day
// near it, as before its first version, the day stays.
func (c Cycle) Shifted(d calendar.Date, on *calendar.Calendar) calendar.Date {
	moved := d
	switch c.Shift {
	case ShiftBefore:
		moved = on.DayBefore(d)
	case ShiftAfter:
		moved = on.DayAfter(d)
	case NoShift:
	}
	if moved == (calendar.Date{}) {
		return d
	}
	return moved
}
