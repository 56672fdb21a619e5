package score

import (
	"cmp"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Carried is points that an adjustment of a closed month gave or, negative, took, where they count in the month that is
// scored and not in the closed one.
type Carried struct {
	Agent  string
	From   calendar.Month
	Points amount.Points
}

// carry puts what is carried on the card and says so.
func (s *scorer) carry(c *Card) {
	c.Carried = slices.SortedStableFunc(slices.Values(s.carried[c.Agent]), func(a, b Carried) int {
		return cmp.Or(a.From.First().Compare(b.From.First()), cmp.Compare(a.Points, b.Points))
	})
	for _, carried := range c.Carried {
		from, points := carried.From.String(), signed(carried.Points)
		c.Notes = append(c.Notes, titled(from+" 月的调整计入本月："+points+" 分", "adjustment of "+from+", counted in this month: "+points+" points"))
	}
	if len(c.Carried) > 0 {
		c.Decisions = slices.Concat(c.Decisions, s.deciding("cycle.adjustment"))
	}
}

func signed(p amount.Points) string {
	if p > 0 {
		return "+" + p.String()
	}
	return p.String()
}

// total adds up the sections and what is carried. It stays within what the policy can give, and says so where that cuts
// something off: what is cut off is not carried any further.
func (s *scorer) total(c *Card) amount.Points {
	total := c.sum()
	for _, carried := range c.Carried {
		total += carried.Points
	}
	most := s.in.Policy.Most()
	if total < 0 || total > most {
		c.Notes = append(c.Notes, bounded(most))
	}
	return min(max(total, 0), most)
}

func bounded(most amount.Points) document.Title {
	m := rule.Short(most)
	return titled("总分不低于 0 分，也不高于 "+m+" 分", "the total is never below 0 nor above "+m)
}
