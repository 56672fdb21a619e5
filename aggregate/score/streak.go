package score

import (
	"fmt"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// streaks returns what is proposed because of the grades of several months in a row, this one the last.
func (s *scorer) streaks(c *Card) []Proposal {
	var proposals []Proposal
	for _, streak := range s.in.Policy.Streaks {
		if c.Grade != streak.Grade {
			continue
		}
		months := append(s.inARow(c.Agent, streak), c.Month.String())
		if len(months) < streak.Months {
			continue
		}
		text := fmt.Sprintf("%s (%s)", streak.Grade, strings.Join(months, ", "))
		proposals = append(proposals, Proposal{streak.ID, document.Title{
			ZH: streak.Proposal.ZH + "：" + text, EN: streak.Proposal.EN + ": " + text,
		}})
	}
	return proposals
}

// inARow returns the months right before this one that had the grade, the earliest first. A month without assessment is
// skipped or ends the row, as the policy says; one about which nothing is known has no assessment. The search ends at the
// first month that is on record at all.
func (s *scorer) inARow(agent string, streak policy.Streak) []string {
	grades := map[calendar.Month]string{}
	first := s.in.Period.Month()
	for _, p := range s.history[agent] {
		grades[p.Month] = p.Grade
		if p.Month.First().Compare(first.First()) < 0 {
			first = p.Month
		}
	}
	var months []string
	for m := before(s.in.Period.Month()); m.First().Compare(first.First()) >= 0; m = before(m) {
		switch grade := grades[m]; {
		case grade == streak.Grade:
			months = append([]string{m.String()}, months...)
		case grade == "" && streak.Gap == policy.GapSkipped:
		default:
			return months
		}
	}
	return months
}

func before(m calendar.Month) calendar.Month {
	d := m.First().AddDays(-1)
	return calendar.Month{Year: d.Year, Month: d.Month}
}
