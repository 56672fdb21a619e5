package rule

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Rubric is points that a person gives, by degree or by levels. A score that is missing blocks the card: it is never 0. A
// score of 0 is a score.
type Rubric struct {
	id     string
	Most   amount.Points
	Levels []Level // none: any points from 0 to Most
}

// Level is a step of a rubric with the points that may be given for it.
type Level struct {
	ID       string
	Title    document.Title
	From, To amount.Points
}

var _ = register(Doc{
	Kind:    "rubric",
	Title:   document.Title{ZH: "人工评分", EN: "Manual rubric"},
	Summary: document.Title{ZH: "由考核人按程度或等级给分；缺分则不能出总分，零分是有效分。", EN: "Points that a supervisor gives by degree or by level. A missing score blocks the card; a score of 0 is a score."},
	Keys: []Key{
		{"most", "points", true, "the most that can be given"},
		{"levels", "list of {id, title, from, to}", false, "levels with the range of points of each; absent: anything from 0 to most"},
	},
	Example: "kind: rubric\nmost: 8",
}, readRubric)

func readRubric(o *document.Object, c Context) Rule {
	r := Rubric{id: c.ID, Most: o.Points("most")}
	if r.Most > c.Bound {
		o.Reader.Problem(o.Node.At, "most: gives %s points, its item at most %s", r.Most, c.Bound)
	}
	seen := document.Unique{}
	for _, n := range o.Optional("levels") {
		l := o.Reader.Object(n)
		seen.Check(l, "id")
		level := Level{ID: l.ID("id"), Title: l.Title("title"), From: l.Points("from"), To: l.Points("to")}
		if level.From > level.To || level.To > r.Most {
			o.Reader.Problem(n.At, "level %q: %s to %s is no range within 0 and %s", level.ID, level.From, level.To, r.Most)
		}
		l.Done()
		r.Levels = append(r.Levels, level)
	}
	return r
}

// Kind returns "rubric".
func (Rubric) Kind() string { return "rubric" }

// Describe says who gives how much.
func (r Rubric) Describe() document.Title {
	return titled("由考核人评 0–%s 分", "scored by the supervisor, 0 to %s points", Short(r.Most))
}

// Gives returns Most.
func (r Rubric) Gives() amount.Points { return r.Most }

// Takes returns 0.
func (Rubric) Takes() amount.Points { return 0 }

// Queries returns none.
func (Rubric) Queries() []metric.Query { return nil }

// Claims returns the score, or that it is missing. A score outside the rubric, or of oneself, is none.
// Nobody can waive it: a score is what a person has to say.
func (r Rubric) Claims(p *Person) ([]Claim, error) {
	s, ok := p.Scores[r.id]
	switch {
	case !ok:
		return []Claim{{Effect: Blocks, Text: titled("缺少评分（0–%s 分）", "the score is missing (0 to %s points)", Short(r.Most))}}, nil
	case s.By == p.Agent:
		return []Claim{{Effect: Blocks, Text: titled("评分无效：不得给自己评分", "the score does not count: nobody scores themselves")}}, nil
	case !r.allows(s.Points):
		return []Claim{{Effect: Blocks, Text: titled("评分无效：%s 分不在评分范围内", "the score does not count: %s points are outside the rubric", s.Points)}}, nil
	}
	text := titled("评分 %s 分，满分 %s 分", "scored %s of %s", Short(s.Points), Short(r.Most))
	if s.By != "" {
		text = titled(text.ZH+"（%s）", text.EN+" by %s", s.By)
	}
	if s.Reason != "" {
		text = document.Title{ZH: text.ZH + "：" + s.Reason, EN: text.EN + ": " + s.Reason}
	}
	return []Claim{{Effect: Gives, Points: s.Points, Text: text}}, nil
}

func (r Rubric) allows(points amount.Points) bool {
	if len(r.Levels) == 0 {
		return points >= 0 && points <= r.Most
	}
	for _, l := range r.Levels {
		if points >= l.From && points <= l.To {
			return true
		}
	}
	return false
}
