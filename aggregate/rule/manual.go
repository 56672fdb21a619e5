package rule

import "github.com/deskpulse/deskpulse/aggregate/amount"

// What people may say about a rule themselves. Anything else that they say under its name would be without effect.

// TakesScore reports whether people give the rule's points.
func TakesScore(r Rule) bool {
	_, ok := r.(Rubric)
	return ok
}

// TakesComment reports whether people judge in words under the rule.
func TakesComment(r Rule) bool {
	_, ok := r.(Comment)
	return ok
}

// TakesChoice reports whether the assessor chooses the points of each incident or finding that the rule charges.
func TakesChoice(r Rule) bool {
	_, ok := r.(RangedDeduction)
	return ok
}

// TakesChoiceOf reports whether the reviewer chooses the points of the finding. The error is the predicate's.
func TakesChoiceOf(r Rule, f *FindingFacts) (bool, error) {
	ranged, ok := r.(RangedDeduction)
	if !ok || ranged.source.of != "finding" {
		return false, nil
	}
	return ranged.source.findings.Holds(f)
}

// TakesWaiver reports whether a card may wait for the rule until somebody says that it does without. A score is no such
// thing: a person has to give it.
func TakesWaiver(r Rule) bool {
	switch r := r.(type) {
	case Sample:
		return r.Block
	case RateThreshold:
		return r.noValue == blockPoints
	case Bands:
		return r.noValue == blockPoints
	case *Tier:
		return r.noValue == blockPoints
	}
	return false
}

// Allows reports whether a person may give these points under the rule.
func Allows(r Rule, points amount.Points) bool {
	switch r := r.(type) {
	case Rubric:
		return r.allows(points)
	case RangedDeduction:
		return points >= r.From && points <= r.To
	}
	return false
}
