package policy

import (
	"fmt"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Grade is one grade and what it pays. A total is in the first grade whose bound it reaches.
type Grade struct {
	Name  string
	Bound rule.Bound // in points
	Pay   amount.Money
}

// Grade returns the grade of a total.
func (p *Policy) Grade(total amount.Points) Grade {
	for _, g := range p.Grades {
		if g.Bound.Reached(amount.Ratio{Num: int64(total), Den: 100}) {
			return g
		}
	}
	return Grade{} // only without grades: the last one takes what is left
}

// Below reports whether a grade is lower than another one.
func (p *Policy) Below(grade, other string) bool {
	index := func(name string) int { return slices.IndexFunc(p.Grades, func(g Grade) bool { return g.Name == name }) }
	return index(grade) > index(other)
}

func (r *reader) grades(o *document.Object) []Grade {
	var grades []Grade
	seen := document.Unique{}
	rule.ReadLadder(o, "grades", 2, func(n *document.Object) (string, rule.Bound) {
		seen.Check(n, "name")
		g := Grade{Name: n.Name("name"), Bound: rule.ReadBound(n, "points", rule.Points), Pay: money(n, "pay")}
		if r.keys != nil {
			r.keys["grade"] = append(r.keys["grade"], n.Asked()...)
		}
		grades = append(grades, g)
		return g.Name, g.Bound
	})
	return grades
}

// gradeName reads the name of a grade that there is.
func gradeName(o *document.Object, key string, grades []Grade) string {
	return o.OneOf(key, document.IDs(grades, func(g Grade) string { return g.Name })...)
}

// mostMoney bounds amounts; whoever means more has mistaken the unit.
const mostMoney amount.Money = 1_000_000_00

func money(o *document.Object, key string) amount.Money {
	return document.Scalar(o, key, document.Number, func(s string) (amount.Money, error) {
		m, err := amount.ParseMoney(s)
		if err != nil || m < 0 || m > mostMoney {
			return 0, fmt.Errorf("%s: want 0 to %s with at most two places", s, mostMoney)
		}
		return m, nil
	})
}

// Pay says how pay follows from a grade.
type Pay struct {
	Proration Proration
}

// Proration says what somebody gets who was there for a part of the month. Points are never prorated.
type Proration string

// The prorations.
const (
	NoProration  Proration = "none"
	CalendarDays Proration = "calendar-days" // pay by calendar days of employment
)

func (r *reader) pay(o *document.Object) Pay {
	n := o.Object("pay")
	if n == nil {
		return Pay{}
	}
	p := Pay{Proration(n.OneOf("proration", string(NoProration), string(CalendarDays)))}
	r.done(n, "pay")
	return p
}

// Streak is a grade so many months in a row, and the proposal that follows from it. A proposal is for people to decide.
type Streak struct {
	ID       string
	Title    document.Title
	Grade    string
	Months   int
	Gap      Gap
	Proposal document.Title
}

// Gap says what a month without assessment does to a streak.
type Gap string

// The gaps.
const (
	GapSkipped Gap = "skipped"
	GapBreaks  Gap = "breaks"
)

func (r *reader) streaks(o *document.Object, grades []Grade) []Streak {
	var streaks []Streak
	seen := document.Unique{}
	for _, n := range o.Optional("streaks") {
		s := r.Object(n)
		seen.Check(s, "id")
		streaks = append(streaks, Streak{
			ID: s.ID("id"), Title: s.Title("title"), Grade: gradeName(s, "grade", grades), Months: s.Integer("months", 2, 120),
			Gap: Gap(s.OneOf("gap", string(GapSkipped), string(GapBreaks))), Proposal: s.Title("proposal"),
		})
		r.done(s, "streak")
	}
	return streaks
}
