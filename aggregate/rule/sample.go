package rule

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Sample asks that something of the person's work was reviewed in the month.
type Sample struct {
	id       string
	Template string
	Block    bool // without a review the card waits
}

var _ = register(Doc{
	Kind:    "sample",
	Title:   document.Title{ZH: "须有抽查", EN: "Sample"},
	Summary: document.Title{ZH: "当月须有抽查；没有则不能出总分，除非有理由地免除。", EN: "Asks for a review in the month. Without one the card cannot be scored until there is one, or somebody waives it with a reason."},
	Keys: []Key{
		{"template", "id of a template", true, "what the review is done by"},
		{"missing", "block or keep", false, "without a review: wait (default) or keep the points, and say so"},
	},
	Example: "kind: sample\ntemplate: call-wording\nmissing: block",
}, readSample)

func readSample(o *document.Object, c Context) Rule {
	r := Sample{id: c.ID, Template: o.OneOf("template", c.Vocabulary.Templates...)}
	r.Block = o.OneOfOr("missing", "block", "block", "keep") == "block"
	return r
}

// Kind returns "sample".
func (Sample) Kind() string { return "sample" }

// Describe says what is asked for.
func (r Sample) Describe() document.Title {
	if r.Block {
		return titled("当月须有抽查，否则不能出总分", "a review in the month is required before the card can be scored")
	}
	return titled("当月没有抽查则保留分数", "without a review in the month the points are kept")
}

// Gives returns 0.
func (Sample) Gives() amount.Points { return 0 }

// Takes returns 0.
func (Sample) Takes() amount.Points { return 0 }

// Queries returns none.
func (Sample) Queries() []metric.Query { return nil }

// Claims says how much was reviewed, or that nothing was.
func (r Sample) Claims(p *Person) ([]Claim, error) {
	n := 0
	for _, review := range p.Period.Reviews(p.Agent) {
		if review.Template == r.Template && review.Reviewer != p.Agent { // nobody reviews themselves
			n++
		}
	}
	switch {
	case n > 0:
		return []Claim{{Effect: Shows, Text: titled("抽查 %d 次", "%d reviewed", n)}}, nil
	case !r.Block:
		return []Claim{{Effect: Shows, Text: titled("当月没有抽查，保留分数", "nothing was reviewed in the month: points kept")}}, nil
	}
	what := titled("当月没有抽查", "nothing was reviewed in the month")
	if holds := p.Period.LongHolds(p.Agent); holds > 0 {
		what = titled("当月没有抽查；有 %d 通电话保持时间较长，值得抽查", "nothing was reviewed in the month; %d calls with long holds are worth it", holds)
	}
	return []Claim{p.missing(r.id, what)}, nil
}
