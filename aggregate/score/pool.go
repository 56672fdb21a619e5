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
	missing bool
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

// newPurse fills a section: each item with what rules give for it, or with its own points where none gives.
func newPurse(section policy.Section, bids []*bid) *purse {
	p := &purse{section: section, items: make([]amount.Points, len(section.Items))}
	var given, own amount.Points
	for i, item := range section.Items {
		gives := slices.ContainsFunc(item.Rules, func(r policy.Rule) bool { return r.Gives() > 0 })
		if item.Points != nil && !gives {
			p.items[i] = *item.Points
		}
		for _, b := range bids {
			if b.place.item == i && b.Effect == rule.Gives {
				p.items[i] += b.Points
			}
			p.missing = p.missing || b.Effect == rule.Blocks
		}
		if item.Points != nil {
			p.items[i] = min(p.items[i], *item.Points)
			own += *item.Points
		}
		given += p.items[i]
	}
	p.left = min(section.Points, given)
	if slices.ContainsFunc(section.Items, func(i policy.Item) bool { return i.Points == nil }) { // what no item has of its own is the pool's
		p.left = min(section.Points, given+max(0, section.Points-own))
	}
	return p
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
	if !p.missing {
		r.Points = &p.left
	}
	for i, item := range p.section.Items {
		if item.Points == nil {
			continue
		}
		points := p.items[i]
		r.Items = append(r.Items, ItemScore{ID: item.ID, Title: item.Title, Points: points, Of: *item.Points})
	}
	return r
}
