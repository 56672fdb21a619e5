package rule

import (
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Teams are the teams of a period. What all of them share is read once. They belong to one goroutine.
type Teams struct {
	period *metric.Period
	frozen []Average
	teams  map[string]*Team
	work   map[string]*workload // by the metric's key
}

// workload is what was measured of everybody for a tier.
type workload struct {
	result metric.Result
	counts map[string]int64
	days   map[string]calendar.Days
	source metric.DaySource
	agents map[string][]string // by team, and all of them under ""
}

// NewTeams returns the teams of a period. Where there is a frozen average of a rule and a team, its agents are compared with
// that one, whatever the members' own would be by now.
func NewTeams(p *metric.Period, frozen []Average) *Teams {
	return &Teams{period: p, frozen: frozen, teams: map[string]*Team{}, work: map[string]*workload{}}
}

// Team returns a team by its name; "" is the whole company as one department.
func (t *Teams) Team(name string) *Team {
	team := t.teams[name]
	if team == nil {
		team = &Team{name: name, all: t, tables: map[*Tier]*placed{}}
		t.teams[name] = team
	}
	return team
}

// published returns the frozen average of a rule and a team, nil where there is none.
func (t *Teams) published(rule, team string) *amount.Ratio {
	for i := range t.frozen {
		if a := &t.frozen[i]; a.Rule == rule && a.Team == team {
			return &a.Value
		}
	}
	return nil
}

func (t *Teams) workload(q metric.Query) (*workload, error) {
	if w := t.work[q.Key()]; w != nil {
		return w, nil
	}
	result, ok := t.period.Result(q)
	if !ok {
		return nil, fmt.Errorf("metric %q: the period does not measure it", q.Key())
	}
	w := &workload{result: result, counts: map[string]int64{}, agents: map[string][]string{}}
	w.days, w.source = t.period.Days(q.Settings)
	for _, v := range result.Values {
		w.counts[v.Agent] = v.Num
	}
	for _, agent := range t.period.Agents() {
		w.agents[""] = append(w.agents[""], agent)
		if team, _ := t.period.Team(agent); team != "" {
			w.agents[team] = append(w.agents[team], agent)
		}
	}
	t.work[q.Key()] = w
	return w, nil
}

// Team is whom an agent is compared with.
type Team struct {
	name   string
	all    *Teams
	tables map[*Tier]*placed
}

// placed is a table and where each agent stands in it.
type placed struct {
	table  Table
	agents map[string]*Agent
}

// Table returns the team's tiers under a rule.
func (t *Team) Table(r *Tier) (Table, error) {
	p, err := t.place(r)
	if err != nil {
		return Table{}, err
	}
	return p.table, nil
}

func (t *Team) place(r *Tier) (*placed, error) {
	if p, ok := t.tables[r]; ok {
		return p, nil
	}
	table, err := r.table(t)
	if err != nil {
		return nil, err
	}
	p := &placed{table: table, agents: make(map[string]*Agent, len(table.Agents))}
	for i := range table.Agents {
		p.agents[table.Agents[i].Agent] = &table.Agents[i]
	}
	t.tables[r] = p
	return p, nil
}
