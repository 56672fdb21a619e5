package event

// MessageSent is a message from our side. The envelope's subject is the conversation.
type MessageSent struct {
	Author     Author     `json:"author" column:"outcome" enum:"agent,assisted,bot,auto" doc:"assisted: an agent sent what a machine wrote; auto: an automatic reply"`
	Visibility Visibility `json:"visibility,omitempty" enum:"public,note" doc:"public when absent; a note is for colleagues only"`
	Agent      string     `json:"agent,omitempty" column:"agent" doc:"id of the agent who sent it"`
	Team       string     `json:"team,omitempty" column:"team" doc:"team of the agent, as the source knows it"`
}

// Author says who wrote a message.
type Author string

// The authors of messages sent.
const (
	AuthorAgent    Author = "agent"
	AuthorAssisted Author = "assisted" // an agent sent what a machine wrote
	AuthorBot      Author = "bot"
	AuthorAuto     Author = "auto" // an automatic reply
)

// Visibility says who can read a message.
type Visibility string

// The visibilities of messages sent.
const (
	Public Visibility = "public"
	Note   Visibility = "note" // for colleagues only
)

var _ = register[MessageSent](Type{
	Name:    "message.sent",
	Version: 1,
	Subject: "the conversation",
	Doc:     "A message from our side.",
	Examples: []string{
		`{"author":"agent","visibility":"public","agent":"li","team":"express"}`,
		`{"author":"auto"}`,
	},
})
