package rule

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// RateThreshold takes points when a rate is below its target. The rate is compared unrounded.
type RateThreshold struct {
	id      string
	measure measured
	target  Bound
	Points  amount.Points
	noValue noValue
	small   int64
	minimum int64
}

var _ = register(Doc{
	Kind:  "rate-threshold",
	Title: document.Title{ZH: "比率门槛", EN: "Rate threshold"},
	Summary: document.Title{ZH: "比率未达标即扣分；比率不四舍五入。样本少时标明。",
		EN: "Takes points when a rate misses its target. Rates are compared unrounded; few cases are flagged, and fewer than the minimum decide nothing."},
	Keys: []Key{
		measureKey,
		{"operator", `">=" or ">"`, true, "how the rate is compared with the target"},
		{"percent", "percentage", true, "the target"},
		{"points", "points", true, "taken when the target is missed"},
		{"small", "whole number", false, "fewer cases than this are flagged as a small sample"},
		{"minimum", "whole number", false, "fewer cases than this decide nothing: the points are kept, and the card says so"},
		noValueKey,
	},
	Example: "kind: rate-threshold\nmeasure: {metric: email_on_time, target: {working: 2h}}\noperator: \">=\"\npercent: 98\npoints: 8\nsmall: 50",
}, readRateThreshold)

func readRateThreshold(o *document.Object, c Context) Rule {
	r := RateThreshold{id: c.ID, measure: readMeasure(o), target: ReadBound(o, "percent", Percent), Points: o.Points("points"), noValue: readNoValue(o, keepPoints)}
	if r.target.Operator == Rest {
		o.Reader.Problem(o.Node.At, "keys \"operator\" and \"percent\" are missing")
	}
	switch {
	case r.measure.doc.ID != "" && !r.measure.percentage():
		o.Reader.Problem(o.Node.At, "metric %q is no rate", r.measure.doc.ID)
	case r.measure.doc.Better == metric.Less:
		o.Reader.Problem(o.Node.At, "metric %q: less of it is better, so falling short of a target costs nothing; use bands", r.measure.doc.ID)
	}
	if o.Has("small") {
		r.small = int64(o.Integer("small", 1, 1_000_000))
	}
	if o.Has("minimum") {
		r.minimum = int64(o.Integer("minimum", 1, 1_000_000))
	}
	return r
}

// Kind returns "rate-threshold".
func (RateThreshold) Kind() string { return "rate-threshold" }

// Describe says what the target is and what missing it costs.
func (r RateThreshold) Describe() document.Title {
	op, percent, points := r.target.Operator.words(), ratioText(r.target.Value), Short(r.Points)
	return document.Title{
		ZH: fmt.Sprintf("%s须%s %s，否则扣 %s 分", r.measure.doc.Title.ZH, op.ZH, percent, points),
		EN: fmt.Sprintf("%s %s %s, else it takes %s points", r.measure.doc.Title.EN, op.EN, percent, points),
	}
}

// Gives returns 0.
func (RateThreshold) Gives() amount.Points { return 0 }

// Takes returns what missing the target costs.
func (r RateThreshold) Takes() amount.Points { return r.Points }

// Queries returns the rate.
func (r RateThreshold) Queries() []metric.Query { return r.measure.queries() }

// Claims returns one claim: kept, missed, or without a value.
func (r RateThreshold) Claims(p *Person) ([]Claim, error) {
	v, ok := p.value(r.measure.query)
	if !ok {
		return []Claim{r.withoutValue(p)}, nil
	}
	rate, _ := v.Ratio()
	words := r.measure.words(v, r.target.Value)
	c := Claim{Effect: Shows, Scope: OfItem, Value: &v, Small: r.measure.small(v, r.small), Evidence: p.Period.Evidence(r.measure.query, p.Agent)}
	target := ratioText(r.target.Value)
	switch {
	case r.target.Reached(rate):
		c.Text = document.Title{ZH: words.ZH + "，达到 " + target + "，不扣分", EN: words.EN + ", target " + target + " kept"}
	case v.Sample < r.minimum:
		c.Text = document.Title{ZH: fmt.Sprintf("%s，少于 %d 件，不作评判", words.ZH, r.minimum), EN: fmt.Sprintf("%s, fewer than %d cases decide nothing", words.EN, r.minimum)}
	default:
		c.Effect, c.Points = Takes, r.Points
		c.Text = document.Title{ZH: words.ZH + "，未达 " + target, EN: words.EN + ", target " + target + " missed"}
	}
	if c.Small {
		c.Text = document.Title{ZH: c.Text.ZH + "（样本少）", EN: c.Text.EN + " (small sample)"}
	}
	return []Claim{c}, nil
}

func (r RateThreshold) withoutValue(p *Person) Claim {
	switch r.noValue {
	case losePoints:
		return Claim{Effect: Takes, Scope: OfItem, Points: r.Points, Text: titled("无数据，按未达标处理", "nothing measured: counts as missed")}
	case blockPoints:
		return p.missing(r.id, titled("无数据", "nothing was measured"))
	case keepPoints:
	}
	return Claim{Effect: Shows, Text: titled("无数据，不扣分", "nothing measured: points kept")}
}
