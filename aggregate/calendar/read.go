package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// reader reads a calendar.
type reader struct{ document.Reader }

// The years in which a calendar has working time. They keep a sum of hours within a [time.Duration].
const firstYear, lastYear = 1900, 2149

// names are the keys of the weekdays, Monday first as in the file.
var names = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// weekdayOf returns the weekday of a place in names.
func weekdayOf(i int) time.Weekday { return time.Weekday((i + 1) % 7) }

func (r *reader) calendar(root *document.Node) *Calendar {
	o := r.Object(root)
	c := &Calendar{name: o.ID("name"), title: o.Title("title"), special: map[int]special{}}
	for _, n := range o.List("versions", 1) {
		r.version(c, n)
	}
	r.covers(c, o)
	seen := map[int]document.Position{}
	for _, n := range o.Optional("holidays") {
		r.holiday(c, n, seen)
	}
	seen = map[int]document.Position{}
	for _, n := range o.Optional("shifts") {
		r.shift(c, n, seen)
	}
	o.Done()
	for day, at := range seen {
		r.apart(c, day, at)
		r.apart(c, day+1, at)
	}
	// A map has no order, but what is wrong should be told from the top.
	slices.SortStableFunc(r.Problems, func(a, b document.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return c
}

// version reads a week and the date from which it holds.
func (r *reader) version(c *Calendar, n *document.Node) {
	o := r.Object(n)
	from, ok := date(o, "from")
	v := version{from: from}
	if last := len(c.versions) - 1; ok && last >= 0 && from <= c.versions[last].from {
		r.Problem(o.Get("from").At, "from: want a date after that of the version before, %s", dateOfNumber(c.versions[last].from))
		ok = false
	}
	if week := o.Object("weekdays"); week != nil {
		r.week(&v, week)
	}
	o.Done()
	if ok {
		c.versions = append(c.versions, v)
		r.apart(c, from, o.Node.At)
	}
}

func (r *reader) week(v *version, o *document.Object) {
	for i, name := range names {
		v.weekdays[weekdayOf(i)] = r.intervals(o.Optional(name))
	}
	o.Done()
	for i, name := range names {
		before := (i + 6) % 7
		if late, early, ok := overlap(v.weekdays[weekdayOf(before)], v.weekdays[weekdayOf(i)]); ok {
			r.Problem(o.Get(name).At, "%s: %s begins before %s of %s has ended", name, early, late, names[before])
		}
	}
}

// intervals reads the intervals of a date and puts them in order.
func (r *reader) intervals(nodes []*document.Node) []Interval {
	var all []Interval
	for _, n := range nodes {
		if n.Kind != document.Text {
			r.Problem(n.At, "want a text such as \"09:00-18:00\", found %s", n.Kind)
			continue
		}
		next, err := ParseInterval(n.Text)
		if err != nil {
			r.Problem(n.At, "%v", err)
			continue
		}
		for _, i := range all {
			if next.From < i.Until && i.From < next.Until {
				r.Problem(n.At, "%s overlaps %s", next, i)
			}
		}
		all = append(all, next)
	}
	slices.SortFunc(all, func(a, b Interval) int { return cmp.Compare(a.From, b.From) })
	return all
}

// covers reads the dates whose holidays are known. A calendar without holidays and shifts knows them all.
func (r *reader) covers(c *Calendar, o *document.Object) {
	if !o.Has("covers") && !o.Has("holidays") && !o.Has("shifts") {
		return
	}
	span := o.Object("covers")
	if span == nil {
		return
	}
	from, okFrom := date(span, "from")
	until, okUntil := date(span, "until")
	span.Done()
	if okFrom && okUntil && until < from {
		r.Problem(span.Get("until").At, "until: want %s or later", dateOfNumber(from))
	}
	if c.covered = okFrom && okUntil; c.covered {
		c.first, c.latest = from, until
	}
}

// maxHoliday bounds the days of one holiday; a mistyped year would have a century of them.
const maxHoliday = 366

func (r *reader) holiday(c *Calendar, n *document.Node, seen map[int]document.Position) {
	o := r.Object(n)
	first, ok := date(o, "date")
	last := first
	if o.Has("until") {
		var okUntil bool
		last, okUntil = date(o, "until")
		ok = ok && okUntil
	}
	s := special{kind: Holiday, title: o.Title("title")}
	o.Done()
	if ok && (last < first || last-first >= maxHoliday) {
		r.Problem(o.Get("until").At, "until: want %s or later, %d days at most", dateOfNumber(first), maxHoliday)
		return
	}
	for day := first; ok && day <= last; day++ {
		ok = r.once(c, o, day, seen)
		c.special[day] = s
	}
}

func (r *reader) shift(c *Calendar, n *document.Node, seen map[int]document.Position) {
	o := r.Object(n)
	day, ok := date(o, "date")
	s := special{kind: Shift, title: o.Title("title")}
	switch {
	case o.Has("intervals"):
		s.intervals = r.intervals(o.List("intervals", 1))
		if like := o.Get("like"); like != nil {
			r.Problem(like.At, "like: the intervals are given; want one of both")
		}
	case ok:
		s.intervals = r.like(c, o, day)
	default:
		o.Get("like")
	}
	o.Done()
	if ok && r.once(c, o, day, seen) {
		c.special[day] = s
	}
}

// like returns the intervals of the weekday named, or of the first one that has any, as they are on the day.
func (r *reader) like(c *Calendar, o *document.Object, day int) []Interval {
	v := c.version(day)
	if v == nil {
		v = &version{}
	}
	if o.Has("like") {
		i := slices.Index(names, o.OneOf("like", names...))
		if i >= 0 && len(v.weekdays[weekdayOf(i)]) == 0 {
			r.Problem(o.Get("like").At, "like: %s has no working hours on %s", names[i], dateOfNumber(day))
		}
		if i < 0 {
			return nil
		}
		return v.weekdays[weekdayOf(i)]
	}
	for i := range names {
		if all := v.weekdays[weekdayOf(i)]; len(all) > 0 {
			return all
		}
	}
	r.Problem(o.Node.At, "no weekday has working hours on %s: give the shift intervals", dateOfNumber(day))
	return nil
}

// once notes a date, and a problem if it was noted before or is none that the calendar covers.
func (r *reader) once(c *Calendar, o *document.Object, day int, seen map[int]document.Position) bool {
	at := o.Get("date").At
	if c.covered && (day < c.first || day > c.latest) {
		r.Problem(at, "date: %s is outside of what the calendar covers", dateOfNumber(day))
		return false
	}
	if first, ok := seen[day]; ok {
		r.Problem(at, "date: %s stands here twice, first in line %d", dateOfNumber(day), first.Line)
		return false
	}
	seen[day] = at
	return true
}

// apart notes a problem if work of the day before has not ended when that of the day begins.
func (r *reader) apart(c *Calendar, day int, at document.Position) {
	if late, early, ok := overlap(c.intervals(day-1), c.intervals(day)); ok {
		r.Problem(at, "%s of %s begins before %s of the day before has ended", early, dateOfNumber(day), late)
	}
}

// overlap returns the last interval of a date and the first of the next one if they overlap.
func overlap(today, tomorrow []Interval) (late, early Interval, overlaps bool) {
	if len(today) == 0 || len(tomorrow) == 0 {
		return Interval{}, Interval{}, false
	}
	late, early = today[len(today)-1], tomorrow[0]
	return late, early, early.From+Midnight < late.Until
}

// date reads a date as a day number and reports whether it is one.
func date(o *document.Object, key string) (int, bool) {
	d := document.Scalar(o, key, document.Text, func(s string) (Date, error) {
		d, err := ParseDate(s)
		if err == nil && (d.Year < firstYear || d.Year > lastYear) {
			err = fmt.Errorf("date %q: want a year from %d to %d", s, firstYear, lastYear)
		}
		return d, err
	})
	return d.number(), d != Date{}
}
