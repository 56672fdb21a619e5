package rule

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// WipeOut takes all points of its item or section for one incident.
type WipeOut struct {
	Scope  Scope
	Points amount.Points // all of the scope's, unless the policy says another number
	when   incidentsWhen
}

var _ = register(Doc{
	Kind:    "wipe-out",
	Title:   document.Title{ZH: "一次清零", EN: "Wipe-out"},
	Summary: document.Title{ZH: "发生一次即扣除本项或本部分的全部分数，先于其他扣分生效。", EN: "One incident takes all points of the item or section. It acts before other deductions."},
	Keys: []Key{
		{"when", "CEL over incident", true, "which incidents"},
		{"scope", "item or section", false, "what is wiped out; the item when absent"},
		{"points", "points", false, "nominal points; all of the scope when absent"},
	},
	Example: "kind: wipe-out\nwhen: '\"call-attitude\" in incident.subjects'\nscope: section",
}, readWipeOut)

func readWipeOut(o *document.Object, c Context) Rule {
	r := WipeOut{Scope: readScope(o), when: readIncidentsWhen(o, c)}
	r.Points = c.of(r.Scope)
	if o.Has("points") {
		r.Points = o.Points("points")
	}
	return r
}

func readScope(o *document.Object) Scope {
	return Scope(o.OneOfOr("scope", string(OfItem), string(OfItem), string(OfSection)))
}

// of returns the points of a scope.
func (c Context) of(s Scope) amount.Points {
	if s == OfSection {
		return c.Section
	}
	return c.Bound
}

// Kind returns "wipe-out".
func (WipeOut) Kind() string { return "wipe-out" }

// Describe says what one incident costs.
func (r WipeOut) Describe() document.Title {
	w := r.Scope.words(r.Points)
	return titledWith("发生一次即扣除%s", "one incident takes %s", w)
}

// Gives returns 0.
func (WipeOut) Gives() amount.Points { return 0 }

// Takes returns the nominal points.
func (r WipeOut) Takes() amount.Points { return r.Points }

// Queries returns none.
func (WipeOut) Queries() []metric.Query { return nil }

// Claims returns one claim for each incident; the second finds nothing left to take.
func (r WipeOut) Claims(p *Person) ([]Claim, error) {
	met, err := r.when.of(p.Incidents)
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, i := range met {
		claims = append(claims, Claim{Effect: Takes, Points: r.Points, Scope: r.Scope, First: true, At: i.At, Wants: []string{i.Facts.ID}, Need: 1,
			Text: i.describe(), Evidence: i.Evidence})
	}
	return claims, nil
}
