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
	Leaves    []Leave    // with a day in the month, in order

	Scores  map[string]Manual // by id of the rule; of one incident by "rule/incident"
	Waivers map[string]Waiver // by id of the rule
}

// Incident is an incident that counts, and when.
type Incident struct {
	Facts    IncidentFacts
	About    document.Title // its subjects and who complained, in words
	At       time.Time
	Date     calendar.Date
	TakenBy  string // id of the rule that took it in an earlier month
	Evidence metric.EvidenceList
}

// group returns with what the incident is counted: with all others, or with those of the same kind. One that names no
// kind is of the same kind as no other.
func (i *Incident) group(sameKind bool) string {
	switch {
	case !sameKind:
		return ""
	case i.Facts.SameKind == "":
		return "incident " + i.Facts.ID
	}
	return "kind " + i.Facts.SameKind
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
	Title    document.Title
	At       time.Time
	Chosen   *amount.Points // points that the reviewer chose, where the policy gives a range
	Reason   string
	Evidence metric.EvidenceList
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
	Title    document.Title // of its kind
	At       time.Time
	From     calendar.Date
	Until    calendar.Date
	Begins   bool  // in the month: as one application it counts there, and not again in the next
	InMonth  int64 // working days of it in the month, begun ones whole
	Evidence metric.EvidenceList
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
// never 0. A waiver without a reason is none.
func (p *Person) missing(id string, what document.Title) Claim {
	w, ok := p.Waivers[id]
	switch {
	case !ok || w.Reason == "":
		return Claim{Effect: Blocks, Text: what}
	case w.By == p.Agent:
		return Claim{Effect: Blocks, Text: document.Title{
			ZH: what.ZH + "；免除无效：不得为自己免除", EN: what.EN + "; the waiver does not count: nobody waives anything for themselves",
		}}
	}
	return Claim{Effect: Waived, Text: document.Title{
		ZH: what.ZH + "；" + w.By + " 免除：" + w.Reason,
		EN: what.EN + "; waived by " + w.By + ": " + w.Reason,
	}}
}
