package event

// ConversationStatusChanged moves a conversation to another status. The envelope's subject is the conversation.
type ConversationStatusChanged struct {
	Status Status `json:"status" column:"outcome" enum:"open,pending,on_hold,resolved,closed" doc:"pending waits for the customer, on_hold for somebody else"`
	Agent  string `json:"agent,omitempty" column:"agent" doc:"id of the agent who changed it"`
	Reason string `json:"reason,omitempty" maxlen:"1024" doc:"why"`
}

// Status says where a conversation stands.
type Status string

// The states of a conversation.
const (
	StatusOpen     Status = "open"
	StatusPending  Status = "pending" // waits for the customer
	StatusOnHold   Status = "on_hold" // waits for somebody else
	StatusResolved Status = "resolved"
	StatusClosed   Status = "closed"
)

var _ = register[ConversationStatusChanged](Type{
	Name:    "conversation.status_changed",
	Version: 1,
	Subject: "the conversation",
	Doc:     "Moves a conversation to another status.",
	Examples: []string{
		`{"status":"resolved","agent":"li","reason":"the parcel was delivered"}`,
		`{"status":"pending"}`,
	},
})
