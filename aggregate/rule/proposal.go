package rule

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Proposal proposes something to people when something happened. It takes no points and wants no incident for itself:
// nothing is ever executed because of it.
type Proposal struct {
	What document.Title
	of   string
	when incidentsWhen
}

var _ = register(Doc{
	Kind:    "proposal",
	Title:   document.Title{ZH: "建议", EN: "Proposal"},
	Summary: document.Title{ZH: "发生时列出建议，由人决定，从不自动执行，不扣分。", EN: "Lists a proposal for people to decide, never executed by itself, without points."},
	Keys: []Key{
		{"of", "incident or absence", true, "what gives rise to it; absence: days absent without leave"},
		{"when", "CEL over incident", false, "which incidents; for incidents only"},
		{"proposal", "{zh, en}", true, "what is proposed"},
	},
	Example: "kind: proposal\nof: incident\nwhen: '\"refusal\" in incident.subjects'\nproposal: {zh: 辞退, en: dismissal}",
}, readProposal)

func readProposal(o *document.Object, c Context) Rule {
	r := Proposal{of: o.OneOf("of", "incident", "absence"), What: o.Title("proposal")}
	if r.of == "incident" {
		r.when = readIncidentsWhen(o, c)
	}
	return r
}

// Kind returns "proposal".
func (Proposal) Kind() string { return "proposal" }

// Describe says what is proposed.
func (r Proposal) Describe() document.Title {
	return document.Title{ZH: "建议：" + r.What.ZH + "（由人决定，不扣分）", EN: "proposes: " + r.What.EN + " (people decide, no points)"}
}

// Gives returns 0.
func (Proposal) Gives() amount.Points { return 0 }

// Takes returns 0.
func (Proposal) Takes() amount.Points { return 0 }

var absentDays = metric.Query{Metric: "absent_days"}

// Queries returns the days of absence, if these give rise to it.
func (r Proposal) Queries() []metric.Query {
	if r.of == "absence" {
		return []metric.Query{absentDays}
	}
	return nil
}

// Claims returns a proposal for each incident, or one for all days of absence.
func (r Proposal) Claims(p *Person) ([]Claim, error) {
	if r.of == "absence" {
		v, ok := p.value(absentDays)
		if !ok || v.Num == 0 {
			return nil, nil
		}
		return []Claim{{Effect: Proposes, Value: &v, Evidence: p.Period.Evidence(absentDays, p.Agent), Text: document.Title{
			ZH: fmt.Sprintf("%s：缺勤 %d 天", r.What.ZH, v.Num), EN: fmt.Sprintf("%s: days absent: %d", r.What.EN, v.Num)}}}, nil
	}
	met, err := r.when.of(p.Incidents)
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, i := range met {
		claims = append(claims, Claim{Effect: Proposes, At: i.At, Evidence: i.Evidence, Text: document.Title{
			ZH: r.What.ZH + "：" + i.describe().ZH, EN: r.What.EN + ": " + i.describe().EN}})
	}
	return claims, nil
}
