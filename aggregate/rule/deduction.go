package rule

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Deduction takes fixed points for each incident, finding or leave that meets its predicate.
type Deduction struct {
	Each   amount.Points
	Per    string // of a leave: "application" or "day"
	source occurrences
}

var _ = register(Doc{
	Kind:    "deduction",
	Title:   document.Title{ZH: "逐次扣分", EN: "Fixed deduction"},
	Summary: document.Title{ZH: "每发生一次扣固定分数。", EN: "Takes fixed points for each incident, finding of a review, or application for leave."},
	Keys: []Key{
		{"of", "incident, finding or leave", true, "what is counted"},
		{"when", "CEL over incident, finding or leave", true, "which of them"},
		{"each", "points", true, "taken for each"},
		{"per", "application or day", false, "of leave: one application (default) or each working day of it"},
	},
	Example: "kind: deduction\nof: finding\nwhen: finding.id == \"contempt\"\neach: 5",
}, readDeduction)

func readDeduction(o *document.Object, c Context) Rule {
	r := Deduction{Each: o.Points("each"), Per: "application", source: readOccurrences(o, c, "incident", "finding", "leave")}
	if r.source.of == "leave" {
		r.Per = o.OneOfOr("per", "application", "application", "day")
	}
	return r
}

// Kind returns "deduction".
func (Deduction) Kind() string { return "deduction" }

// Describe says what each costs.
func (r Deduction) Describe() document.Title {
	unit := map[string]document.Title{
		"incident": {ZH: "每次", EN: "for each incident"}, "finding": {ZH: "每次", EN: "for each finding"},
		"leave": {ZH: "每次申请", EN: "for each application"},
	}[r.source.of]
	if r.Per == "day" {
		unit = document.Title{ZH: "每天", EN: "for each day"}
	}
	each := Short(r.Each)
	return document.Title{ZH: unit.ZH + "扣 " + each + " 分", EN: "takes " + each + " points " + unit.EN}
}

// Gives returns 0.
func (Deduction) Gives() amount.Points { return 0 }

// Takes returns what one occurrence costs.
func (r Deduction) Takes() amount.Points { return r.Each }

// Queries returns none.
func (Deduction) Queries() []metric.Query { return nil }

// Claims returns one claim for each occurrence.
func (r Deduction) Claims(p *Person) ([]Claim, error) {
	all, err := r.source.all(p)
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, o := range all {
		count := o.count
		if r.Per == "day" {
			count = o.days
		}
		if count == 0 {
			continue
		}
		c := o.claim()
		c.Points = times(r.Each, count)
		if count > 1 {
			times := fmt.Sprintf(" × %d", count)
			c.Text = document.Title{ZH: c.Text.ZH + times, EN: c.Text.EN + times}
		}
		claims = append(claims, c)
	}
	return claims, nil
}
