package rule

import (
	"fmt"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Excess takes points for each occurrence beyond a number that is free.
type Excess struct {
	measures   []measured
	Free       int64
	Each       amount.Points
	Separately bool // each metric has its own free ones
}

var _ = register(Doc{
	Kind:    "excess",
	Title:   document.Title{ZH: "超次扣分", EN: "Excess"},
	Summary: document.Title{ZH: "免扣次数之外，每次扣分。", EN: "Takes points for each occurrence beyond a number that is free."},
	Keys: []Key{
		{"measures", "list of metrics with their settings", true, "what is counted"},
		{"free", "whole number", true, "occurrences that cost nothing"},
		{"each", "points", true, "taken for each further one"},
		{"count", "together or separately", false, "whether the metrics share the free ones (default) or have them each"},
	},
	Example: "kind: excess\nmeasures: [{metric: late_count, grace: 5m}]\nfree: 3\neach: 1",
}, readExcess)

func readExcess(o *document.Object, _ Context) Rule {
	r := Excess{Free: int64(o.Integer("free", 0, 1000)), Each: o.Points("each")}
	for _, n := range o.List("measures", 1) {
		m := measureOf(o.Reader.Object(n))
		if m.doc.ID != "" && m.doc.Denominator != "" {
			o.Reader.Problem(n.At, "metric %q is no count", m.doc.ID)
		}
		r.measures = append(r.measures, m)
	}
	r.Separately = o.OneOfOr("count", "together", "together", "separately") == "separately"
	return r
}

// Kind returns "excess".
func (Excess) Kind() string { return "excess" }

// Describe says what is free and what the rest costs.
func (r Excess) Describe() document.Title {
	var zh, en []string
	for _, m := range r.measures {
		zh, en = append(zh, m.doc.Title.ZH), append(en, m.doc.Title.EN)
	}
	together := document.Title{ZH: "合计", EN: " together"}
	if r.Separately {
		together = document.Title{ZH: "分别", EN: " each"}
	}
	return document.Title{
		ZH: fmt.Sprintf("%s%s %d 次以内不扣，其后每次扣 %s 分", strings.Join(zh, "、"), together.ZH, r.Free, Short(r.Each)),
		EN: fmt.Sprintf("%s: %d are free%s, each further one takes %s", strings.Join(en, ", "), r.Free, together.EN, Short(r.Each)),
	}
}

// Gives returns 0.
func (Excess) Gives() amount.Points { return 0 }

// Takes returns what one further occurrence costs.
func (r Excess) Takes() amount.Points { return r.Each }

// Queries returns what is counted.
func (r Excess) Queries() []metric.Query {
	var all []metric.Query
	for _, m := range r.measures {
		all = append(all, m.query)
	}
	return all
}

// Claims returns one claim for all metrics, or one for each where they are counted separately; none where nothing
// happened.
func (r Excess) Claims(p *Person) ([]Claim, error) {
	var claims []Claim
	if r.Separately {
		for i := range r.measures {
			claims = append(claims, r.claim(p, r.measures[i:i+1])...)
		}
		return claims, nil
	}
	return r.claim(p, r.measures), nil
}

func (r Excess) claim(p *Person, measures []measured) []Claim {
	var sum int64
	var zh, en []string
	c := Claim{Effect: Shows, Scope: OfItem}
	for _, m := range measures {
		v, _ := p.Period.Value(m.query, p.Agent)
		if v.Num == 0 {
			continue
		}
		sum += v.Num
		zh, en = append(zh, fmt.Sprintf("%s %d 次", m.doc.Title.ZH, v.Num)), append(en, fmt.Sprintf("%s: %d", m.doc.Title.EN, v.Num))
		c.Evidence.Add(p.Period.Evidence(m.query, p.Agent))
	}
	if sum == 0 {
		return nil
	}
	c.Value = &metric.Value{Agent: p.Agent, Num: sum, Den: 1}
	beyond := max(0, sum-r.Free)
	if beyond > 0 {
		c.Effect, c.Points = Takes, times(r.Each, beyond)
	}
	c.Text = document.Title{
		ZH: fmt.Sprintf("%s；免扣 %d 次，超出 %d 次", strings.Join(zh, "、"), r.Free, beyond),
		EN: fmt.Sprintf("%s; %d free, %d beyond", strings.Join(en, ", "), r.Free, beyond),
	}
	return []Claim{c}
}
