package rule

import (
	"fmt"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Escalation has a price for each occurrence: the first, the second and so on. Money is never taken: it is proposed.
//
// The N-th occurrence is a fact of conduct. So occurrences count here also when a heavier rule took their points.
type Escalation struct {
	Steps    []Step
	Beyond   *document.Title // proposed after the last step; nil: the last step again
	Window   Window
	SameKind bool
	when     incidentsWhen
}

// Step is the price of one occurrence: points, or money to propose.
type Step struct {
	Points amount.Points
	Money  amount.Money
}

var _ = register(Doc{
	Kind:    "escalation",
	Title:   document.Title{ZH: "逐次加重", EN: "Escalation"},
	Summary: document.Title{ZH: "第 N 次有各自的扣分；罚款只作为建议。", EN: "Each occurrence has its price, the first, the second and so on. Fines are proposals for people to decide."},
	Keys: []Key{
		{"when", "CEL over incident", true, "which incidents"},
		{"steps", "list of {points} or {money}", true, "the price of the first, the second, … occurrence"},
		{"beyond", "{zh, en}", false, "proposed for each occurrence after the last step; absent: the last step again"},
		{"window", "month, year or any", false, "occurrences of which time count; the calendar year when absent"},
		{"group_by", "same_kind", false, "counts each kind of mistake by itself"},
	},
	Example: "kind: escalation\nwhen: incident.same_kind != \"\"\nsteps: [{points: 1}, {points: 2}]\nbeyond: {zh: 降级, en: demotion}",
}, readEscalation)

func readEscalation(o *document.Object, c Context) Rule {
	r := Escalation{when: readIncidentsWhen(o, c), Window: readWindow(o, InYear)}
	r.SameKind = o.OneOfOr("group_by", "", "same_kind") != ""
	for _, n := range o.List("steps", 1) {
		s := o.Reader.Object(n)
		var step Step
		if s.Has("money") {
			step.Money = document.Scalar(s, "money", document.Number, parseFine)
		} else {
			step.Points = s.Points("points")
		}
		s.Done()
		r.Steps = append(r.Steps, step)
	}
	if o.Has("beyond") {
		beyond := o.Title("beyond")
		r.Beyond = &beyond
	}
	return r
}

// mostFine bounds a fine; whoever means more has mistaken the unit.
const mostFine amount.Money = 1_000_000_00

func parseFine(s string) (amount.Money, error) {
	m, err := amount.ParseMoney(s)
	if err != nil || m <= 0 || m > mostFine {
		return 0, fmt.Errorf("%s: want more than 0, up to %s, with at most two places", s, mostFine)
	}
	return m, nil
}

// Kind returns "escalation".
func (Escalation) Kind() string { return "escalation" }

// Describe lists the prices.
func (r Escalation) Describe() document.Title {
	var zh, en []string
	for i, s := range r.Steps {
		if s.Money > 0 {
			zh, en = append(zh, fmt.Sprintf("第 %d 次建议罚款 %s", i+1, s.Money)), append(en, fmt.Sprintf("no. %d proposes a fine of %s", i+1, s.Money))
			continue
		}
		zh, en = append(zh, fmt.Sprintf("第 %d 次扣 %s 分", i+1, Short(s.Points))), append(en, fmt.Sprintf("no. %d takes %s", i+1, Short(s.Points)))
	}
	if r.Beyond != nil {
		zh, en = append(zh, "其后建议："+r.Beyond.ZH), append(en, "then proposes: "+r.Beyond.EN)
	}
	window := r.Window.words()
	if r.SameKind {
		window = document.Title{ZH: window.ZH + "同类", EN: window.EN + ", of one kind"}
	}
	return document.Title{ZH: window.ZH + "：" + strings.Join(zh, "，"), EN: window.EN + ": " + strings.Join(en, ", ")}
}

// Gives returns 0.
func (Escalation) Gives() amount.Points { return 0 }

// Takes returns the points of the dearest step.
func (r Escalation) Takes() amount.Points {
	var most amount.Points
	for _, s := range r.Steps {
		most = max(most, s.Points)
	}
	return most
}

// Queries returns none.
func (Escalation) Queries() []metric.Query { return nil }

// Claims returns one claim for each incident of the month.
func (r Escalation) Claims(p *Person) ([]Claim, error) {
	before, err := r.when.of(p.Earlier)
	if err != nil {
		return nil, err
	}
	now, err := r.when.of(p.Incidents)
	if err != nil {
		return nil, err
	}
	occurred := map[string]int{}
	for _, i := range before {
		if r.Window.holds(i.Date, p.Month) {
			occurred[i.group(r.SameKind)]++
		}
	}
	var claims []Claim
	for _, i := range now {
		key := i.group(r.SameKind)
		occurred[key]++
		claims = append(claims, r.claim(i, occurred[key]))
	}
	return claims, nil
}

func (r Escalation) claim(i *Incident, nth int) Claim {
	c := Claim{Effect: Proposes, At: i.At, Evidence: i.Evidence}
	if nth > len(r.Steps) && r.Beyond != nil {
		c.Text = document.Title{
			ZH: fmt.Sprintf("%s：第 %d 次，%s", r.Beyond.ZH, nth, i.describe().ZH), EN: fmt.Sprintf("%s: no. %d, %s", r.Beyond.EN, nth, i.describe().EN),
		}
		return c
	}
	step := r.Steps[min(nth, len(r.Steps))-1]
	if step.Money > 0 {
		c.Text = document.Title{
			ZH: fmt.Sprintf("建议罚款 %s：第 %d 次，%s", step.Money, nth, i.describe().ZH), EN: fmt.Sprintf("fine of %s: no. %d, %s", step.Money, nth, i.describe().EN),
		}
		return c
	}
	c.Effect, c.Points, c.Scope, c.Wants, c.Need = Takes, step.Points, OfItem, []string{i.Facts.ID}, 1
	c.Text = document.Title{ZH: fmt.Sprintf("第 %d 次：%s", nth, i.describe().ZH), EN: fmt.Sprintf("no. %d: %s", nth, i.describe().EN)}
	return c
}
