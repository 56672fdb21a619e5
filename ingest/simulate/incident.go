package simulate

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// The verdicts that an incident of a plot ends with.
type ending uint8

const (
	upheld   ending = iota
	rejected        // nothing was found
	open            // still to be ruled on
	reversed        // upheld first, rejected later: the later verdict stands
)

// plot is a kind of incident; what is nil is not replaced by the ruling.
type plot struct {
	report event.IncidentReported
	ruling event.IncidentRuled
	ending ending
}

// plots returns the incidents of a desk, in turn; each meets another rule of a policy.
func plots() []plot {
	return []plot{
		{
			event.IncidentReported{Subjects: []string{"call-attitude"}, Complainant: event.FromCustomer, Recording: "recording"},
			event.IncidentRuled{FollowedUpInTime: new(true)}, upheld,
		},
		{event.IncidentReported{Subjects: []string{"work-error"}, Complainant: event.FromColleague}, event.IncidentRuled{}, upheld},
		{event.IncidentReported{Subjects: []string{"work-error"}, Complainant: event.FromColleague}, event.IncidentRuled{}, rejected},
		{event.IncidentReported{Subjects: []string{"inquiry"}, Complainant: event.FromAbroad}, event.IncidentRuled{FollowedUpInTime: new(false)}, upheld},
		{event.IncidentReported{Subjects: []string{"work-error"}, LossMinor: new(int64(10_000))}, event.IncidentRuled{}, upheld},
		{event.IncidentReported{Subjects: []string{"work-error"}, LossMinor: new(int64(15_000))}, event.IncidentRuled{LossMinor: new(int64(9_999))}, upheld},
		{event.IncidentReported{Subjects: []string{"inquiry"}, Complainant: event.FromCustomer}, event.IncidentRuled{FollowedUpInTime: new(true)}, upheld},
		{
			event.IncidentReported{Subjects: []string{"email"}, Complainant: event.FromCustomer, Serious: true},
			event.IncidentRuled{Serious: new(false), FollowedUpInTime: new(true)}, upheld,
		},
		{event.IncidentReported{Subjects: []string{"execution"}, Reputation: true}, event.IncidentRuled{Reputation: new(false)}, upheld},
		{event.IncidentReported{Subjects: []string{"execution"}, SameKind: "wrong-address"}, event.IncidentRuled{}, upheld},
		{
			event.IncidentReported{Subjects: []string{"call-attitude", "work-error"}, Complainant: event.FromCustomer},
			event.IncidentRuled{Subjects: []string{"work-error"}}, upheld,
		},
		{event.IncidentReported{Subjects: []string{"call-attitude"}, Complainant: event.FromCustomer}, event.IncidentRuled{}, open},
		{event.IncidentReported{Subjects: []string{"email"}, Complainant: event.FromAbroad}, event.IncidentRuled{}, reversed},
		{event.IncidentReported{Subjects: []string{"refusal"}}, event.IncidentRuled{}, rejected},
	}
}

// incidents makes up complaints and mistakes. All are ruled on within the month, some are reported in the one before.
func (m *maker) incidents() {
	all := plots()
	for i := range m.cfg.Incidents {
		a := m.agents[m.rng.IntN(len(m.agents))]
		reported := m.at(m.first.AddDate(0, 0, m.between(-4, 19)), openingHour, 0, 540)
		m.incident(all[i%len(all)], a, reported)
	}
	serious := plot{
		event.IncidentReported{Subjects: []string{"email"}, Complainant: event.FromCustomer, Serious: true},
		event.IncidentRuled{Serious: new(true), FollowedUpInTime: new(true)}, upheld,
	}
	for range min(3, m.cfg.Incidents) {
		m.incident(serious, m.agents[unlucky], m.at(m.first.AddDate(0, 0, m.between(2, 15)), openingHour, 0, 540))
	}
}

// incident makes up one incident and how it ends.
func (m *maker) incident(p plot, a *agent, reported time.Time) {
	t := m.thread("incident")
	r := p.report
	r.Agent, r.Team, r.Occurred = a.ID, m.cfg.Team, dateOf(reported.AddDate(0, 0, -m.between(0, 2)))
	if r.SameKind != "" {
		r.CriticizedOn = dateOf(reported.AddDate(0, 0, -m.between(10, 20)))
	}
	if r.Recording != "" && m.calls > 0 {
		r.Conversation = fmt.Sprintf("call-%s-%06d", m.run, 1+m.rng.IntN(m.calls))
		r.Recording = "rec-" + r.Conversation
	}
	t.say(reported, r)
	if p.ending == open {
		a.Incidents.Open++
		return
	}
	ruled := m.at(m.first.AddDate(0, 0, max(0, int(reported.Sub(m.first).Hours())/24)+m.between(1, 3)), openingHour, 0, 540)
	t.rule(ruled, p, a)
}

// rule rules on an incident, once or twice.
func (t *thread) rule(at time.Time, p plot, a *agent) {
	r := p.ruling
	r.By, r.Verdict, r.Reason = supervisor, event.Upheld, "heard on both sides"
	if p.ending == rejected {
		r.Verdict = event.VerdictRejected
	}
	t.say(at, r)
	if p.ending == reversed {
		t.say(at.AddDate(0, 0, t.between(1, 3)), event.IncidentRuled{Verdict: event.VerdictRejected, By: supervisor, Reason: "the recording says otherwise"})
	}
	if p.ending == upheld {
		a.Incidents.Upheld++
		return
	}
	a.Incidents.Rejected++
}
