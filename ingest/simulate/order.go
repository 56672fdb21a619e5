package simulate

import (
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// order makes up an order that a chat led to, how it is paid, and that some of it is given back. All of it within the
// month.
func (t *thread) order(at time.Time, a *agent, customer string) {
	o := &thread{maker: t.maker, subject: fmt.Sprintf("order-%s-%06d", t.run, t.threads)}
	amount := int64(t.between(12, 900)) * 100
	o.say(at, event.OrderPlaced{Customer: customer, Conversation: t.subject, Agent: a.ID, AmountMinor: amount, Currency: "CNY", Items: new(int64(t.between(1, 4)))})
	a.Orders++
	pay := func(at time.Time, part event.PaymentPart, minor int64) {
		if at.Before(t.next) {
			o.say(at, event.OrderPaid{Part: part, AmountMinor: minor, Currency: "CNY", Customer: customer, Agent: a.ID})
			a.PaidMinor += minor
		}
	}
	at = at.Add(t.minutes(1, 10))
	if t.perMille(200) {
		deposit := amount / 5
		pay(at, event.PartDeposit, deposit)
		at = at.AddDate(0, 0, t.between(1, 3))
		pay(at, event.PartFinal, amount-deposit)
	} else {
		pay(at, event.PartFull, amount)
	}
	if back := at.AddDate(0, 0, t.between(1, 6)); t.perMille(100) && back.Before(t.next) {
		minor := amount / int64(t.between(1, 3))
		o.say(back, event.OrderRefunded{AmountMinor: minor, Currency: "CNY", Reason: "the parcel was lost", Agent: a.ID})
		a.RefundedMinor += minor
	}
}
