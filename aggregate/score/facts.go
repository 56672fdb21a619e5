package score

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// aside is an incident that takes no part, and why.
type aside struct {
	incident rule.Incident
	why      document.Title
}

// person gathers what rules look at, and the incidents that take no part.
func (s *scorer) person(agent, team string) (*rule.Person, []aside, error) {
	p := &rule.Person{
		Agent: agent, Month: s.in.Period.Month(), Team: s.teams.Team(team), Period: s.in.Period,
		Scores: s.scores[agent], Waivers: s.waivers[agent],
	}
	aside, err := s.incidents(p)
	if err != nil {
		return nil, nil, err
	}
	if err := s.findings(p); err != nil {
		return nil, nil, err
	}
	if err := s.leaves(p); err != nil {
		return nil, nil, err
	}
	return p, aside, s.earlier(p)
}

// incidents splits what was reported about the person into what counts this month, what counted before, and what does
// not count or not yet.
func (s *scorer) incidents(p *rule.Person) ([]aside, error) {
	var apart []aside
	for _, reported := range s.in.Period.Incidents(p.Agent) {
		i, err := s.incident(p.Agent, &reported)
		if err != nil {
			return nil, err
		}
		counts, err := s.in.Policy.Incidents.Counts.Holds(&i.Facts)
		if err != nil {
			return nil, fmt.Errorf("incident %q: %w", i.Facts.ID, err)
		}
		switch month := (calendar.Month{Year: i.Date.Year, Month: i.Date.Month}); {
		case month.First().Compare(p.Month.First()) > 0:
		case !counts && !i.Facts.Ruled:
			apart = append(apart, aside{i, titled("尚未裁定，不计", "not ruled yet, does not count")})
		case month != p.Month && counts:
			p.Earlier = append(p.Earlier, i)
		case month == p.Month && counts:
			p.Incidents = append(p.Incidents, i)
		case month == p.Month:
			apart = append(apart, aside{i, titled("裁定不成立，不计", "ruled not to be founded, does not count")})
		}
	}
	byTime := func(a, b rule.Incident) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Facts.ID, b.Facts.ID)) }
	slices.SortFunc(p.Incidents, byTime)
	slices.SortFunc(p.Earlier, byTime)
	return apart, nil
}

// incident reads an incident as rules see it: its ruling's word goes before its report's, and it counts when the policy
// says. Where nobody has ruled, it is dated by its report.
func (s *scorer) incident(agent string, t *turn.Incident) (rule.Incident, error) {
	i := rule.Incident{Facts: rule.IncidentFacts{
		ID: t.Subject, Subjects: t.Subjects, Complainant: string(t.Complainant), Serious: t.Serious,
		Reputation: t.Reputation, SameKind: t.SameKind, FollowedUpInTime: t.FollowedUpInTime == nil || *t.FollowedUpInTime,
		Upheld: t.Upheld(), Ruled: t.Ruling != nil, Rejected: t.Ruling != nil && !t.Upheld(),
	}, At: t.Time}
	if s.in.Policy.Incidents.Serious == policy.SeriousByReport {
		i.Facts.Serious = t.ReportedSerious
	}
	if t.LossMinor != nil {
		i.Facts.LossMinor = *t.LossMinor
	}
	if t.Ruling != nil && s.in.Policy.Incidents.Month == policy.MonthOfRuling {
		i.At = t.Ruling.Since
	}
	var err error
	if i.Date, err = s.date(agent, t.Origin, i.At); err != nil {
		return i, err
	}
	conduct, err := s.date(agent, t.Origin, t.Time)
	if err != nil {
		return i, err
	}
	if t.Occurred != "" {
		if conduct, err = calendar.ParseDate(string(t.Occurred)); err != nil {
			return i, fmt.Errorf("incident %q: %w", t.Subject, err)
		}
	}
	if t.CriticizedOn != "" {
		criticized, err := calendar.ParseDate(string(t.CriticizedOn))
		if err != nil {
			return i, fmt.Errorf("incident %q: %w", t.Subject, err)
		}
		i.Facts.AfterCriticism = criticized.Compare(conduct) <= 0
	}
	if s.in.Policy.Incidents.Month == policy.MonthOfConduct {
		i.Date = conduct
	}
	i.Evidence = append(i.Evidence, metric.Evidence{Origin: t.Origin, Date: i.Date, Bad: true})
	if t.Ruling != nil {
		i.Evidence = append(i.Evidence, metric.Evidence{Origin: t.Ruling.Origin, Date: i.Date, Bad: true})
	}
	return i, nil
}

