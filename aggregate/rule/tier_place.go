package rule

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// table returns the tiers of everybody: the share of an agent's figure, count ÷ days, in the team's average, total ÷ days
// (÷ heads). A published average takes the place of the team's.
//
// Numerator and denominator of the average cover the same people, the members: those on the roster with the rule's duty,
// and whoever has credited calls without being on the roster, with the days worked that the rule asks for. Somebody with
// calls but too few days is listed without a value and is in neither: a day forgotten in the attendance must not raise the
// bar for the colleagues, nor give its agent a tier by chance. Where the average is 0 nobody has a value.
func (t *Tier) table(team *Team) (Table, error) {
	r, err := newRanking(team, t)
	if err != nil {
		return Table{}, err
	}
	r.addAverage(team)
	table := Table{Team: Sum{r.calls, r.days}, Agents: []Agent{}, Notes: r.notes}
	for _, m := range r.people {
		if err := r.place(&m); err != nil {
			return Table{}, fmt.Errorf("agent %q: %w", m.Agent.Agent, err)
		}
		if m.member && m.Calls == 0 && r.notes.Average != nil {
			table.Notes.NoCalls = append(table.Notes.NoCalls, m.Agent.Agent)
		}
		if m.Share == nil {
			table.Notes.NoValue = append(table.Notes.NoValue, m.Agent.Agent)
		}
		table.Agents = append(table.Agents, m.Agent)
	}
	order(table.Agents)
	table.Tiers = countTiers(t.Tiers, table.Agents)
	return table, nil
}

func countTiers(tiers []TierStep, agents []Agent) TierCounts {
	counts := TierCounts{}
	for _, t := range tiers {
		c := TierCount{Tier: t.Name, Points: t.Points}
		for _, a := range agents {
			if a.Share != nil && a.Tier == t.Name {
				c.Agents++
			}
		}
		counts = append(counts, c)
	}
	return counts
}

// ranking is the state of one evaluation.
type ranking struct {
	rule        *Tier
	people      []listed
	calls, days int64
	notes       Notes
}

// listed is an agent of the table and whether they are a member.
type listed struct {
	Agent
	member bool
}

func newRanking(team *Team, rule *Tier) (*ranking, error) {
	w, err := team.all.workload(rule.Query())
	if err != nil {
		return nil, err
	}
	t := &ranking{rule: rule, notes: Notes{Source: w.source, Figure: rule.Figure, AverageBy: rule.Average, NobodyIn: rule.Nobody}}
	t.notes.Nobody = nobody(w.result, team.name)
	var company calendar.Days
	for _, agent := range w.agents[team.name] {
		if t.add(team.all.period, agent, w.counts[agent], int64(w.days[agent].Len())) {
			company |= w.days[agent]
		}
	}
	t.notes.CompanyDays = company.Len()
	return t, nil
}

func nobody(r metric.Result, team string) int64 {
	if team != "" {
		return r.Nobody[team]
	}
	var all int64
	for _, n := range r.Nobody {
		all += n
	}
	return all
}

// add lists an agent who belongs here and reports whether they are a member.
func (t *ranking) add(p *metric.Period, agent string, calls, days int64) bool {
	name, onRoster := p.Team(agent)
	a := listed{Agent: Agent{Agent: agent, Team: name, Calls: calls, Days: days}}
	switch entry, _ := p.Roster().During(agent, p.Month()); {
	case !onRoster && calls == 0:
		return false
	case !onRoster:
		t.notes.NotOnRoster = append(t.notes.NotOnRoster, agent)
	case t.rule.Members.Duty != AnyDuty && !entry.HasDuty(t.rule.Members.Duty):
		if calls > 0 {
			t.notes.NoDuty = append(t.notes.NoDuty, Count{agent, calls})
		}
		return false
	default:
		a.Name = entry.Name
	}
	if a.member = days >= int64(t.rule.Members.MinDays); a.member {
		t.notes.Headcount++
		t.calls, t.days = t.calls+calls, t.days+days
	}
	t.people = append(t.people, a)
	return a.member
}

// addAverage takes the average that was published, else forms the members' own; that stays nil when they have no calls or no
// days.
func (t *ranking) addAverage(team *Team) {
	if t.rule.Nobody {
		t.calls += t.notes.Nobody
	}
	if published := team.all.published(t.rule.id, team.name); published != nil {
		t.notes.Average, t.notes.Published = published, true
		return
	}
	den := t.days
	if t.rule.Average == CompanyDaysByHead {
		den = int64(t.notes.CompanyDays) * int64(t.notes.Headcount)
	}
	if average, ok := amount.NewRatio(t.calls, den); ok && t.calls > 0 {
		t.notes.Average = &average
	}
}

// place gives a member their figure, share and tier. Others, and everybody without an average, keep no value.
func (t *ranking) place(a *listed) error {
	den := a.Days
	if t.rule.Figure == CompanyDays {
		den = int64(t.notes.CompanyDays)
	}
	figure, ok := amount.NewRatio(a.Calls, den)
	if !ok || !a.member {
		return nil
	}
	a.Figure = &figure
	if t.notes.Average == nil {
		return nil
	}
	share, err := figure.Quo(*t.notes.Average)
	if err != nil {
		return err
	}
	a.Share = &share
	for _, tier := range t.rule.Tiers {
		if tier.Bound.Reached(share) {
			a.Tier, a.Points = tier.Name, tier.Points
			return nil
		}
	}
	return nil
}
