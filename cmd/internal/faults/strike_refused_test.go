package faults_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// refusals are the faults around the search for the rows that ClickHouse refuses, beside a kill of the one who searches
// first: a kill of the one who recovers that range, a process that stops in the search and goes on when another one has
// done it, and a constraint that is gone when the search begins or ends.
func refusals() (out []kind) {
	again := stepBisect.again()
	for _, w := range []when{before, during, after} {
		// Compaction would take away what was refused before it is searched for again.
		out = append(out, kind{name: "kill -9 of ingest", step: again, when: w, lasting: true, make: func(rng *rand.Rand) fault {
			return bisectKill{stepKill{again, w, time.Duration(rng.IntN(40_000)) * time.Microsecond}}
		}})
		out = append(out, kind{name: "SIGSTOP past the session", step: stepBisect, when: w, make: func(rng *rand.Rand) fault {
			return bisectZombie{zombie: zombie{stepBisect, w, time.Duration(rng.IntN(40_000)) * time.Microsecond, time.Second}}
		}})
	}
	for _, w := range []when{before, after} {
		out = append(out, kind{name: "constraint dropped", step: stepBisect, when: w, make: func(*rand.Rand) fault {
			return constraintDropped{when: w}
		}})
	}
	return out
}

// bisectZombie stops in the search, and goes on with it when another process has its partition.
type bisectZombie struct {
	bisectKill
	zombie zombie
}

func (f bisectZombie) strike(t *testing.T, r *run) { f.zombie.strike(t, r) }

// constraintDropped drops the constraint that refuses rows, and makes it again when some have been taken that it refused.
type constraintDropped struct {
	bisectKill
	when when
}

func (f constraintDropped) strike(t *testing.T, r *run) {
	r.otherwise = append(r.otherwise, func(s sent, o outcome) bool { return s.reason == event.Refused && o.reason == "" })
	r.strikeAt(t, crash{Step: stepBisect, When: f.when, Action: actHold})
	if err := r.conn.Exec(t.Context(), "ALTER TABLE events DROP CONSTRAINT no_refused_agents"); err != nil {
		t.Fatal(err)
	}
	r.release(t)
	poll(t, patience, func() error {
		for _, p := range r.procs { // another one may have been on its way to the step when all were let go
			p.order(order{Go: true})
		}
		if r.number(t, "SELECT count() FROM events WHERE startsWith(agent, ?)", refusedAgent) == 0 {
			return errors.New("no event is accepted that was refused before")
		}
		return nil
	})
	f.constrain(t, r)
}

// constrain makes events refuse some of what the load produces.
func (bisectKill) constrain(t *testing.T, r *run) {
	t.Helper()
	const constraint = "ALTER TABLE events ADD CONSTRAINT no_refused_agents CHECK NOT startsWith(agent, '" + refusedAgent + "')"
	if err := r.conn.Exec(t.Context(), constraint); err != nil {
		t.Fatal(err)
	}
}
