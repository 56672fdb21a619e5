package rule

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/deskpulse/deskpulse/aggregate/amount"
)

// Average is what the agents of a team are compared with under a tier rule. Those of a month are kept when it is published,
// so that a later correction of one agent's month need not move the colleagues' tiers.
type Average struct {
	Rule  string // id of the tier rule
	Team  string // by which the agents are compared; "" is the whole company as one department
	Value amount.Ratio
}

// Compare orders averages by rule, then team.
func (a Average) Compare(b Average) int {
	return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Team, b.Team))
}

// averageJSON keeps the ratio as it was formed, in whole numbers: no reader rounds it.
type averageJSON struct {
	Rule        string `json:"rule"`
	Team        string `json:"team"`
	Numerator   int64  `json:"numerator"`
	Denominator int64  `json:"denominator"`
}

// MarshalJSON writes the average with its ratio as two integers.
func (a Average) MarshalJSON() ([]byte, error) {
	return json.Marshal(averageJSON{a.Rule, a.Team, a.Value.Num, a.Value.Den})
}

// UnmarshalJSON reads what MarshalJSON writes. The error says that something else stands there, or that the ratio is none
// with which anybody could be compared.
func (a *Average) UnmarshalJSON(src []byte) error {
	var j averageJSON
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(&j); err != nil {
		return fmt.Errorf("read average: %w", err)
	}
	if j.Rule == "" || j.Numerator <= 0 || j.Denominator <= 0 {
		return fmt.Errorf("read average of rule %q, team %q: %d/%d compares with nobody", j.Rule, j.Team, j.Numerator, j.Denominator)
	}
	*a = Average{j.Rule, j.Team, amount.Ratio{Num: j.Numerator, Den: j.Denominator}}
	return nil
}

// Average returns what the team's agents are compared with under a rule, and false where there is nothing.
func (t *Team) Average(r *Tier) (Average, bool, error) {
	p, err := t.place(r)
	if err != nil || p.table.Notes.Average == nil {
		return Average{}, false, err
	}
	return Average{r.id, t.name, *p.table.Notes.Average}, true, nil
}
