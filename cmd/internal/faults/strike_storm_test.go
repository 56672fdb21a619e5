package faults_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

// storm has processes join, leave in order and vanish, faster than the group can settle.
type storm struct{ changes int }

func storms() []kind {
	return []kind{{name: "storm of joining and leaving", weight: 6, make: func(rng *rand.Rand) fault { return storm{5 + rng.IntN(6)} }}}
}

func (f storm) strike(t *testing.T, r *run) {
	for range f.changes {
		switch n := len(r.procs); {
		case n < 2 || n < r.point.Processes+2 && r.rng.IntN(2) == 0:
			r.add(startIngest(t, r.spec))
		case r.rng.IntN(2) == 0:
			r.remove(r.any()).stop(t)
		default:
			r.remove(r.any()).kill()
		}
		wait(r.between(20*time.Millisecond, 600*time.Millisecond))
	}
	r.refill(t)
}
