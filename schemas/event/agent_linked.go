package event

// AgentLinked says under which account an agent works in another system. The envelope's subject is the agent; its time is
// when the link began.
type AgentLinked struct {
	System  string `json:"system" doc:"the other system, by the name its source has"`
	Account string `json:"account" doc:"the agent's id in that system"`
	Until   Date   `json:"until,omitempty" doc:"last local date on which it holds; for good when absent"`
}

var _ = register[AgentLinked](Type{
	Name:    "agent.linked",
	Version: 1,
	Subject: "the agent",
	Doc:     "Says under which account an agent works in another system. Its time is when the link began.",
	Examples: []string{
		`{"system":"mail","account":"u-4711","until":"2024-03-31"}`,
		`{"system":"pbx","account":"204"}`,
	},
})
