package event

// AgentChanged is an entry of the roster: what holds for one agent from a date on, until the next entry. The envelope's
// subject is the agent's id and its zone is the zone of the team.
type AgentChanged struct {
	Effective  Date        `json:"effective" doc:"first local date on which it holds"`
	Team       string      `json:"team" column:"team" doc:"team the agent belongs to"`
	Status     AgentStatus `json:"status,omitempty" column:"outcome" enum:"active,left" doc:"active when absent; left: no longer an agent from the effective date"`
	Name       string      `json:"name,omitempty" doc:"name to show"`
	Level      string      `json:"level,omitempty" doc:"level within the team, for example senior"`
	Role       string      `json:"role,omitempty" doc:"role, for example agent, supervisor"`
	FTEPercent *int64      `json:"fte_percent,omitempty" max:"100" doc:"share of a full-time post in percent"`
	Duties     []string    `json:"duties,omitempty" minitems:"1" doc:"kinds of work the agent is there for, for example calls, email; all when absent"`
}

// AgentStatus says whether somebody works as an agent.
type AgentStatus string

// The states of an agent.
const (
	Active AgentStatus = "active"
	Left   AgentStatus = "left"
)

var _ = register[AgentChanged](Type{
	Name:    "agent.changed",
	Version: 1,
	Subject: "the agent",
	Doc:     "An entry of the roster: what holds for one agent from a date on. The zone attribute is the team's zone.",
	Examples: []string{
		`{"effective":"2024-03-01","team":"express","status":"active","name":"Li","level":"senior","role":"agent","fte_percent":100,"duties":["calls","email"]}`,
		`{"effective":"2024-03-16","team":"express","status":"left"}`,
	},
})
