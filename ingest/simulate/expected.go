package simulate

import "github.com/deskpulse/deskpulse/schemas/event"

// Expected is the truth about a month: what the pipeline must find in its records.
type Expected struct {
	Records  int                  `json:"records"`  // Accepted + Rejected
	Accepted int                  `json:"accepted"` // valid records, copies included
	Rejected int                  `json:"rejected"`
	Reasons  map[event.Reason]int `json:"reasons"` // rejected records

	Duplicates  int `json:"duplicates"`  // records that are exact copies of an earlier one
	Conflicting int `json:"conflicting"` // contradictory copies, which do not stand
	Late        int `json:"late"`        // calls produced out of order
	Retracted   int `json:"retracted"`   // events that count nowhere because they were taken back

	Answered  int `json:"answered"` // calls of the month that stand, once each; the unnamed ones among them
	Unnamed   int `json:"unnamed"`  // answered calls that name no agent
	Abandoned int `json:"abandoned"`
	Missed    int `json:"missed"`
	Phantom   int `json:"phantom"`

	Agents []Agent `json:"agents"` // in the order of the roster
}

// Agent is the truth about one agent.
type Agent struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Calls    int    `json:"calls"`     // credited in the month
	Days     int    `json:"days"`      // on which attendance says worked
	Rostered bool   `json:"rostered"`  // false: works, but the roster does not know them
	CallDuty bool   `json:"call_duty"` // false: there for other work; answers no calls
	Speed    int    `json:"speed"`     // percent of the usual number of calls that they answer, the cause of their tier
}

func (x *Expected) finish(agents []*agent) {
	for _, a := range agents {
		x.Agents = append(x.Agents, a.Agent)
	}
}
