package score

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
)

// Bid is a claim of a rule for tests, and what became of it.
type Bid struct {
	rule.Claim
	Rule    string
	Item    int
	Stands  bool
	Left    int
	TakenBy []string
	Taken   amount.Points
}

// Settle settles bids whose order is that of the policy's file.
func Settle(all []Bid, everyRule bool) ([]Bid, map[string]string) {
	bids := bidsOf(all)
	taken := settle(bids, everyRule)
	return results(all, bids, nil), taken
}

// Pool settles bids and lets those that stand act on a section; it returns what is left of the section and of its items.
func Pool(section policy.Section, all []Bid, everyRule bool) ([]Bid, amount.Points, []amount.Points) {
	bids := bidsOf(all)
	settle(bids, everyRule)
	p := newPurse(section, bids)
	taken := map[*bid]amount.Points{}
	for _, b := range acting(bids, section.Order, time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)) {
		taken[b] = p.take(b)
	}
	return results(all, bids, taken), p.left, p.items
}

func bidsOf(all []Bid) []*bid {
	var bids []*bid
	for i, b := range all {
		bids = append(bids, &bid{Claim: b.Claim, place: &place{item: b.Item, rule: policy.Rule{ID: b.Rule}}, order: i, stands: true})
	}
	return bids
}

func results(all []Bid, bids []*bid, taken map[*bid]amount.Points) []Bid {
	settled := make([]Bid, len(all))
	for i, b := range bids {
		settled[i] = all[i]
		settled[i].Stands, settled[i].Left, settled[i].TakenBy, settled[i].Taken = b.stands, b.left, b.taker, taken[b]
	}
	return settled
}
