package metric

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// people is what people judged or granted, as it is, whatever is asked: there is little of it, and rules look at each case.
type people struct {
	period    *Period
	incidents map[string][]turn.Incident
	reviews   map[string][]turn.Review
	exams     map[string][]turn.Exam
	leaves    map[string][]Leave
	sampled   map[string]bool // conversations that a review of the month names
	holds     sums            // of calls with a long hold
}

// defaultHoldMS is how long customers are asked to wait before it needs an apology.
const defaultHoldMS = 10_000

func newPeople(p *Period) people {
	return people{
		period: p, incidents: map[string][]turn.Incident{}, reviews: map[string][]turn.Review{}, exams: map[string][]turn.Exam{},
		leaves: map[string][]Leave{}, sampled: map[string]bool{}, holds: newSums(p),
	}
}

// add keeps what counts for the month, and every incident: whose month one is in is the policy's decision.
func (p *people) add(f *turn.Facts) error {
	return cmp.Or(p.addIncidents(f.Incidents), p.addReviews(f.Reviews), p.addExams(f.Exams), p.addLeaves(f.Leaves))
}

func (p *people) addIncidents(incidents []turn.Incident) error {
	for _, i := range incidents {
		if _, err := p.period.eventZone(&i.Origin); err != nil {
			return err
		}
		if i.Ruling != nil {
			if _, err := p.period.eventZone(&i.Ruling.Origin); err != nil {
				return err
			}
		}
		p.incidents[i.Agent] = append(p.incidents[i.Agent], i)
	}
	return nil
}

func (p *people) addReviews(reviews []turn.Review) error {
	for _, r := range reviews {
		if string(r.Period) != p.period.scope.Month.String() || r.Reviewer == r.Subject { // nobody reviews themselves
			continue
		}
		if _, err := p.period.eventZone(&r.Origin); err != nil {
			return err
		}
		p.reviews[r.Subject] = append(p.reviews[r.Subject], r)
		if r.Conversation != "" {
			p.sampled[r.Conversation] = true
		}
	}
	return nil
}

func (p *people) addExams(exams []turn.Exam) error {
	for _, e := range exams {
		if string(e.Period) != p.period.scope.Month.String() {
			continue
		}
		if _, err := p.period.eventZone(&e.Origin); err != nil {
			return err
		}
		p.exams[e.Subject] = append(p.exams[e.Subject], e)
	}
	return nil
}

func (p *people) addLeaves(leaves []turn.Leave) error {
	m := p.period.scope.Month
	for _, l := range leaves {
		from, until, err := span(&l)
		if err != nil {
			return fmt.Errorf("leave %q of agent %q: %w", l.ID, l.Subject, err)
		}
		if from.Compare(m.Last()) <= 0 && until.Compare(m.First()) >= 0 {
			p.leaves[l.Subject] = append(p.leaves[l.Subject], Leave{l, from, until})
		}
	}
	return nil
}

// Leave is an approved leave and its dates.
type Leave struct {
	turn.Leave
	First, Last calendar.Date
}

// holds reports whether a date is one of the leave's.
func (l *Leave) holds(d calendar.Date) bool { return l.First.Compare(d) <= 0 && d.Compare(l.Last) <= 0 }

// span returns the first and the last date of a leave.
func span(l *turn.Leave) (from, until calendar.Date, err error) {
	if from, err = calendar.ParseDate(string(l.From)); err != nil {
		return from, until, err
	}
	until, err = calendar.ParseDate(string(l.Until))
	return from, until, err
}

// addCall notes a call that a customer spent long on hold.
func (p *people) addCall(c *call) {
	if c.Agent == "" || c.LongestHoldMS < p.period.scope.HoldMS {
		return
	}
	p.holds.add(c.who, 1, 0)
	p.holds.explain(c.who, &c.Origin, c.date, false, "")
}

// agents returns those of whom the month has something. An incident of years ago alone makes nobody a member of the month.
func (p *people) agents() []string {
	all := slices.Concat(slices.Collect(maps.Keys(p.reviews)), slices.Collect(maps.Keys(p.exams)), slices.Collect(maps.Keys(p.leaves)))
	from, until := p.period.scope.Month.Cover()
	month := bounds{from, until}
	for agent, incidents := range p.incidents {
		if slices.ContainsFunc(incidents, func(i turn.Incident) bool {
			return month.contain(i.Time) || i.Ruling != nil && month.contain(i.Ruling.Since)
		}) {
			all = append(all, agent)
		}
	}
	return all
}

// Incidents returns every incident about the agent that was given, of any month, by time of the report.
func (p *Period) Incidents(agent string) []turn.Incident {
	return slices.SortedFunc(slices.Values(p.people.incidents[agent]), func(a, b turn.Incident) int { return a.Compare(b.Origin) })
}

// Reviews returns the agent's reviews that count for the month, by time.
func (p *Period) Reviews(agent string) []turn.Review {
	return slices.SortedFunc(slices.Values(p.people.reviews[agent]), func(a, b turn.Review) int { return a.Compare(b.Origin) })
}

// Exams returns the agent's exams that count for the month, by time.
func (p *Period) Exams(agent string) []turn.Exam {
	return slices.SortedFunc(slices.Values(p.people.exams[agent]), func(a, b turn.Exam) int { return a.Compare(b.Origin) })
}

// Leaves returns the agent's leaves that have a date in the month, by time of approval. Whose month a leave counts in when
// it has dates in two is the reader's decision.
func (p *Period) Leaves(agent string) []Leave {
	return slices.SortedFunc(slices.Values(p.people.leaves[agent]), func(a, b Leave) int { return a.Compare(b.Origin) })
}

// LongHolds returns how many of the agent's calls of the month had a hold as long as the scope's: they are worth a sample.
func (p *Period) LongHolds(agent string) int64 {
	if v := of(p.people.holds.values, p.everybody[agent]); v != nil {
		return v.Num
	}
	return 0
}

// LongHoldEvidence returns these calls, in order; the scope must name the agent.
func (p *Period) LongHoldEvidence(agent string) EvidenceList { return p.people.holds.evidence(agent) }
