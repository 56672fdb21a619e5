package event

// OrderRefunded is money given back for an order. The envelope's subject is the order.
type OrderRefunded struct {
	AmountMinor int64  `json:"amount_minor" doc:"what was given back, in minor units of the currency"`
	Currency    string `json:"currency" maxlen:"3" doc:"currency by ISO 4217, for example CNY"`
	Reason      string `json:"reason,omitempty" maxlen:"1024" doc:"why"`
	Agent       string `json:"agent,omitempty" column:"agent" doc:"id of the agent whom the source names for it"`
}

var _ = register[OrderRefunded](Type{
	Name:    "order.refunded",
	Version: 1,
	Subject: "the order",
	Doc:     "Money given back for an order.",
	Examples: []string{
		`{"amount_minor":12950,"currency":"CNY","reason":"the parcel was lost","agent":"li"}`,
		`{"amount_minor":500,"currency":"CNY"}`,
	},
})
