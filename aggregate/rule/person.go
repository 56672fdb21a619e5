package rule

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Person is everything that rules look at about one person in one month.
type Person struct {
	Agent  string
	Month  calendar.Month
	Team   *Team
	Period *metric.Period

	Incidents []Incident // that count in the month, by time
	Earlier   []Incident // that counted in earlier months, by time
	Findings  []Finding  // of the month's reviews, in order
	Leaves    []Leave    // applications that begin in the month, in order

	Scores  map[string]Manual // by id of the rule; of one incident by "rule/incident"
	Waivers map[string]Waiver // by id of the rule
}

// Incident is an incident that counts, and when.
type Incident struct {
	Facts    IncidentFacts
	At       time.Time
	Date     calendar.Date
	TakenBy  string // id of the rule that took it in an earlier month
	Evidence []metric.Evidence
}

// IncidentFacts is what predicates see of an incident.
type IncidentFacts struct {
	ID               string   `cel:"id"`
	Subjects         []string `cel:"subjects"`
	Complainant      string   `cel:"complainant"` // "customer", "colleague", "abroad"; "" when nobody complained
	Serious          bool     `cel:"serious"`     // by the word of whom the policy says
	LossMinor        int64    `cel:"loss_minor"`  // minor units of the currency
	Reputation       bool     `cel:"reputation"`
	SameKind         string   `cel:"same_kind"`
	AfterCriticism   bool     `cel:"after_criticism"`
	FollowedUpInTime bool     `cel:"followed_up_in_time"`
	Upheld           bool     `cel:"upheld"`
	Rejected         bool     `cel:"rejected"`
	Ruled            bool     `cel:"ruled"`
}

// Finding is what a review found.
type Finding struct {
	Facts    FindingFacts
	At       time.Time
	Chosen   *amount.Points // points that the reviewer chose, where the policy gives a range
	Reason   string
	Evidence []metric.Evidence
}

// FindingFacts is what predicates see of a finding.
type FindingFacts struct {
	ID        string `cel:"id"`
	Count     int64  `cel:"count"`
	Template  string `cel:"template"`
	Confirmed bool   `cel:"confirmed"`
}

// Leave is an application for leave.
type Leave struct {
	Facts    LeaveFacts
	At       time.Time
	From     calendar.Date
	Until    calendar.Date
	Evidence []metric.Evidence
}

// LeaveFacts is what predicates see of a leave.
type LeaveFacts struct {
	Kind    string `cel:"kind"`
	Days    int64  `cel:"days"` // working days of it, begun ones whole
	HalfDay bool   `cel:"half_day"`
}

// CallFacts is what predicates see of a call.
type CallFacts struct {
	LongestHoldMS int64 `cel:"longest_hold_ms"`
	TalkMS        int64 `cel:"talk_ms"`
	WaitMS        int64 `cel:"wait_ms"`
}

// Manual is a score that a person gave.
type Manual struct {
	Points amount.Points
	By     string // who gave it; nobody scores themselves
	Reason string
}

// Waiver is a person's word that a card does without what is missing.
type Waiver struct {
	By     string
	Reason string
}

// Value returns what was measured of the person, false when there is no value.
func (p *Person) value(q metric.Query) (metric.Value, bool) {
	v, ok := p.Period.Value(q, p.Agent)
	return v, ok && v.Den > 0
}

// missing returns a claim that blocks the card, or says who waived it. It gives way to nothing else: what is missing is
// never 0.
func (p *Person) missing(id string, what document.Title) Claim {
	w, ok := p.Waivers[id]
	if !ok {
		return Claim{Effect: Blocks, Text: what}
	}
	return Claim{Effect: Waived, Text: document.Title{
		ZH: what.ZH + "；" + w.By + " 免除：" + w.Reason,
		EN: what.EN + "; waived by " + w.By + ": " + w.Reason,
	}}
}
