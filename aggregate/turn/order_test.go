package turn_test

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

func TestOrders(t *testing.T) {
	var l log
	l.add("refund", 3*time.Hour, event.OrderRefunded{AmountMinor: 100, Currency: "CNY"})
	l.add("final", 2*time.Hour, event.OrderPaid{Part: event.PartFinal, AmountMinor: 900, Currency: "CNY"})
	l.add("again", time.Hour, event.OrderPlaced{AmountMinor: 1000, Currency: "CNY"})
	l.add("a correction", time.Hour, event.OrderPlaced{AmountMinor: 1000, Currency: "CNY"})
	l.add("deposit", time.Hour, event.OrderPaid{Part: event.PartDeposit, AmountMinor: 100, Currency: "CNY"})
	l.add("placed", 0, event.OrderPlaced{AmountMinor: 1200, Currency: "CNY"})
	l.add("paid", -time.Hour, event.OrderPaid{AmountMinor: 5, Currency: "CNY"}).Subject = "order-2"
	f, _ := turn.Fold(l)
	if len(f.Orders) != 2 {
		t.Fatalf("%d orders, want 2", len(f.Orders))
	}
	if o := f.Orders[0]; o.Subject != "order-2" || o.Placed != nil || len(o.Payments) != 1 || o.Payments[0].Part != event.PartFull {
		t.Errorf("first order %+v", o)
	}
	o := f.Orders[1]
	if o.ID != "placed" || o.Placed.ID != "a correction" || len(o.Payments) != 2 || o.Payments[0].ID != "deposit" || len(o.Refunds) != 1 {
		t.Errorf("second order %+v", o)
	}
}
