package rule

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Tier ranks each agent by their figure relative to the team's average: count ÷ days against total ÷ days ÷ heads.
type Tier struct {
	id      string
	measure measured // a metric per day worked: its numerator is the count, its denominator the agent's own days
	Figure  FigureDays
	Average AverageDays
	Members Members
	Nobody  bool // whether what is credited to nobody counts in the average
	Tiers   []TierStep
	noValue noValue
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

// TierStep is one tier, of which an agent reaches the first whose bound their share of the average meets.
type TierStep struct {
	Name   string
	Bound  Bound // a share of the average
	Points amount.Points
}

var _ = register(Doc{
	Kind:    "tier",
	Title:   document.Title{ZH: "相对等级", EN: "Tier relative to the team"},
	Summary: document.Title{ZH: "按个人日均与团队平均之比分级；比较时不四舍五入。", EN: "Ranks each agent by their figure a day relative to the team's average, compared unrounded."},
	Keys: []Key{
		{"measure", "metric per day worked, with its settings", true, "the figure"},
		{"figure", "own-days or company-days", true, "what an agent's count is divided by"},
		{"average", "person-days or company-days-by-head", true, "what the members' total is divided by"},
		{"members", "{duty, min_days}", true, "who makes up the average: the duty on the roster (any for everybody) and the days worked at least"},
		{"nobody", "excluded or included", true, "whether what is credited to nobody counts in the average"},
		{"tiers", "list of {name, operator, percent, points}", true, "from the best down; the last has no bound and takes the rest"},
		{"no_value", "block, keep or lose", false, "what happens to somebody without a figure to compare: wait for a person's word (default), keep the points of the best tier, or get none"},
	},
	Example: "kind: tier\nmeasure: {metric: calls_per_workday, days: [attendance, calls]}\nfigure: own-days\naverage: person-days\nmembers: {duty: calls, min_days: 1}\nnobody: excluded\n" +
		"tiers:\n  - {name: A, operator: \">=\", percent: 90, points: 20}\n  - {name: B, operator: \">=\", percent: 80, points: 15}\n  - {name: C, points: 10}",
}, readTier)

func readTier(o *document.Object, c Context) Rule {
	t := &Tier{
		id:      c.ID,
		measure: readMeasure(o),
		Figure:  FigureDays(o.OneOf("figure", string(OwnDays), string(CompanyDays))),
		Average: AverageDays(o.OneOf("average", string(PersonDays), string(CompanyDaysByHead))),
		Nobody:  o.OneOf("nobody", "excluded", "included") == "included",
		noValue: readNoValue(o, blockPoints),
	}
	if t.measure.doc.ID != "" && t.measure.doc.Denominator != (metric.DaysWorked{}).Doc().ID {
		o.Reader.Problem(o.Node.At, "metric %q is not counted per day worked", t.measure.doc.ID)
	}
	if m := o.Object("members"); m != nil {
		t.Members = readMembers(m, c.Vocabulary.Duties)
	}
	seen := document.Unique{}
	ReadLadder(o, "tiers", 2, func(m *document.Object) (string, Bound) {
		seen.Check(m, "name")
		step := TierStep{Name: m.Name("name"), Points: m.Points("points"), Bound: ReadBound(m, "percent", Percent)}
		if step.Points > c.Bound {
			o.Reader.Problem(m.Node.At, "tier %q gives %s points, its item at most %s", step.Name, step.Points, c.Bound)
		}
		t.Tiers = append(t.Tiers, step)
		return step.Name, step.Bound
	})
	return t
}

// readMembers reads who is assessed. A duty that nobody can have would leave the table empty.
func readMembers(o *document.Object, duties []string) Members {
	m := Members{Duty: o.ID("duty"), MinDays: o.Integer("min_days", 0, 31)}
	if m.Duty != "" && m.Duty != AnyDuty && len(duties) > 0 && !slices.Contains(duties, m.Duty) {
		o.Reader.Problem(o.Get("duty").At, "%v", &document.Unknown{What: "duty", Name: m.Duty, Known: append(slices.Clone(duties), AnyDuty)})
	}
	o.Done()
	return m
}

// bounds returns the shares at which the tiers begin.
func (t *Tier) bounds() []amount.Ratio {
	var bounds []amount.Ratio
	for _, s := range t.Tiers {
		if s.Bound.Operator != Rest {
			bounds = append(bounds, s.Bound.Value)
		}
	}
	return bounds
}

// Kind returns "tier".
func (*Tier) Kind() string { return "tier" }

// Describe lists the tiers.
func (t *Tier) Describe() document.Title {
	var zh, en []string
	for _, s := range t.Tiers {
		if s.Bound.Operator == Rest {
			zh, en = append(zh, fmt.Sprintf("%s：其余，%s 分", s.Name, Short(s.Points))), append(en, fmt.Sprintf("%s below: %s points", s.Name, Short(s.Points)))
			continue
		}
		op := map[Operator]string{AtLeast: "≥", Above: ">"}[s.Bound.Operator]
		zh = append(zh, fmt.Sprintf("%s：%s %s，%s 分", s.Name, op, ratioText(s.Bound.Value), Short(s.Points)))
		en = append(en, fmt.Sprintf("%s %s %s: %s points", s.Name, op, ratioText(s.Bound.Value), Short(s.Points)))
	}
	return document.Title{
		ZH: t.measure.doc.Title.ZH + "与平均之比 " + strings.Join(zh, "；"),
		EN: t.measure.doc.Title.EN + " as a share of the average, " + strings.Join(en, "; "),
	}
}

// Gives returns the points of the tier that gives most.
func (t *Tier) Gives() amount.Points {
	var most amount.Points
	for _, s := range t.Tiers {
		most = max(most, s.Points)
	}
	return most
}

// Takes returns 0.
func (*Tier) Takes() amount.Points { return 0 }

// Queries returns the figure.
func (t *Tier) Queries() []metric.Query { return t.measure.queries() }

// Query returns the figure that is ranked.
func (t *Tier) Query() metric.Query { return t.measure.query }

// Claims returns the points of the agent's tier. Of who has no figure to compare it says why, and what the policy makes of it.
func (t *Tier) Claims(p *Person) ([]Claim, error) {
	placed, err := p.Team.place(t)
	if err != nil {
		return nil, err
	}
	a := placed.agents[p.Agent]
	if a == nil || a.Share == nil {
		return []Claim{t.withoutFigure(p, t.cause(p, a))}, nil
	}
	average := placed.table.Notes.averageWords()
	own, share := a.Figure.Decimal(2), a.Share.PercentBeside(t.bounds()...)
	text := document.Title{
		ZH: fmt.Sprintf("日均 %s ÷ %s = %s %% → %s", own, average.ZH, share, a.Tier),
		EN: fmt.Sprintf("%s a day ÷ %s = %s %% → %s", own, average.EN, share, a.Tier),
	}
	return []Claim{{Effect: Gives, Points: a.Points, Text: text, Value: &metric.Value{Agent: p.Agent, Num: a.Calls, Den: a.Days},
		Evidence: p.Period.Evidence(t.measure.query, p.Agent)}}, nil
}

func (t *Tier) withoutFigure(p *Person, cause document.Title) Claim {
	what := titledWith("没有可比的日均：%s", "no figure to compare: %s", cause)
	switch t.noValue {
	case keepPoints:
		return Claim{Effect: Gives, Points: t.Gives(), Text: titledWith("%s；不扣分", "%s; points kept", what)}
	case losePoints:
		return Claim{Effect: Gives, Text: titledWith("%s；不得分", "%s; no points", what)}
	case blockPoints:
	}
	c := p.missing(t.id, what)
	if c.Effect == Waived {
		c.Effect, c.Points = Gives, t.Gives()
	}
	return c
}

// cause says why somebody has no share of the average; a is their line of the table, nil when they have none.
func (t *Tier) cause(p *Person, a *Agent) document.Title {
	if a == nil {
		if _, ok := p.Period.Roster().During(p.Agent, p.Month); !ok {
			return titled("不在名册上，也没有接听", "not on the roster, and without a call")
		}
		return titled("没有职责 %q", "without the duty %q", t.Members.Duty)
	}
	switch few := a.Days < int64(t.Members.MinDays); {
	case a.Days == 0 && (few || t.Figure == OwnDays) && a.Calls > 0:
		return titled("接听 %d 次，但没有出勤记录", "%d calls, but no day worked is recorded", a.Calls)
	case a.Days == 0 && (few || t.Figure == OwnDays):
		return titled("没有出勤", "no day worked")
	case few:
		return titled("出勤 %d 天，少于 %d 天", "%d days worked, fewer than %d", a.Days, t.Members.MinDays)
	}
	return titled("团队没有数据", "no data of the team")
}
