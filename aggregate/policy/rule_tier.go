package policy

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

const kindTier = "tier"

// TierRule ranks each agent by their figure relative to the team's average: count ÷ days against total ÷ days ÷ heads.
type TierRule struct {
	Metric  metric.Metric // a metric per day worked: its numerator is the count, its denominator the agent's own days
	Days    []metric.DaySource
	Figure  FigureDays
	Average AverageDays
	Members Members
	Nobody  bool // whether what is credited to nobody counts in the average
	Tiers   []Tier
}

// FigureDays says by which days an agent's count is divided.
type FigureDays string

// The days of a figure.
const (
	OwnDays     FigureDays = "own-days"     // the days that the agent worked
	CompanyDays FigureDays = "company-days" // the dates on which any member worked
)

// AverageDays says by which days the members' total is divided.
type AverageDays string

// The days of an average.
const (
	PersonDays        AverageDays = "person-days"          // the sum of the members' own days
	CompanyDaysByHead AverageDays = "company-days-by-head" // the dates on which any member worked, times the members
)

// Members says who is assessed and makes up the average.
type Members struct {
	Duty    string // on the roster, such as "calls"; [AnyDuty] for everybody
	MinDays int    // days worked at least
}

// AnyDuty stands for everybody, whatever their duties.
const AnyDuty = "any"

// Tier is one tier, of which an agent reaches the first whose bound their percentage of the average meets.
type Tier struct {
	Name     string
	Operator Operator
	Percent  amount.Ratio // of the average; unused by a rest
	Points   amount.Points
}

// Operator compares an agent's percentage with a tier's.
type Operator string

// The operators.
const (
	AtLeast Operator = ">="
	Above   Operator = ">"
	Rest    Operator = "" // takes what no tier before it took
)

// Reached reports whether somebody at this share of the average is in the tier, if in none before it.
func (t Tier) Reached(share amount.Ratio) bool {
	switch t.Operator {
	case AtLeast:
		return share.Cmp(t.Percent) >= 0
	case Above:
		return share.Cmp(t.Percent) > 0
	case Rest:
	}
	return true
}

// below reports whether somebody can miss the tier before and still reach t.
func (t Tier) below(before Tier) bool {
	c := t.Percent.Cmp(before.Percent)
	return c < 0 || c == 0 && before.Operator == Above && t.Operator == AtLeast
}

// Kind returns "tier".
func (TierRule) Kind() string { return kindTier }

// Most returns the points of the tier that gives most.
func (t TierRule) Most() amount.Points {
	var most amount.Points
	for _, tier := range t.Tiers {
		most = max(most, tier.Points)
	}
	return most
}

func readTierRule(o *document.Object) Rule {
	t := TierRule{
		Metric:  readMetric(o),
		Figure:  FigureDays(o.OneOf("figure", string(OwnDays), string(CompanyDays))),
		Average: AverageDays(o.OneOf("average", string(PersonDays), string(CompanyDaysByHead))),
		Nobody:  o.OneOf("nobody", "excluded", "included") == "included",
	}
	for _, n := range o.List("days", 1) {
		source := metric.DaySource(o.Reader.OneOf(n, "days", document.Texts(metric.DaySources)))
		if slices.Contains(t.Days, source) {
			o.Reader.Problem(n.At, "days: %q stands here twice", source)
		}
		t.Days = append(t.Days, source)
	}
	if m := o.Object("members"); m != nil {
		t.Members = Members{Duty: m.ID("duty"), MinDays: m.Integer("min_days", 0, 31)}
		m.Done()
	}
	t.Tiers = readTiers(o)
	return t
}

// readMetric returns the metric that the rule names, which must be one per day worked.
func readMetric(o *document.Object) metric.Metric {
	var known []string
	for _, m := range metric.All() {
		if m.Doc().Denominator == (metric.DaysWorked{}).Doc().ID {
			known = append(known, m.Doc().ID)
		}
	}
	m, _ := metric.Find(o.OneOf("metric", known...))
	return m
}

func readTiers(o *document.Object) []Tier {
	var tiers []Tier
	seen := document.Unique{}
	nodes := o.List("tiers", 2)
	for i, n := range nodes {
		t := readTier(o.Reader.Object(n), seen)
		last := i == len(nodes)-1
		switch {
		case last && t.Operator != Rest:
			o.Reader.Problem(n.At, "tier %q: the last tier takes what is left and has no percent", t.Name)
		case !last && t.Operator == Rest:
			o.Reader.Problem(n.At, "tier %q: only the last tier has no percent", t.Name)
		case !last && i > 0 && !t.below(tiers[i-1]):
			o.Reader.Problem(n.At, "tier %q: nobody can reach it, the tier before it begins no higher", t.Name)
		}
		tiers = append(tiers, t)
	}
	return tiers
}

func readTier(o *document.Object, seen document.Unique) Tier {
	t := Tier{
		Name: o.Name("name"), Points: o.Points("points"),
		Percent: amount.Ratio{Num: 0, Den: 1},
	}
	seen.Check(o, "name")
	if o.Get("operator") != nil || o.Get("percent") != nil {
		t.Operator = Operator(o.OneOf("operator", string(AtLeast), string(Above)))
		t.Percent = o.Percent("percent")
	}
	o.Done()
	return t
}
