package event

// MessageReceived is a message from the customer's side. Only a message asks for an answer; an automatic reply, a bounce and
// spam do not. The envelope's subject is the conversation.
type MessageReceived struct {
	Kind     MessageKind `json:"kind,omitempty" column:"outcome" enum:"message,auto_reply,bounce,spam" doc:"message when absent; the others ask for no answer"`
	Customer string      `json:"customer,omitempty" doc:"reference of the customer, never a name or number"`
	Queue    string      `json:"queue,omitempty" column:"queue" doc:"queue or mailbox it came into"`
}

// MessageKind says what came in from outside.
type MessageKind string

// The kinds of messages received.
const (
	KindMessage   MessageKind = "message"
	KindAutoReply MessageKind = "auto_reply" // the customer's machine answered
	KindBounce    MessageKind = "bounce"     // a message of ours came back
	KindSpam      MessageKind = "spam"
)

var _ = register[MessageReceived](Type{
	Name:    "message.received",
	Version: 1,
	Subject: "the conversation",
	Doc:     "A message from the customer's side. Only kind message asks for an answer.",
	Examples: []string{
		`{"kind":"message","customer":"c-81","queue":"parcels"}`,
		`{"kind":"bounce"}`,
	},
})
