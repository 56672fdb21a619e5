package faults_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// awayAtStart starts an ingest process while the broker or ClickHouse is away. It must wait and go on by itself.
type awayAtStart struct{ clickHouse bool }

func absences() []kind {
	return []kind{
		{name: "ClickHouse away at the start", ownEngine: true, weight: 2, make: func(*rand.Rand) fault { return awayAtStart{true} }},
		{name: "Kafka away at the start", ownBroker: true, only: []brokerKind{embeddedBroker, apacheOne}, weight: 2,
			make: func(*rand.Rand) fault { return awayAtStart{false} }},
	}
}

func (f awayAtStart) strike(t *testing.T, r *run) {
	for _, p := range r.procs {
		p.kill()
	}
	missing := "cannot read the topics"
	if f.clickHouse {
		missing = "trying again"
		r.servers.engine.kill()
	} else {
		r.servers.broken.kill(0)
	}
	heard := r.hear()
	r.refill(t)
	poll(t, patience, func() error { // whoever has a partition
		if said := heard.said(); !strings.Contains(said, missing) {
			return fmt.Errorf("no %q in:\n%s", missing, said)
		}
		return nil
	})
	r.awaitIll(t, "")
	if f.clickHouse {
		r.servers.engine.restart(t)
	} else {
		r.servers.broken.restart(t, 0)
	}
}
