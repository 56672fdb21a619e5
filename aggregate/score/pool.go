package score

import (
	"cmp"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// purse is what is left of a section and of its items while deductions take from it.
type purse struct {
	section policy.Section
	left    amount.Points
	items   []amount.Points // of an item with points of its own; others draw on the section
	missing []bool          // of each item: something that it waits for
}

// pool lets the deductions act on each section and writes the card's lines.
//
// First the items get what they start from: the points that rules give, or all of the item's. Then the deductions act one
// after the other, each taking what it wants as far as there is something left, of its item and of the section. Neither
// falls below 0. The order only says which line gets to take what there is, never what remains.
func (s *scorer) pool(c *Card, bids []*bid) {
	for i, section := range s.in.Policy.Sections {
		var own []*bid
		for _, b := range bids {
			if b.place.section == i {
				own = append(own, b)
			}
		}
		p := newPurse(section, own)
		lines := map[*bid]Line{}
		for _, b := range acting(own, section.Order, s.in.Period.Month().Last().AddDays(1).Start(time.UTC)) {
			taken := p.take(b)
			lines[b] = s.line(b, taken)
		}
		for _, b := range own {
			l, ok := lines[b]
			if !ok {
				l = s.line(b, 0)
			}
			c.Lines = append(c.Lines, l)
		}
		c.Sections = append(c.Sections, p.result())
	}
}

// newPurse fills a section: each item with what rules give for it, or with its own points where none gives. Of the
// section's points those that neither an item has of its own nor a rule is to give are there from the start, if an item
// draws on them.
func newPurse(section policy.Section, bids []*bid) *purse {
	p := &purse{section: section, items: make([]amount.Points, len(section.Items)), missing: make([]bool, len(section.Items))}
	var given, spoken amount.Points
	draws := false
	for i, item := range section.Items {
		gives, takes := moves(item)
		if item.Points != nil && gives == 0 {
			p.items[i] = *item.Points
		}
		for _, b := range bids {
			switch {
			case b.place.item != i:
			case b.Effect == rule.Gives:
				p.items[i] += b.Points
			case b.Effect == rule.Blocks && b.stands:
				p.missing[i] = true
			}
		}
		if item.Points != nil {
			p.items[i] = min(p.items[i], *item.Points)
			spoken += *item.Points
		} else {
			spoken, draws = spoken+gives, draws || gives > 0 || takes
		}
		given += p.items[i]
	}
	if draws {
		given += max(0, section.Points-spoken)
	}
	p.left = min(section.Points, given)
	return p
}

// moves returns the most that the rules of an item give, and whether one of them takes.
func moves(item policy.Item) (gives amount.Points, takes bool) {
	for _, r := range item.Rules {
		gives, takes = gives+r.Gives(), takes || r.Takes() > 0
	}
	return gives, takes
}

// acting returns the deductions that stand in the order in which they act.
func acting(bids []*bid, order policy.Order, end time.Time) []*bid {
	act := slices.DeleteFunc(slices.Clone(bids), func(b *bid) bool { return b.Effect != rule.Takes || !b.stands })
	at := func(b *bid) time.Time {
		if b.At.IsZero() {
			return end
		}
		return b.At
	}
	slices.SortFunc(act, func(a, b *bid) int {
		if a.First != b.First && order == policy.WipeOutsFirst {
			if a.First {
				return -1
			}
			return 1
		}
		return cmp.Or(at(a).Compare(at(b)), cmp.Compare(a.order, b.order))
	})
	return act
}

// take lets a deduction act and returns what it took.
func (p *purse) take(b *bid) amount.Points {
	item := &p.section.Items[b.place.item]
	capped := b.Scope == rule.OfItem && item.Points != nil && item.Cap == rule.OfItem
	taken := min(b.Points, p.left)
	if capped {
		taken = min(taken, p.items[b.place.item])
	}
	if b.Scope == rule.OfItem {
		p.items[b.place.item] = max(0, p.items[b.place.item]-taken)
	}
	p.left -= taken
	return taken
}

// result returns what remains. A section in which something is missing has no points yet.
func (p *purse) result() SectionScore {
	r := SectionScore{ID: p.section.ID, Title: p.section.Title, Of: p.section.Points}
	if !slices.Contains(p.missing, true) {
		r.Points = &p.left
	}
	for i, item := range p.section.Items {
		if item.Points == nil {
			continue
		}
		s := ItemScore{ID: item.ID, Title: item.Title, Of: *item.Points}
		if !p.missing[i] {
			s.Points = &p.items[i]
		}
		r.Items = append(r.Items, s)
	}
	return r
}
