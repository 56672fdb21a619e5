package score

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

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
			apart = append(apart, aside{i, unfounded(reported.Ruling)})
		}
	}
	// By date first: a policy that counts in the month of the conduct dates an incident otherwise than by its report.
	byTime := func(a, b rule.Incident) int {
		return cmp.Or(a.Date.Compare(b.Date), a.At.Compare(b.At), cmp.Compare(a.Facts.ID, b.Facts.ID))
	}
	slices.SortFunc(p.Incidents, byTime)
	slices.SortFunc(p.Earlier, byTime)
	return apart, nil
}

// unfounded says who ruled that an incident does not count, and why.
func unfounded(r *turn.Ruling) document.Title {
	if r.Verdict == event.Upheld {
		return titled("按方案不计", "does not count under the policy")
	}
	why := document.Title{ZH: r.By + " 裁定不成立", EN: "ruled not to be founded by " + r.By}
	if r.Reason != "" {
		why = document.Title{ZH: why.ZH + "：" + r.Reason, EN: why.EN + ": " + r.Reason}
	}
	return document.Title{ZH: why.ZH + "；不计", EN: why.EN + "; does not count"}
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
	i.About = s.words.about(i.Facts)
	if err := s.dateIncident(agent, t, &i); err != nil {
		return i, fmt.Errorf("incident %q: %w", t.Subject, err)
	}
	i.Evidence = evidence(metric.Evidence{Origin: t.Origin, Date: i.Date, Bad: true})
	if t.Ruling != nil {
		i.Evidence.Add(evidence(metric.Evidence{Origin: t.Ruling.Origin, Date: i.Date, Bad: true}))
	}
	return i, nil
}

// dateIncident fills in when the incident counts, and whether it happened after criticism.
func (s *scorer) dateIncident(agent string, t *turn.Incident, i *rule.Incident) error {
	var err error
	if i.Date, err = s.date(agent, t.Origin, i.At); err != nil {
		return err
	}
	conduct, err := s.conduct(agent, t)
	if err != nil {
		return err
	}
	if t.CriticizedOn != "" {
		criticized, err := calendar.ParseDate(string(t.CriticizedOn))
		if err != nil {
			return err
		}
		i.Facts.AfterCriticism = criticized.Compare(conduct) < 0
	}
	if s.in.Policy.Incidents.Month == policy.MonthOfConduct {
		i.Date = conduct
	}
	return nil
}

// conduct returns the date on which it happened, where nobody said the date of the report.
func (s *scorer) conduct(agent string, t *turn.Incident) (calendar.Date, error) {
	if t.Occurred != "" {
		return calendar.ParseDate(string(t.Occurred))
	}
	return s.date(agent, t.Origin, t.Time)
}
