package score

import (
	"cmp"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// bid is a claim with its place in the policy, and what became of it.
type bid struct {
	rule.Claim
	place  *place
	order  int // in the file, then as the rule lists its claims
	stands bool
	left   int      // of its wants, what no heavier claim took
	taker  []string // rules that took its other wants
}

// bids returns the claims of the rules about a person, in the order of the policy's file.
func (s *scorer) bids(p *rule.Person, places []place) ([]*bid, error) {
	var bids []*bid
	for i := range places {
		claims, err := places[i].rule.Claims(p)
		if err != nil {
			return nil, err
		}
		for _, c := range claims {
			bids = append(bids, &bid{Claim: c, place: &places[i], order: len(bids), stands: true})
		}
	}
	return bids, nil
}

// settle decides which rule gets an incident that several want, and returns it by incident.
//
// The claims are served from the heaviest down, by nominal points; of equal ones the first in the policy's file, then the
// earlier. A claim on a single incident stands if nobody took that one before. A threshold counts what is left to it of
// what it wants, together with the earlier occurrences that count: if that reaches its number it stands and takes all of
// what is left; if not it takes nothing, and lighter claims are served. One pass is enough, since what a claim finds left
// depends on heavier ones only.
//
// Where the policy has every rule count every incident nothing is ever taken away, neither now nor from later months.
func settle(bids []*bid, everyRule bool) map[string]string {
	contenders := slices.DeleteFunc(slices.Clone(bids), func(b *bid) bool { return len(b.Wants) == 0 })
	slices.SortFunc(contenders, func(a, b *bid) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.order, b.order))
	})
	taken := map[string]string{}
	for _, b := range contenders {
		left := b.look(taken)
		b.stands = len(left) > 0 && len(left)+b.Prior >= b.Need
		b.reach(left)
		if !b.stands || everyRule {
			continue
		}
		for _, id := range left {
			taken[id] = b.place.rule.ID
		}
	}
	for _, b := range contenders {
		if b.status() == StatusNotReached {
			b.look(taken) // nobody kept it from its number, and lighter claims have taken some of what it left
		}
	}
	return taken
}

// reach dates a threshold that stands by the incident that reaches its number.
func (b *bid) reach(left []string) {
	if !b.stands || b.Times == nil {
		return
	}
	b.At = b.Times[slices.Index(b.Wants, left[max(0, b.Need-b.Prior-1)])]
}

// look notes how many of the wants nobody took, and who took the others, and returns those that are left.
func (b *bid) look(taken map[string]string) []string {
	var left []string
	b.taker = nil
	for _, id := range b.Wants {
		taker, gone := taken[id]
		switch {
		case !gone:
			left = append(left, id)
		case !slices.Contains(b.taker, taker):
			b.taker = append(b.taker, taker)
		}
	}
	b.left = len(left)
	return left
}

// status says what became of a bid that may take points.
func (b *bid) status() Status {
	switch {
	case b.stands:
		return StatusTakes
	case len(b.Wants)+b.Prior >= b.Need:
		return StatusCounted // it would have stood, had no heavier rule taken what it wanted
	}
	return StatusNotReached
}
