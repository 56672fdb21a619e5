package faults_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

// bisectKill is kill -9 before, in the middle of, or after the search for the rows that ClickHouse refuses. A constraint
// of the table refuses one event in a hundred.
type bisectKill struct{ stepKill }

func bisections() (out []kind) {
	for _, w := range []when{before, during, after} {
		out = append(out, kind{name: "kill -9 of ingest", step: stepBisect, when: w, make: func(rng *rand.Rand) fault {
			return bisectKill{stepKill{stepBisect, w, time.Duration(rng.IntN(12_000)) * time.Microsecond}}
		}})
	}
	return out
}

func (f bisectKill) prepare(t *testing.T, r *run) {
	if r.load.refuse {
		return // another fault of the point has done it
	}
	r.load.refuse = true
	f.constrain(t, r)
}
