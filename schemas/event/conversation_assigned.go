package event

// ConversationAssigned says whose a conversation is from now on: an agent's, a bot's, or nobody's, which is back in the queue.
// The envelope's subject is the conversation.
type ConversationAssigned struct {
	Agent  string `json:"agent,omitempty" column:"agent" doc:"id of the new owner; absent: back in the queue, or with a bot"`
	Bot    string `json:"bot,omitempty" doc:"id of the bot that has it now"`
	Team   string `json:"team,omitempty" column:"team" doc:"team that it is for now, as the source knows it"`
	Queue  string `json:"queue,omitempty" column:"queue" doc:"queue that it is in now"`
	By     string `json:"by,omitempty" names:"person" doc:"who assigned it"`
	Reason string `json:"reason,omitempty" maxlen:"1024" doc:"why"`
}

var _ = register[ConversationAssigned](Type{
	Name:    "conversation.assigned",
	Version: 1,
	Subject: "the conversation",
	Doc:     "Says whose a conversation is from now on: an agent, a bot, or nobody, which is back in the queue.",
	Examples: []string{
		`{"agent":"wang","bot":"assistant-1","team":"express","queue":"parcels","by":"supervisor-2","reason":"the bot could not help"}`,
		`{"queue":"parcels"}`,
	},
})
