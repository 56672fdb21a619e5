package score

import (
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
	s.leaves(p)
	return p, aside, s.earlier(p)
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
				Title: titleOf(s.words.findings, f.Finding), At: review.Time, Reason: f.Reason, Evidence: evidence(metric.Evidence{Origin: review.Origin, Date: date, Bad: true}),
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

// leaves gathers the leaves with a day in the month. One that lasts into the next is one application, of the month in which
// the person stayed away first; its days are of the month in which they lie.
func (s *scorer) leaves(p *rule.Person) {
	for _, l := range s.in.Period.Leaves(p.Agent) {
		days, inMonth := int64(0), int64(0)
		for d := l.First; d.Compare(l.Last) <= 0; d = d.AddDays(1) {
			if !s.in.Period.Calendar().WorkingDay(d) {
				continue
			}
			days++
			if p.Month.Contains(d) {
				inMonth++
			}
		}
		p.Leaves = append(p.Leaves, rule.Leave{
			Facts: rule.LeaveFacts{Kind: l.Kind, Days: days, HalfDay: l.HalfDay}, Title: titleOf(s.words.leaves, l.Kind),
			At: l.First.Start(time.UTC), From: l.First, Until: l.Last, Begins: p.Month.Contains(l.First), InMonth: inMonth,
			Evidence: evidence(metric.Evidence{Origin: l.Origin, Date: l.First, Bad: true}),
		})
	}
	slices.SortStableFunc(p.Leaves, func(a, b rule.Leave) int { return a.At.Compare(b.At) })
}

// earlier finds out which rule took each incident of the earlier months, month by month: what another rule took then
// does not count towards a threshold now. Where every rule counts every incident, none took any from another.
func (s *scorer) earlier(p *rule.Person) error {
	if s.in.Policy.Incidents.One == policy.EveryRule {
		return nil
	}
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
		for id, taker := range settle(bids, false) {
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
	notes = append(notes, s.uncovered()...)
	for _, a := range apart {
		notes = append(notes, document.Title{
			ZH: "事件 " + a.incident.Facts.ID + "（" + a.incident.Date.String() + "）：" + a.why.ZH,
			EN: "incident " + a.incident.Facts.ID + " (" + a.incident.Date.String() + "): " + a.why.EN,
		})
	}
	return notes
}

// uncovered says that the calendar knows no holidays of the month: its working days and deadlines are then those of an
// ordinary week.
func (s *scorer) uncovered() []document.Title {
	c, m := s.in.Period.Calendar(), s.in.Period.Month()
	if c == nil || c.Covers(m.First()) && c.Covers(m.Last()) {
		return nil
	}
	return []document.Title{titled("日历 "+c.Name()+" 没有该月的节假日：按平常的星期计算工作日与期限",
		"calendar "+c.Name()+" does not know the holidays of the month: working days and deadlines are those of ordinary weeks")}
}

func evidence(all ...metric.Evidence) metric.EvidenceList {
	return metric.EvidenceList{Listed: all, Total: len(all)}
}

func titled(zh, en string) document.Title { return document.Title{ZH: zh, EN: en} }
