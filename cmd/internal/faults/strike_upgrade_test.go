package faults_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// upgrade has all processes die with ranges unfinished, and starts them with another decoder: one that takes only shorter
// records. Of the records that are read again some are in the tables as the old decoder decided; they stay so.
type upgrade struct{}

func upgrades() []kind {
	return []kind{{name: "another decoder after a crash", weight: 6, make: func(*rand.Rand) fault { return upgrade{} }}}
}

// shortBytes is the size of a record that both decoders take, and the limit of the new one.
const shortBytes = 300

func (upgrade) strike(t *testing.T, r *run) {
	r.otherwise = append(r.otherwise, func(s sent, o outcome) bool {
		return s.bytes > shortBytes && o == outcome{reason: event.TooLarge}
	})
	r.killAll(t)
	r.spec.MaxBytes = shortBytes
	r.refill(t)
	short := "SELECT count() FROM rejected WHERE reason = 'too_large'"
	from := r.number(t, short)
	poll(t, patience, func() error { // most offsets of a compacted topic may hold nothing
		r.advance(t, 200)
		if r.number(t, short) == from {
			return errors.New("the new decoder has rejected nothing")
		}
		return nil
	})
	if r.rng.IntN(2) == 0 { // and back again
		r.killAll(t)
		r.spec.MaxBytes = maxBytes
		r.refill(t)
	}
}
