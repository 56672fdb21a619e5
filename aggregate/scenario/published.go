package scenario

import (
	"cmp"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// published is an average that was published: the month is scored again, with what became known since.
type published struct {
	rule word
	team word // the file's when not said
	of   amount.Ratio
}

// readPublished reads `published RULE CALLS DAYS [team T]`.
func readPublished(a *args) {
	s := published{rule: a.take("a rule with tiers")}
	calls := a.count(1)
	days := a.count(1)
	s.of = amount.Ratio{Num: int64(calls), Den: int64(days)}
	s.team = word{at: s.rule.at}
	a.clauses(clauses{"team": func() { s.team = a.take("a team") }}, nil)
	what := "average under rule"
	if s.team.text != "" {
		what = "average of team " + s.team.text + " under rule"
	}
	a.unique(what, s.rule)
	a.p.s.published = append(a.p.s.published, s)
}

// carried is points of an earlier month that count in this one.
type carried struct {
	at document.Position // of the month
	score.Carried
}

// readCarried reads `carried AGENT MONTH POINTS`.
func readCarried(a *args) {
	s := carried{Carried: score.Carried{Agent: a.agent()}}
	w, _ := a.peek()
	s.at, s.From = w.at, a.month()
	a.unique("points carried for "+s.Agent+" from", w)
	s.Points = a.points()
	a.end()
	a.p.s.carried = append(a.p.s.carried, s)
}

// earlier tells months that are not before that of the scenario.
func (p *parser) earlier(what string, m calendar.Month, at document.Position) {
	if p.s.Month != (calendar.Month{}) && m.First().Compare(p.s.Month.First()) >= 0 {
		p.Problem(at, "%s: %s months before that of the scenario, %s", m, what, p.s.Month)
	}
}

// averages looks up what published averages are of.
func (v *vocabulary) averages(s *Scenario) {
	var teams []string
	for _, id := range s.Agents {
		teams = append(teams, s.people[id].team)
		for _, m := range s.people[id].moves {
			teams = append(teams, m.team)
		}
	}
	slices.Sort(teams)
	for _, p := range s.published {
		v.takes(p.rule, "compares with no average", func(r rule.Rule) bool { _, ok := r.(*rule.Tier); return ok })
		if p.team.text != "" {
			v.know("team", p.team, slices.Compact(slices.Clone(teams)))
		}
	}
}

func (s *Scenario) averages() []rule.Average {
	var all []rule.Average
	for _, p := range s.published {
		all = append(all, rule.Average{Rule: p.rule.text, Team: cmp.Or(p.team.text, s.team), Value: p.of})
	}
	return all
}
