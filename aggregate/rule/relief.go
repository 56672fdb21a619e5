package rule

// What an upheld appeal may change about a rule whose points nobody gives: a deduction that follows from events, or a tier.
// Its claims stay as they are; what a person says comes in their place when the card is added up.

// TakesRelief reports whether an upheld appeal lets a person say how many points the rule takes, or gives, in all on a card.
func TakesRelief(r Rule) bool { return !TakesScore(r) && (r.Takes() > 0 || r.Gives() > 0) }

// TakesReliefByWaiver reports whether an upheld appeal lets a person waive what the rule takes. Where a card may wait for
// the rule a waiver is about what is missing, and says nothing about what was measured.
func TakesReliefByWaiver(r Rule) bool { return r.Takes() > 0 && !TakesWaiver(r) }

// ScopeOf returns what the rule takes from.
func ScopeOf(r Rule) Scope {
	switch r := r.(type) {
	case WipeOut:
		return r.Scope
	case CountThreshold:
		return r.Scope
	}
	return OfItem
}