// date returns the local date of an instant in the zone of the agent's team, else the event's.
func (s *scorer) date(agent string, o turn.Origin, at time.Time) (calendar.Date, error) {
	o.Time = at
	return s.in.Period.LocalDate(agent, o)
}

func (s *scorer) findings(p *rule.Person) error {
	for _, review := range s.in.Period.Reviews(p.Agent) {
		date, err := s.date(p.Agent, review.Origin, review.Time)
		if err != nil {
			return err
		}
		for _, f := range review.Findings {
			finding := rule.Finding{
				Facts: rule.FindingFacts{ID: f.Finding, Count: f.Count, Template: review.Template, Confirmed: review.Confirmed},
				At:    review.Time, Reason: f.Reason, Evidence: []metric.Evidence{{Origin: review.Origin, Date: date, Bad: true}},
			}
			if f.PointsHundredths != nil {
				chosen := amount.Points(*f.PointsHundredths)
				finding.Chosen = &chosen
			}
			p.Findings = append(p.Findings, finding)
		}
	}
	return nil
}

// leaves gathers the applications that begin in the month: one that lasts into the next is one application, of the month
// in which the person stayed away first.
func (s *scorer) leaves(p *rule.Person) error {
	for _, l := range s.in.Period.Leaves(p.Agent) {
		from, err := calendar.ParseDate(string(l.From))
		if err != nil {
			return fmt.Errorf("leave %q: %w", l.ID, err)
		}
		until, err := calendar.ParseDate(string(l.Until))
		if err != nil {
			return fmt.Errorf("leave %q: %w", l.ID, err)
		}
		if !p.Month.Contains(from) {
			continue
		}
		days := int64(0)
		for d := from; d.Compare(until) <= 0; d = d.AddDays(1) {
			if s.in.Period.Calendar().WorkingDay(d) {
				days++
			}
		}
		p.Leaves = append(p.Leaves, rule.Leave{
			Facts: rule.LeaveFacts{Kind: l.Kind, Days: days, HalfDay: l.HalfDay},
			At:    from.Start(time.UTC), From: from, Until: until,
			Evidence: []metric.Evidence{{Origin: l.Origin, Date: from, Bad: true}},
		})
	}
	slices.SortStableFunc(p.Leaves, func(a, b rule.Leave) int { return a.At.Compare(b.At) })
	return nil
}

// earlier finds out which rule took each incident of the earlier months, month by month: what another rule took then
// does not count towards a threshold now.
func (s *scorer) earlier(p *rule.Person) error {
	all := p.Earlier
	for from := 0; from < len(all); {
		month := calendar.Month{Year: all[from].Date.Year, Month: all[from].Date.Month}
		until := from
		for until < len(all) && month.Contains(all[until].Date) {
			until++
		}
		past := &rule.Person{Agent: p.Agent, Month: month, Team: p.Team, Period: p.Period, Scores: p.Scores, Incidents: all[from:until], Earlier: all[:from]}
		bids, err := s.bids(past, s.competing())
		if err != nil {
			return err
		}
		for id, taker := range settle(bids, s.in.Policy.Incidents.One == policy.EveryRule) {
			for k := from; k < until; k++ {
				if all[k].Facts.ID == id {
					all[k].TakenBy = taker
				}
			}
		}
		from = until
	}
	return nil
}

// competing returns the rules that want incidents.
func (s *scorer) competing() []place {
	return slices.DeleteFunc(slices.Clone(s.places), func(p place) bool { return !rule.Competes(p.rule.Rule) })
}

// notes says what takes no part in the card.
func (s *scorer) notes(agent string, apart []aside) []document.Title {
	var notes []document.Title
	if _, listed := s.in.Period.Team(agent); !listed {
		notes = append(notes, titled("不在花名册上", "not on the roster"))
	}
	for _, a := range apart {
		notes = append(notes, document.Title{
			ZH: "事件 " + a.incident.Facts.ID + "（" + a.incident.Date.String() + "）：" + a.why.ZH,
			EN: "incident " + a.incident.Facts.ID + " (" + a.incident.Date.String() + "): " + a.why.EN,
		})
	}
	return notes
}

func titled(zh, en string) document.Title { return document.Title{ZH: zh, EN: en} }
