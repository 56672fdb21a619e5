package event

// OrderPlaced is an order that a customer placed. The envelope's subject is the order.
type OrderPlaced struct {
	Customer     string `json:"customer,omitempty" doc:"reference of the customer, never a name or number"`
	Conversation string `json:"conversation,omitempty" doc:"the conversation that led to it"`
	Agent        string `json:"agent,omitempty" column:"agent" doc:"id of the agent whom the source credits with it"`
	AmountMinor  int64  `json:"amount_minor" doc:"total in minor units of the currency, for example fen"`
	Currency     string `json:"currency" maxlen:"3" doc:"currency by ISO 4217, for example CNY"`
	Items        *int64 `json:"items,omitempty" doc:"how many items it has"`
}

var _ = register[OrderPlaced](Type{
	Name:    "order.placed",
	Version: 1,
	Subject: "the order",
	Doc:     "An order that a customer placed.",
	Examples: []string{
		`{"customer":"c-81","conversation":"chat-3","agent":"li","amount_minor":12950,"currency":"CNY","items":2}`,
		`{"amount_minor":0,"currency":"CNY"}`,
	},
})
