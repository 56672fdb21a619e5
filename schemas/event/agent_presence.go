package event

// AgentPresence is a change of what an agent is doing right now, as the telephone system or the desk sees it. The envelope's
// subject is the agent.
type AgentPresence struct {
	State  PresenceState `json:"state" column:"outcome" enum:"on_contact,idle,wrap_up,break,away,offline" doc:"what the agent does from now on; idle is ready and waiting"`
	Reason string        `json:"reason,omitempty" doc:"the source's own name of the reason, for example lunch"`
}

// PresenceState says what an agent is doing.
type PresenceState string

// The states of presence.
const (
	PresenceOnContact PresenceState = "on_contact" // with a customer
	PresenceIdle      PresenceState = "idle"       // ready and waiting
	PresenceWrapUp    PresenceState = "wrap_up"
	PresenceBreak     PresenceState = "break"
	PresenceAway      PresenceState = "away"
	PresenceOffline   PresenceState = "offline"
)

var _ = register[AgentPresence](Type{
	Name:    "agent.presence",
	Version: 1,
	Subject: "the agent",
	Doc:     "A change of what an agent is doing right now, as the telephone system or the desk sees it.",
	Examples: []string{
		`{"state":"break","reason":"lunch"}`,
		`{"state":"on_contact"}`,
	},
})
