package event

// ConversationMeasured is what a source says about a finished conversation when it reports results only, not messages. The
// envelope's subject is the conversation. What is absent was not measured, which is not 0.
type ConversationMeasured struct {
	Channel          Channel `json:"channel" enum:"chat,phone,email,ticket" doc:"the way the conversation came"`
	Agent            string  `json:"agent" column:"agent" doc:"id of the agent whose result it is"`
	Date             Date    `json:"date,omitempty" doc:"local date on which it counts; the event's when absent"`
	FirstResponseMS  *int64  `json:"first_response_ms,omitempty" doc:"milliseconds until the first answer"`
	MeanResponseMS   *int64  `json:"mean_response_ms,omitempty" doc:"milliseconds until an answer, on average over the conversation"`
	EmailReplyMS     *int64  `json:"email_reply_ms,omitempty" doc:"milliseconds until the mail was answered"`
	Turns            *int64  `json:"turns,omitempty" doc:"how often the customer asked and the agent answered"`
	AgentMessages    *int64  `json:"agent_messages,omitempty" doc:"messages of the agent"`
	CustomerMessages *int64  `json:"customer_messages,omitempty" doc:"messages of the customer"`
	Calls            *int64  `json:"calls,omitempty" doc:"calls within the conversation"`
	Converted        bool    `json:"converted,omitzero" doc:"true when the conversation led to an order"`
}

var _ = register[ConversationMeasured](Type{
	Name:    "conversation.measured",
	Version: 1,
	Subject: "the conversation",
	Doc:     "What a source says about a finished conversation when it reports results only, not messages.",
	Examples: []string{
		`{"channel":"chat","agent":"li","date":"2024-03-04","first_response_ms":18000,"mean_response_ms":27500,"email_reply_ms":0,"turns":6,"agent_messages":8,"customer_messages":7,"calls":1,"converted":true}`,
		`{"channel":"email","agent":"li","email_reply_ms":5400000}`,
	},
})
