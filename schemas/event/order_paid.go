package event

// OrderPaid is a payment for an order. The envelope's subject is the order.
type OrderPaid struct {
	Part        PaymentPart `json:"part,omitempty" column:"outcome" enum:"full,deposit,final" doc:"full when absent; an order is paid with its full or its final payment"`
	AmountMinor int64       `json:"amount_minor" doc:"what was paid, in minor units of the currency"`
	Currency    string      `json:"currency" maxlen:"3" doc:"currency by ISO 4217, for example CNY"`
	Customer    string      `json:"customer,omitempty" doc:"reference of the customer, never a name or number"`
	Agent       string      `json:"agent,omitempty" column:"agent" doc:"id of the agent whom the source credits with it"`
}

// PaymentPart says which part of an order a payment is.
type PaymentPart string

// The parts of a payment.
const (
	PartFull    PaymentPart = "full"
	PartDeposit PaymentPart = "deposit"
	PartFinal   PaymentPart = "final"
)

var _ = register[OrderPaid](Type{
	Name:    "order.paid",
	Version: 1,
	Subject: "the order",
	Doc:     "A payment for an order.",
	Examples: []string{
		`{"part":"deposit","amount_minor":2000,"currency":"CNY","customer":"c-81","agent":"li"}`,
		`{"amount_minor":12950,"currency":"CNY"}`,
	},
})
