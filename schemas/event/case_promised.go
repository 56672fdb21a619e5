package event

// CasePromised is a time agreed with the customer: until then nobody is late. The envelope's subject is the conversation.
type CasePromised struct {
	Until Instant `json:"until" doc:"the time agreed with the customer"`
	By    string  `json:"by" column:"agent" doc:"id of the agent who agreed it"`
}

var _ = register[CasePromised](Type{
	Name:    "case.promised",
	Version: 1,
	Subject: "the conversation",
	Doc:     "A time agreed with the customer: until then nobody is late.",
	Examples: []string{
		`{"until":"2024-03-05T02:00:00Z","by":"li"}`,
		`{"until":"2024-03-04T17:30:00+08:00","by":"wang"}`,
	},
})
