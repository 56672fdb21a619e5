package export

import (
	"fmt"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// sections fills the form and the details. What stands under a section or item that the card does not list is shown all
// the same, last.
func (v *cardView) sections(c *score.Card) {
	shown := map[string]bool{}
	for _, s := range c.Sections {
		shown[s.ID] = true
		v.section(c, s)
	}
	for _, l := range c.Lines {
		if !shown[l.Section] {
			shown[l.Section] = true
			v.section(c, score.SectionScore{ID: l.Section})
		}
	}
	for _, carried := range c.Carried {
		v.Summary = append(v.Summary, summaryView{Title: fmt.Sprintf(v.Word("why.carried"), carried.From), Given: signed(&carried.Points)})
	}
}

func (v *cardView) section(c *score.Card, s score.SectionScore) {
	view := sectionView{ID: s.ID, Title: v.in(s.Title), Given: signed(s.Points), Of: s.Of.String()}
	if view.Title == "" {
		view.Title = s.ID
	}
	v.Summary = append(v.Summary, summaryView{ID: s.ID, Title: view.Title, Of: view.Of, Given: view.Given})
	for _, item := range v.itemsOf(c, s) {
		if i := slices.IndexFunc(s.Items, func(o score.ItemScore) bool { return o.ID == item.ID }); i >= 0 {
			item.Of, item.Given = s.Items[i].Of.String(), signed(s.Items[i].Points)
		}
		row := itemView{Title: item.Title, Of: item.Of, Given: item.Given}
		for i := range c.Lines {
			if l := &c.Lines[i]; l.Section == s.ID && l.Item == item.ID {
				row.Lines = append(row.Lines, v.line(l))
			}
		}
		v.Summary = append(v.Summary, summaryView{ID: item.ID, Title: item.Title, Item: true, Rules: item.Rules, Of: item.Of, Given: item.Given})
		view.Items = append(view.Items, row)
	}
	if whole := beyondItems(s, len(view.Items)); whole != 0 {
		view.Whole = signed(&whole)
		v.Summary = append(v.Summary, summaryView{Title: v.Word("card.whole"), Item: true, Given: view.Whole})
	}
	v.Sections = append(v.Sections, view)
}

// beyondItems returns what is between the points of a section and those of its items, if each of these has its own.
func beyondItems(s score.SectionScore, items int) amount.Points {
	if s.Points == nil || len(s.Items) != items {
		return 0
	}
	rest := *s.Points
	for _, i := range s.Items {
		if i.Points == nil {
			return 0
		}
		rest -= *i.Points
	}
	return rest
}

// namedItem is an item before it is known what it came to.
type namedItem struct {
	ID, Title, Of, Given string
	Rules                []string
}

// itemsOf returns the items of a section: those of the policy, of the card, and of the card's lines.
func (v *cardView) itemsOf(c *score.Card, s score.SectionScore) []namedItem {
	var items []namedItem
	add := func(item namedItem) {
		if !slices.ContainsFunc(items, func(o namedItem) bool { return o.ID == item.ID }) {
			items = append(items, item)
		}
	}
	for _, section := range v.policy.Sections {
		if section.ID != s.ID {
			continue
		}
		for _, item := range section.Items {
			add(namedItem{ID: item.ID, Title: v.in(item.Title), Rules: each(item.Rules, func(r policy.Rule) string { return v.in(r.Describe()) })})
		}
	}
	for _, item := range s.Items {
		add(namedItem{ID: item.ID, Title: v.in(item.Title)})
	}
	for _, l := range c.Lines {
		if l.Section == s.ID {
			add(namedItem{ID: l.Item, Title: l.Item})
		}
	}
	return items
}

// itemTitle returns what an item is called; one that the policy does not know is its own title.
func (v *cardView) itemTitle(id string) string {
	for _, s := range v.policy.Sections {
		for _, item := range s.Items {
			if item.ID == id {
				return v.in(item.Title)
			}
		}
	}
	return id
}

func (v *cardView) line(l *score.Line) lineView {
	view := lineView{
		Rule: l.Rule, Title: v.in(l.Title), Status: v.status(l.Status), Text: v.in(l.Text), Small: l.Small, Decisions: l.Decisions, EvidenceTotal: l.EvidenceTotal,
		Claimed: each(l.ClaimedBy, v.Rule), Item: v.itemTitle(l.Item),
	}
	switch l.Status {
	case score.StatusGives, score.StatusTakes, score.StatusCounted, score.StatusNotReached:
		view.Points, view.Taken = signed(&l.Points), signed(&l.Taken)
	default:
		if l.Points != 0 || l.Taken != 0 {
			view.Points, view.Taken = signed(&l.Points), signed(&l.Taken)
		}
	}
	for _, e := range l.Evidence {
		view.Evidence = append(view.Evidence, evidenceView{e.Date.String(), e.Source, e.Subject, e.ID, e.Note, e.Bad})
	}
	return view
}
