// Package metric is the catalogue of what deskpulse measures, one metric a file. A [Period] is told which [Query] it has to
// answer, takes in facts and keeps only the sums that these need; the answers are integers: ratios are formed once, by
// whoever compares them.
package metric

import (
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Metric is one entry of the catalogue. Only this package has any.
type Metric interface {
	Doc() Doc
	// tally returns what adds the metric up in a period. The settings are complete.
	tally(*Period, Settings) tally
}

// tally is the state of one query in one period. It takes in the facts that it has a method for; see [Period.Add].
type tally interface {
	// result returns every value in the period.
	result() Result
	// evidence returns what is behind one value, in order; only of what the period was told to explain.
	evidence(of string) EvidenceList
}

// Doc is what people need to know about a metric. The reference of all metrics is made of these.
type Doc struct {
	ID          string
	Title       document.Title
	Summary     document.Title // what it says, in one sentence
	Unit        Unit
	Better      Direction
	Per         Subject
	Numerator   string   // what is counted
	Denominator string   // by what it is divided, "" for a plain count
	Credit      string   // whose it is
	Maturity    string   // from when it is final
	Evidence    string   // which events are behind a value
	Settings    []string // keys of the settings that it reads, see [AllSettings]
	Default     Settings // what holds where a policy sets nothing
	Calendar    bool     // whether it needs the calendar under any settings
	Fixed       int64    // denominator of every value, 1 for a plain count; 0: it is measured
	Small       int64    // a sample below this is small; 0: no sample is
	Types       []string // types of events of which a subject must have one to be measured, see [Types]; none: the roster knows it
}

// IsSmall reports whether a value rests on so few that chance may have made it.
func (d Doc) IsSmall(v Value) bool { return v.Sample < d.Small }

// Unit is what a value is counted in.
type Unit string

// The units.
const (
	Calls        Unit = "calls"
	CallsPerDay  Unit = "calls/day"
	Workdays     Unit = "days"
	Times        Unit = "times"
	Milliseconds Unit = "ms"
	Percent      Unit = "%"      // Num ÷ Den is the share of 1
	PerOne       Unit = "ratio"  // a plain number
	OutOf100     Unit = "points" // on a scale from 0 to 100
)

// Direction says which values are better.
type Direction string

// The directions.
const (
	More    Direction = "more"
	Less    Direction = "less"
	Neither Direction = "neither" // a base for others, no achievement
)

// Subject is who or what has a value.
type Subject string

// The subjects.
const (
	PerAgent Subject = "agent"
	PerTeam  Subject = "team" // as the source knows it: calls that nobody answered have no agent
)

// smallRate is the sample below which one case moves a rate by more than the two percent that policies leave.
const smallRate = 50

// Result is what a metric says about a period.
type Result struct {
	Values []Value          // by agent id, everybody about whom there is something to say
	Nobody map[string]int64 // counted but credited to nobody, by team as the source knows it
	Apart  map[string]int64 // left out and listed apart, by team; the metric says what
}

// Value is one agent's value, Num ÷ Den. With a Den of 0 there is no value, which is neither 0 nor 100 %.
type Value struct {
	Agent    string // or the team, of a metric per team
	Num, Den int64
	Sample   int64 // how many cases are behind it
}

// Ratio returns the value, or false when there is none.
func (v Value) Ratio() (amount.Ratio, bool) { return amount.NewRatio(v.Num, v.Den) }

// catalogue is every metric by id, described once.
var catalogue = func() map[string]entry {
	all := map[string]entry{}
	for _, m := range []Metric{
		CallsAnswered{}, CallsPerWorkday{}, HandleTime{}, ServiceLevel{}, AbandonRate{},
		EmailOnTime{}, InquiryOnTime{}, FollowupOnTime{},
		FirstResponseTime{}, ResponseTime{}, ReplyRateWithin{}, AnswerAskRatio{},
		ResolutionTime{}, ReopenRate{}, Satisfaction{},
		DaysWorked{}, LateCount{}, EarlyLeaveCount{}, AbsentDays{}, LeaveDays{}, LeaveCount{}, Occupancy{},
		IncidentCount{}, ReviewCount{}, FindingCount{}, QualityScore{}, ExamScore{},
	} {
		doc := m.Doc()
		all[doc.ID] = entry{m, doc}
	}
	return all
}()

type entry struct {
	metric Metric
	doc    Doc
}

// All returns the catalogue by id.
func All() []Metric {
	var all []Metric
	for _, id := range slices.Sorted(maps.Keys(catalogue)) {
		all = append(all, catalogue[id].metric)
	}
	return all
}

// Find returns the metric with the id, and false when the catalogue has none.
func Find(id string) (Metric, bool) {
	e, ok := catalogue[id]
	return e.metric, ok
}

// The maturities.
const (
	periodEnd = "with the end of the period and the sources' grace"
	lastDue   = "when the last deadline of the period has passed, with the end of the period and the sources' grace"
	lastReply = "when `within` has passed after the end of the period, with the sources' grace"
	judged    = "when the judgement of the period is complete: it may be given, or change, until the month is closed"
)
