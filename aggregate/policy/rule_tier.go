package policy

import (
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
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

func readTierRule(o *object) Rule {
	t := TierRule{
		Metric:  readMetric(o),
		Figure:  FigureDays(o.oneOf("figure", string(OwnDays), string(CompanyDays))),
		Average: AverageDays(o.oneOf("average", string(PersonDays), string(CompanyDaysByHead))),
		Nobody:  o.oneOf("nobody", "excluded", "included") == "included",
	}
	for _, n := range o.list("days", 1) {
		source := metric.DaySource(o.r.oneOf(n, "days", texts(metric.DaySources)))
		if slices.Contains(t.Days, source) {
			o.r.problem(n.at, "days: %q stands here twice", source)
		}
		t.Days = append(t.Days, source)
	}
	if m := o.object("members"); m != nil {
		t.Members = Members{Duty: m.id("duty"), MinDays: m.integer("min_days", 0, 31)}
		m.done()
	}
	t.Tiers = readTiers(o)
	return t
}

func texts[T ~string](all []T) []string { return ids(all, func(v T) string { return string(v) }) }

// readMetric returns the metric that the rule names, which must be one per day worked.
func readMetric(o *object) metric.Metric {
	var known []string
	for _, m := range metric.All() {
		if m.Doc().Denominator == (metric.DaysWorked{}).Doc().ID {
			known = append(known, m.Doc().ID)
		}
	}
	m, _ := metric.Find(o.oneOf("metric", known...))
	return m
}

func readTiers(o *object) []Tier {
	var tiers []Tier
	seen := unique{}
	nodes := o.list("tiers", 2)
	for i, n := range nodes {
		t := o.r.tier(n, seen)
		last := i == len(nodes)-1
		switch {
		case last && t.Operator != Rest:
			o.r.problem(n.at, "tier %q: the last tier takes what is left and has no percent", t.Name)
		case !last && t.Operator == Rest:
			o.r.problem(n.at, "tier %q: only the last tier has no percent", t.Name)
		case !last && i > 0 && !t.below(tiers[i-1]):
			o.r.problem(n.at, "tier %q: nobody can reach it, the tier before it begins no higher", t.Name)
		}
		tiers = append(tiers, t)
	}
	return tiers
}

func (r *reader) tier(n *node, seen unique) Tier {
	o := r.object(n)
	t := Tier{
		Name: o.matching("name", tierPattern, "letters, digits and '-'"), Points: o.points("points"),
		Percent: amount.Ratio{Num: 0, Den: 1},
	}
	seen.check(r, o, "name")
	if o.get("operator") != nil || o.get("percent") != nil {
		t.Operator = Operator(o.oneOf("operator", string(AtLeast), string(Above)))
		t.Percent = o.percent("percent")
	}
	o.done()
	return t
}
