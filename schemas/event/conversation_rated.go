package event

// ConversationRated is what the customer thought of the service. The envelope's subject is the conversation.
type ConversationRated struct {
	Score int64  `json:"score" doc:"the customer's score; 0 is a score"`
	OutOf int64  `json:"out_of" min:"1" doc:"largest score of the source's scale"`
	Agent string `json:"agent,omitempty" column:"agent" doc:"id of the agent who was rated"`
}

var _ = register[ConversationRated](Type{
	Name:    "conversation.rated",
	Version: 1,
	Subject: "the conversation",
	Doc:     "What the customer thought of the service.",
	Examples: []string{
		`{"score":4,"out_of":5,"agent":"li"}`,
		`{"score":0,"out_of":10}`,
	},
})
