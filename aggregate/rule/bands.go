package rule

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Bands gives the points of the first band that a value reaches.
type Bands struct {
	id      string
	measure measured
	Bands   []Band
	noValue noValue
}

// Band is one band. Where less is better the operator is "<=" or "<" and the value the most that is in it.
type Band struct {
	Name   string
	Bound  Bound
	Points amount.Points
}

var _ = register(Doc{
	Kind:    "bands",
	Title:   document.Title{ZH: "分档给分", EN: "Bands"},
	Summary: document.Title{ZH: "按数值所在档给分；比较时不四舍五入。", EN: "Gives the points of the first band that a value reaches, compared unrounded. On an edge the operator decides."},
	Keys: []Key{
		measureKey,
		{"bands", "list of {name, operator, value, points}", true, `from the best down; operator ">=", ">" where more is better, "<=", "<" where less is; value: a percentage for a rate, for a duration one such as 40s or 24h, else a number in the metric's unit; the last band has neither and takes the rest`},
		noValueKey,
	},
	Example: "kind: bands\nmeasure: {metric: satisfaction}\nbands:\n  - {name: excellent, operator: \">=\", value: 80, points: 10}\n  - {name: good, operator: \">=\", value: 60, points: 8}\n  - {name: fail, points: 0}",
}, readBands)

func readBands(o *document.Object, c Context) Rule {
	r := Bands{id: c.ID, measure: readMeasure(o), noValue: readNoValue(o, keepPoints)}
	less := r.measure.doc.Better == metric.Less
	value := r.measure.bound()
	seen := document.Unique{}
	ReadLadder(o, "bands", 2, func(m *document.Object) (string, Bound) {
		seen.Check(m, "name")
		b := Band{Name: m.Name("name"), Points: m.Points("points")}
		if b.Points > c.Bound {
			o.Reader.Problem(m.Node.At, "band %q gives %s points, its item at most %s", b.Name, b.Points, c.Bound)
		}
		b.Bound = readBandBound(m, less, value)
		r.Bands = append(r.Bands, b)
		return b.Name, b.Bound
	})
	return r
}

// readBandBound reads a bound; where less is better it is turned round, so that one ladder serves both: v <= 40 is
// -v >= -40.
func readBandBound(m *document.Object, less bool, value func(*document.Object, string) amount.Ratio) Bound {
	if !less {
		return ReadBound(m, "value", value)
	}
	if !m.Has("operator") && !m.Has("value") {
		return Bound{Value: amount.Ratio{Num: 0, Den: 1}}
	}
	op := map[string]Operator{"<=": AtLeast, "<": Above}[m.OneOf("operator", "<=", "<")]
	v := value(m, "value")
	return Bound{op, amount.Ratio{Num: -v.Num, Den: v.Den}}
}

// Kind returns "bands".
func (Bands) Kind() string { return "bands" }

// Describe lists the bands.
func (r Bands) Describe() document.Title {
	zh, en := r.measure.doc.Title.ZH+"：", r.measure.doc.Title.EN+": "
	for i, b := range r.Bands {
		sep := ", "
		if i == 0 {
			sep = ""
		}
		if b.Bound.Operator == Rest {
			zh, en = zh+sep+fmt.Sprintf("其余 %s 分", Short(b.Points)), en+sep+fmt.Sprintf("else %s", Short(b.Points))
			continue
		}
		text := fmt.Sprintf("%s%s %s → %s", sep, r.symbol(b.Bound.Operator), r.value(b.Bound.Value), Short(b.Points))
		zh, en = zh+text, en+text
	}
	return document.Title{ZH: zh, EN: en}
}

func (r Bands) symbol(op Operator) string {
	if r.measure.doc.Better == metric.Less {
		return map[Operator]string{AtLeast: "≤", Above: "<"}[op]
	}
	return map[Operator]string{AtLeast: "≥", Above: ">"}[op]
}

func (r Bands) value(v amount.Ratio) string {
	if v.Num < 0 {
		v.Num = -v.Num
	}
	switch {
	case r.measure.percentage():
		return ratioText(v)
	case r.measure.duration():
		return seconds(v) + " s"
	}
	return v.Decimal(2)
}

// Gives returns the points of the best band.
func (r Bands) Gives() amount.Points {
	var most amount.Points
	for _, b := range r.Bands {
		most = max(most, b.Points)
	}
	return most
}

// Takes returns 0.
func (Bands) Takes() amount.Points { return 0 }

// Queries returns the value.
func (r Bands) Queries() []metric.Query { return r.measure.queries() }

// Claims returns the band's points.
func (r Bands) Claims(p *Person) ([]Claim, error) {
	v, ok := p.value(r.measure.query)
	if !ok {
		return []Claim{r.withoutValue(p)}, nil
	}
	value, _ := v.Ratio()
	if r.measure.doc.Better == metric.Less {
		value.Num = -value.Num
	}
	for _, b := range r.Bands {
		if b.Bound.Reached(value) {
			words := r.measure.words(v, r.edges()...)
			return []Claim{{Effect: Gives, Points: b.Points, Value: &v, Text: document.Title{ZH: words.ZH + " → " + b.Name, EN: words.EN + " → " + b.Name},
				Evidence: p.Period.Evidence(r.measure.query, p.Agent)}}, nil
		}
	}
	return nil, nil
}

// edges returns the values at which the bands meet.
func (r Bands) edges() []amount.Ratio {
	var edges []amount.Ratio
	for _, b := range r.Bands {
		if b.Bound.Operator != Rest {
			edges = append(edges, amount.Ratio{Num: max(b.Bound.Value.Num, -b.Bound.Value.Num), Den: b.Bound.Value.Den})
		}
	}
	return edges
}

func (r Bands) withoutValue(p *Person) Claim {
	switch r.noValue {
	case losePoints:
		return Claim{Effect: Gives, Text: titled("无数据，不给分", "nothing measured: no points")}
	case blockPoints:
		c := p.missing(r.id, titled("无数据", "nothing was measured"))
		if c.Effect == Waived {
			c.Effect, c.Points = Gives, r.Gives()
		}
		return c
	case keepPoints:
	}
	return Claim{Effect: Gives, Points: r.Gives(), Text: titled("无数据，保留满分", "nothing measured: points kept")}
}
