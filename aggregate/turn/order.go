package turn

import (
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Order is what happened to one order. Its Origin is its first event, whose Subject is the order.
type Order struct {
	Origin
	Placed   *Placement // the latest word on what was ordered, nil when only money was reported
	Payments []Payment
	Refunds  []Refund
}

// Placement says what was ordered; its Time is when.
type Placement struct {
	Origin
	event.OrderPlaced
}

// Payment is money for an order. Its Part is never empty.
type Payment struct {
	Origin
	event.OrderPaid
}

// Refund is money given back.
type Refund struct {
	Origin
	event.OrderRefunded
}

func orders(events []*event.Event) []Order {
	var all []Order
	for _, group := range bySubject(events) {
		all = append(all, orderOf(group))
	}
	slices.SortFunc(all, func(a, b Order) int { return a.Compare(b.Origin) })
	return all
}

func orderOf(events []*event.Event) Order {
	order := Order{Origin: originOf(events[0])}
	for _, e := range events {
		o := originOf(e)
		switch d := e.Data.(type) {
		case event.OrderPlaced:
			if order.Placed == nil || o.Supersedes(order.Placed.Origin) {
				order.Placed = &Placement{o, d}
			}
		case event.OrderPaid:
			if d.Part == "" {
				d.Part = event.PartFull
			}
			order.Payments = append(order.Payments, Payment{o, d})
		case event.OrderRefunded:
			order.Refunds = append(order.Refunds, Refund{o, d})
		}
	}
	return order
}
