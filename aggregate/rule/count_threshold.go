package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// CountThreshold takes points when there were so many incidents.
type CountThreshold struct {
	id       string
	Least    int // incidents that reach it
	Points   amount.Points
	Scope    Scope
	Window   Window
	SameKind bool // counts each kind of mistake by itself
	when     incidentsWhen
}

// Window is how far back occurrences count.
type Window string

// The windows.
const (
	InMonth Window = "month"
	InYear  Window = "year" // the calendar year
	AnyTime Window = "any"
)

var _ = register(Doc{
	Kind:  "count-threshold",
	Title: document.Title{ZH: "次数门槛", EN: "Count threshold"},
	Summary: document.Title{ZH: "达到一定次数即扣分，先于其他扣分生效。已被更重规则计入的事件不计次数。",
		EN: "Takes points when there were so many incidents; it acts before other deductions. Incidents that a heavier rule took do not count."},
	Keys: []Key{
		{"when", "CEL over incident", true, "which incidents count"},
		{"operator", `">=" or ">"`, false, `how the count is compared; ">=" when absent`},
		{"at_least", "whole number", true, "the count"},
		{"points", "points", true, "taken when the count is reached, and again in each month that adds to it"},
		{"scope", "item or section", false, "what they are taken from; the item when absent"},
		{"window", "month, year or any", false, "incidents of which time count; at least one must lie in the month. The month when absent"},
		{"group_by", "same_kind", false, "counts each kind of mistake by itself"},
	},
	Example: "kind: count-threshold\nwhen: '\"email\" in incident.subjects && incident.serious'\nat_least: 3\npoints: 30\nscope: section",
}, readCountThreshold)

func readCountThreshold(o *document.Object, c Context) Rule {
	r := CountThreshold{id: c.ID, when: readIncidentsWhen(o, c), Points: o.Points("points"), Scope: readScope(o), Window: readWindow(o, InMonth)}
	r.Least = o.Integer("at_least", 1, 1000)
	if Operator(o.OneOfOr("operator", string(AtLeast), string(AtLeast), string(Above))) == Above {
		r.Least++
	}
	r.SameKind = o.OneOfOr("group_by", "", "same_kind") != ""
	return r
}

func readWindow(o *document.Object, absent Window) Window {
	return Window(o.OneOfOr("window", string(absent), string(InMonth), string(InYear), string(AnyTime)))
}

// holds reports whether an earlier date lies in the window of a month.
func (w Window) holds(d calendar.Date, m calendar.Month) bool {
	return w == AnyTime || w == InYear && d.Year == m.Year
}

func (w Window) words() document.Title {
	return map[Window]document.Title{
		InMonth: {ZH: "当月", EN: "in the month"}, InYear: {ZH: "本日历年内", EN: "in the calendar year"}, AnyTime: {ZH: "累计", EN: "at any time"},
	}[w]
}

// Kind returns "count-threshold".
func (CountThreshold) Kind() string { return "count-threshold" }

// Describe says how many cost how much.
func (r CountThreshold) Describe() document.Title {
	window, scope := r.Window.words(), r.Scope.words(r.Points)
	kind := document.Title{}
	if r.SameKind {
		kind = document.Title{ZH: "同类", EN: " of one kind"}
	}
	return document.Title{
		ZH: fmt.Sprintf("%s%s满 %d 次，扣除%s", window.ZH, kind.ZH, r.Least, scope.ZH),
		EN: fmt.Sprintf("%d or more%s %s take %s", r.Least, kind.EN, window.EN, scope.EN),
	}
}

// Gives returns 0.
func (CountThreshold) Gives() amount.Points { return 0 }

// Takes returns the points.
func (r CountThreshold) Takes() amount.Points { return r.Points }

// Queries returns none.
func (CountThreshold) Queries() []metric.Query { return nil }

// Claims returns one claim for each kind of mistake, or one for all, where something happened in the month. Whether the
// count is reached is only known when heavier claims have taken theirs.
func (r CountThreshold) Claims(p *Person) ([]Claim, error) {
	now, err := r.when.of(p.Incidents)
	if err != nil {
		return nil, err
	}
	before, err := r.when.of(p.Earlier)
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, key := range r.keys(now) {
		claims = append(claims, r.claim(p.Month, r.group(now, key), r.group(before, key)))
	}
	return claims, nil
}

// keys returns the kinds of mistakes in order of their first incident; a single one where kinds make no difference.
func (r CountThreshold) keys(incidents []*Incident) []string {
	var keys []string
	for _, i := range incidents {
		if key := r.key(i); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

func (r CountThreshold) key(i *Incident) string { return i.group(r.SameKind) }

func (r CountThreshold) group(incidents []*Incident, key string) []*Incident {
	return slices.DeleteFunc(slices.Clone(incidents), func(i *Incident) bool { return r.key(i) != key })
}

func (r CountThreshold) claim(m calendar.Month, now, before []*Incident) Claim {
	c := Claim{Effect: Takes, Points: r.Points, Scope: r.Scope, First: true, At: now[len(now)-1].At, Wants: incidentNames(now), Need: r.Least}
	for _, i := range now {
		c.Times = append(c.Times, i.At)
		c.Evidence.Add(i.Evidence)
	}
	for _, i := range before {
		if r.Window.holds(i.Date, m) && (i.TakenBy == "" || i.TakenBy == r.id) {
			c.Prior++
			c.Evidence.Add(i.Evidence)
		}
	}
	names := strings.Join(c.Wants, ", ")
	c.Text = document.Title{ZH: names, EN: names}
	if c.Prior > 0 {
		c.Text = titled("%s，此前 %d 次", "%s and %d before", names, c.Prior)
	}
	return c
}
