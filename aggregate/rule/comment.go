package rule

import (
	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Comment is something that people judge in words. It carries no points.
type Comment struct {
	id string
}

var _ = register(Doc{
	Kind:    "comment",
	Title:   document.Title{ZH: "评语", EN: "Comment"},
	Summary: document.Title{ZH: "由考核人写评语，不计分。", EN: "Judged in words, without points."},
	Example: "kind: comment",
}, func(_ *document.Object, c Context) Rule { return Comment{c.ID} })

// Kind returns "comment".
func (Comment) Kind() string { return "comment" }

// Describe says that there are no points.
func (Comment) Describe() document.Title {
	return titled("写评语，不计分", "judged in words, no points")
}

// Gives returns 0.
func (Comment) Gives() amount.Points { return 0 }

// Takes returns 0.
func (Comment) Takes() amount.Points { return 0 }

// Queries returns none.
func (Comment) Queries() []metric.Query { return nil }

// Claims returns the comment, if there is one.
func (r Comment) Claims(p *Person) ([]Claim, error) {
	s, ok := p.Scores[r.id]
	if !ok || s.Reason == "" {
		return nil, nil
	}
	return []Claim{{Effect: Shows, Text: document.Title{ZH: s.Reason, EN: s.Reason}}}, nil
}
