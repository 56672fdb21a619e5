package event

// ConversationMerged joins two conversations: what was asked in one is from now on answered in the other. It is written
// twice, under the conversation that goes on and under the one that ends, so that each of them knows it without the other.
type ConversationMerged struct {
	Into string `json:"into" doc:"the conversation that goes on"`
	From string `json:"from" doc:"the conversation that was merged into it"`
	By   string `json:"by,omitempty" names:"person" doc:"who merged them"`
}

var _ = register[ConversationMerged](Type{
	Name:    "conversation.merged",
	Version: 1,
	Subject: "each of the two conversations",
	Doc:     "Joins two conversations. It is written twice, under the conversation that goes on and under the one that ends.",
	Examples: []string{
		`{"into":"mail-7","from":"mail-9","by":"li"}`,
		`{"into":"mail-7","from":"chat-3"}`,
	},
})
