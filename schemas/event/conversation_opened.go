package event

// ConversationOpened begins a conversation: a chat, a mail thread, a ticket. The envelope's subject is the conversation; its
// time is when the conversation began.
type ConversationOpened struct {
	Channel      Channel `json:"channel" enum:"chat,phone,email,ticket" doc:"the way the conversation came"`
	Team         string  `json:"team,omitempty" column:"team" doc:"team that it is for, as the source knows it"`
	Queue        string  `json:"queue,omitempty" column:"queue" doc:"queue or mailbox it came into"`
	Customer     string  `json:"customer,omitempty" doc:"reference of the customer, never a name or number"`
	CustomerKind string  `json:"customer_kind,omitempty" doc:"direct, franchise, shopper or another of the source's own names"`
	Region       string  `json:"region,omitempty" doc:"domestic, abroad or another of the source's own names"`
	Priority     *int64  `json:"priority,omitempty" doc:"the source's own scale"`
	Intent       string  `json:"intent,omitempty" doc:"inquiry, query, complaint or another of the source's own names"`
	Agent        string  `json:"agent,omitempty" column:"agent" doc:"first owner, if it was assigned from the start"`
}

// Channel is the way in which a conversation is held.
type Channel string

// The channels.
const (
	ChannelChat   Channel = "chat"
	ChannelPhone  Channel = "phone"
	ChannelEmail  Channel = "email"
	ChannelTicket Channel = "ticket"
)

var _ = register[ConversationOpened](Type{
	Name:    "conversation.opened",
	Version: 1,
	Subject: "the conversation",
	Doc:     "Begins a conversation: a chat, a mail thread, a ticket. Its time is when the conversation began.",
	Examples: []string{
		`{"channel":"email","team":"express","queue":"parcels","customer":"c-81","customer_kind":"franchise","region":"abroad","priority":2,"intent":"inquiry","agent":"li"}`,
		`{"channel":"chat","customer":"c-82"}`,
	},
})
