package rule

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Shown puts a value on the card that carries no points.
type Shown struct {
	measure measured
}

var _ = register(Doc{
	Kind:    "shown",
	Title:   document.Title{ZH: "仅列示", EN: "Shown"},
	Summary: document.Title{ZH: "在评分卡上列出数值，不计分。", EN: "Puts a value on the card that carries no points."},
	Keys:    []Key{measureKey},
	Example: "kind: shown\nmeasure: {metric: inquiry_on_time, target: {wall: 12h}}",
}, func(o *document.Object, _ Context) Rule { return Shown{readMeasure(o)} })

// Kind returns "shown".
func (Shown) Kind() string { return "shown" }

// Describe says what is shown.
func (r Shown) Describe() document.Title {
	return titledWith("列示%s，不计分", "shows %s, without points", r.measure.doc.Title)
}

// Gives returns 0.
func (Shown) Gives() amount.Points { return 0 }

// Takes returns 0.
func (Shown) Takes() amount.Points { return 0 }

// Queries returns what is shown.
func (r Shown) Queries() []metric.Query { return r.measure.queries() }

// Claims returns the value.
func (r Shown) Claims(p *Person) ([]Claim, error) {
	v, ok := p.value(r.measure.query)
	if !ok {
		return []Claim{{Effect: Shows, Text: titled("无数据", "nothing measured")}}, nil
	}
	words := r.measure.words(v)
	if bad := v.Den - v.Num; r.measure.percentage() && bad > 0 {
		words = document.Title{ZH: fmt.Sprintf("%s，%d 件未达标，不计分", words.ZH, bad), EN: fmt.Sprintf("%s, %d missed, no points", words.EN, bad)}
	}
	return []Claim{{Effect: Shows, Value: &v, Text: words, Evidence: p.Period.Evidence(r.measure.query, p.Agent)}}, nil
}
