package main

import (
	"crypto/sha256"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// explain says where the time goes, by doing ever more with all that is read: nothing, hashing it, folding it. What is left
// of measuring is counting.
func (m *measuring) explain() error {
	from, to := m.in.Month.Month.Cover()
	var everything closing.Selection
	for _, t := range event.Types() {
		everything.Types = append(everything.Types, t.Name)
	}
	everything.From, everything.To = from.AddDate(-10, 0, 0), to
	each := func(do func([]event.Event)) func() error {
		return func() error {
			for events, err := range m.source(everything) {
				if err != nil {
					return err
				}
				do(events)
			}
			return nil
		}
	}
	sum := sha256.New()
	for _, s := range []struct {
		name string
		do   func([]event.Event)
	}{
		{"read", func([]event.Event) {}},
		{"read, hash", func(events []event.Event) {
			for i := range events {
				sum.Write(events[i].Content)
			}
		}},
		{"read, fold", func(events []event.Event) { turn.Fold(events) }},
	} {
		if err := m.step(s.name, each(s.do)); err != nil {
			return err
		}
	}
	return nil
}
