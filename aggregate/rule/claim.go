package rule

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Claim is one thing that a rule says about a person in a month. It is nominal: what it takes in the end depends on the
// other claims.
type Claim struct {
	Effect Effect
	Points amount.Points  // nominal, never negative: what it would take, might take (Blocks), or gives
	Scope  Scope          // where it takes
	First  bool           // a wipe-out: it acts before what happened earlier
	At     time.Time      // when it happened; zero is the end of the month
	Text   document.Title // why, with the numbers
	Value  *metric.Value  // what was measured, if anything
	Small  bool           // Value rests on a small sample

	// Incidents that the claim wants for itself, by id. It stands if of those that no heavier claim took, and the earlier
	// occurrences that count with them, at least Need are left; no wants, no competition.
	Wants []string
	Times []time.Time // of each of them, where it matters which of them reaches Need
	Prior int         // occurrences before the month
	Need  int

	Evidence metric.EvidenceList
}

// mostTimes bounds how often something is charged: no section holds as many points, and the product fits 64 bits.
const mostTimes = 1_000_000_000

// mostPoints bounds what a claim says: it is more than any section holds, and a text of it is read again.
const mostPoints amount.Points = 10_000_000_000_00

// times returns points for each of so many occurrences.
func times(each amount.Points, n int64) amount.Points {
	return min(each*amount.Points(min(n, mostTimes)), mostPoints)
}

// Effect says what a claim does.
type Effect uint8

// The effects.
const (
	Shows    Effect = iota // tells something, no points
	Gives                  // gives points
	Takes                  // takes points
	Blocks                 // the card cannot be scored before this is there
	Waived                 // something is missing, and somebody said with a reason that the card does without it
	Proposes               // a proposal for people to decide; no points
)

// Scope says what a deduction takes from.
type Scope string

// The scopes.
const (
	OfItem    Scope = "item"    // its item
	OfSection Scope = "section" // the whole section
)
