package simulate

import (
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// What a reviewer may find in a recording, the likely ones more than once; "" is nothing.
var findings = [...]string{"", "", "", "", "", "", "contempt", "mood", "mood", "mood", "forcing", "after-hangup", "ignoring"}

// checks are the lines of the check list of call wording.
var checks = [...]string{"greeting", "surname", "thanks", "wait-reason", "apology", "correction", "closing"}

// reviews makes up what reviewers heard in the calls of everybody who answers calls.
func (m *maker) reviews() {
	for _, a := range m.agents {
		if !a.CallDuty || a.Days == 0 {
			continue
		}
		for i := range m.cfg.ReviewsPerAgent {
			m.review(a, i)
		}
	}
}

func (m *maker) review(a *agent, i int) {
	r := event.ReviewScored{Period: event.Month(m.cfg.Month), Template: "call-wording", Reviewer: supervisor, Confirmed: m.perMille(900)}
	if m.calls > 0 {
		r.Conversation = fmt.Sprintf("call-%s-%06d", m.run, 1+m.rng.IntN(m.calls))
		r.Recording = "rec-" + r.Conversation
	}
	if finding := findings[m.rng.IntN(len(findings))]; finding != "" {
		n := m.between(1, 2)
		r.Findings = []event.ReviewFinding{{Finding: finding, Count: int64(n), Reason: "heard on the recording"}}
		a.find(finding, n)
	}
	for _, check := range checks {
		r.Checks = append(r.Checks, event.ReviewCheck{Check: check, Met: m.perMille(930)})
	}
	a.Reviews++
	m.report(event.Event{Subject: a.ID, ID: fmt.Sprintf("review-%s-%02d", m.run, i+1),
		Time: m.at(m.first.AddDate(0, 0, m.between(19, 26)), openingHour, 0, 540), Data: r})
}

func (a *agent) find(finding string, n int) {
	if a.Findings == nil {
		a.Findings = map[string]int{}
	}
	a.Findings[finding] += n
}
