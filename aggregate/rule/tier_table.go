package rule

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
)

// Table is a team's tiers in a month. Its JSON holds the tiers, the team and the agents; the notes are for the person who
// reads the table.
type Table struct {
	Tiers  TierCounts `json:"tiers"`
	Team   Sum        `json:"team"`
	Agents []Agent    `json:"agents"` // by percent, the highest first, then by id; those without a value last
	Notes  Notes      `json:"-"`
}

// Sum is what the members did together.
type Sum struct {
	Calls int64 `json:"calls"` // as the average counts them
	Days  int64 `json:"days"`  // person-days, whatever the average is divided by
}

// Agent is one line of the table.
type Agent struct {
	Agent  string
	Name   string // "" when the roster has none
	Team   string
	Calls  int64
	Days   int64         // the agent's own days worked
	Figure *amount.Ratio // calls a day as the policy reads it; nil is no value
	Share  *amount.Ratio // of the team's average, unrounded; nil is no value
	Tier   string        // "" without a value
	Points amount.Points // that the tier gives; 0 without a value
}

// Percent returns the agent's share of the average, rounded to two places, and "" without a value. Two agents with one
// text may differ, and be in two tiers: tiers are decided unrounded.
func (a Agent) Percent() string {
	if a.Share == nil {
		return ""
	}
	return a.Share.Percent(2)
}

// MarshalJSON writes percent and tier as null where there is no value, which is neither 0 nor a tier.
func (a Agent) MarshalJSON() ([]byte, error) {
	line := struct {
		Agent   string  `json:"agent"`
		Calls   int64   `json:"calls"`
		Days    int64   `json:"days"`
		Percent *string `json:"percent"`
		Tier    *string `json:"tier"`
	}{Agent: a.Agent, Calls: a.Calls, Days: a.Days}
	if a.Share != nil {
		percent := a.Percent()
		line.Percent, line.Tier = &percent, &a.Tier
	}
	return json.Marshal(line)
}

// TierCount is how many agents are in a tier.
type TierCount struct {
	Tier   string
	Points amount.Points
	Agents int
}

// TierCounts has every tier of the policy in its order, also those that nobody is in.
type TierCounts []TierCount

// MarshalJSON writes one object in the policy's order.
func (t TierCounts) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, c := range t {
		if i > 0 {
			b.WriteByte(',')
		}
		entry, err := json.Marshal(map[string]int{c.Tier: c.Agents})
		if err != nil {
			return nil, err
		}
		b.Write(entry[1 : len(entry)-1])
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Notes is what a reader of the table should know.
type Notes struct {
	Source      metric.DaySource // from what days worked are known
	Figure      FigureDays       // what an agent's calls are divided by
	AverageBy   AverageDays      // what the members' calls are divided by
	Average     *amount.Ratio    // calls a day, unrounded; nil when nobody has a call or a day
	Published   bool             // the average is the published one; what the members did since does not move it
	CompanyDays int              // dates on which any member worked
	Headcount   int              // members
	Nobody      int64            // answered calls credited to nobody
	NobodyIn    bool             // whether the average counts them
	NotOnRoster []string         // agents with calls whom the roster does not have in the month; they take part
	NoCalls     []string         // members without any call, whom the average counts
	NoValue     []string         // agents listed without a tier
	NoDuty      []Count          // agents who have calls, but not the duty: not listed
}

// shownNames is how many names a line of a card lists.
const shownNames = 12

// averageWords returns "average 55.00", with who is in it where somebody without any call is. Of a published one that may
// have been otherwise.
func (n *Notes) averageWords() document.Title {
	value := n.Average.Decimal(2)
	if n.Published {
		return titled("已公布的平均 %s", "published average %s", value)
	}
	average := titled("平均 %s", "average %s", value)
	if len(n.NoCalls) == 0 {
		return average
	}
	shown := n.NoCalls[:min(shownNames, len(n.NoCalls))]
	names := document.Title{ZH: strings.Join(shown, "、"), EN: strings.Join(shown, ", ")}
	if more := len(n.NoCalls) - len(shown); more > 0 {
		names = document.Title{ZH: fmt.Sprintf("%s 等 %d 人", names.ZH, len(n.NoCalls)), EN: fmt.Sprintf("%s and %d more", names.EN, more)}
	}
	return document.Title{
		ZH: fmt.Sprintf("%s（共 %d 人，没有接听：%s）", average.ZH, n.Headcount, names.ZH),
		EN: fmt.Sprintf("%s (of %d people, without calls: %s)", average.EN, n.Headcount, names.EN),
	}
}

// Count is a number of calls of an agent.
type Count struct {
	Agent string
	Calls int64
}

// order sorts the agents as people read them. The ids make it total, so that a table has one form only.
func order(agents []Agent) {
	slices.SortFunc(agents, func(a, b Agent) int {
		return cmp.Or(compareShares(b.Share, a.Share), cmp.Compare(a.Agent, b.Agent))
	})
}

// compareShares puts no value before every value.
func compareShares(a, b *amount.Ratio) int {
	switch {
	case a != nil && b != nil:
		return a.Cmp(*b)
	case a != nil:
		return 1
	case b != nil:
		return -1
	}
	return 0
}
