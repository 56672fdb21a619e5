package rule

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// RangedDeduction takes points for each incident or finding that the assessor chooses within a range, with a reason.
type RangedDeduction struct {
	id       string
	From, To amount.Points
	source   occurrences
}

var _ = register(Doc{
	Kind:    "ranged-deduction",
	Title:   document.Title{ZH: "区间扣分", EN: "Ranged deduction"},
	Summary: document.Title{ZH: "每发生一次，由考核人在区间内选择扣分并说明理由；未选择则不能出总分。", EN: "Takes points for each incident or finding that the assessor chooses within a range, with a reason. Without the choice the card cannot be scored."},
	Keys: []Key{
		{"of", "incident or finding", true, "what is counted"},
		{"when", "CEL over incident or finding", true, "which of them"},
		{"from", "points", true, "the least that may be taken for each"},
		{"to", "points", true, "the most that may be taken for each"},
	},
	Example: "kind: ranged-deduction\nof: finding\nwhen: finding.id == \"language\"\nfrom: 1\nto: 2",
}, readRangedDeduction)

func readRangedDeduction(o *document.Object, c Context) Rule {
	r := RangedDeduction{id: c.ID, From: o.Points("from"), To: o.Points("to"), source: readOccurrences(o, c, "incident", "finding")}
	if r.From > r.To {
		o.Reader.Problem(o.Node.At, "from %s to %s is no range", r.From, r.To)
	}
	return r
}

// Kind returns "ranged-deduction".
func (RangedDeduction) Kind() string { return "ranged-deduction" }

// Describe says what each costs.
func (r RangedDeduction) Describe() document.Title {
	return titled("每次扣 %s–%s 分，由考核人选择并说明理由", "takes %s to %s points for each, as the assessor chooses with a reason", Short(r.From), Short(r.To))
}

// Gives returns 0.
func (RangedDeduction) Gives() amount.Points { return 0 }

// Takes returns the most that one occurrence costs.
func (r RangedDeduction) Takes() amount.Points { return r.To }

// Queries returns none.
func (RangedDeduction) Queries() []metric.Query { return nil }

// Claims returns one claim for each occurrence. Where the choice or its reason is missing, or the choice is outside the
// range, the card waits for it.
func (r RangedDeduction) Claims(p *Person) ([]Claim, error) {
	all, err := r.source.all(p)
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, o := range all {
		chosen, reason := o.chosen, o.reason
		if s, ok := p.Scores[r.id+"/"+o.id]; ok && s.By != p.Agent {
			chosen, reason = &s.Points, s.Reason
		}
		c := o.claim()
		switch {
		case chosen == nil || *chosen < r.From || *chosen > r.To || reason == "":
			// It wants its incident by the most that could be chosen: what a heavier rule takes needs no choice.
			c.Effect, c.Points = Blocks, r.To
			c.Text = titled("%s：须在 %s–%s 分之间选择并说明理由", "%s: want a choice from %s to %s points, with a reason", o.id, Short(r.From), Short(r.To))
		default:
			c.Points = times(*chosen, o.count)
			c.Text = document.Title{ZH: c.Text.ZH + "：" + reason, EN: c.Text.EN + ": " + reason}
		}
		claims = append(claims, c)
	}
	return claims, nil
}
