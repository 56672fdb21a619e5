package faults_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// TestRefusedRows plays every fault around the search for refused rows alone: a fault that does not strike fails its point.
// Some are refused in each, and are in the dead letters, also where the process that found them did not live to copy them.
func TestRefusedRows(t *testing.T) {
	pool := newPool(t)
	t.Run("kind", func(t *testing.T) {
		for i, k := range slices.Concat(bisections(), refusals()) {
			t.Run(k.planned().String(), func(t *testing.T) {
				t.Parallel()
				servers, ok := pool.servers(t, embeddedBroker, false, false)
				if !ok {
					return
				}
				p := point{Broker: embeddedBroker, Topic: plainTopic, Partitions: 2, Processes: 2, Faults: []planned{k.planned()}, Seed: uint64(i)}
				if r := p.play(t, servers); r.rejected[event.Refused] == 0 {
					t.Error("no record was refused")
				}
			})
		}
	})
}

// TestTableThatRefusesMostRowsHalts has a constraint that nothing fulfils. Rows are not rejected one by one then: the
// partition halts, and goes on without a loss when the constraint is gone.
func TestTableThatRefusesMostRowsHalts(t *testing.T) {
	s := &servers{brokers: []string{embeddedtest.Broker(t)}, clickhouse: embeddedtest.Engine(t)}
	w := newWorld(t, s, plainTopic, 1)
	if err := w.conn.Exec(t.Context(), "ALTER TABLE events ADD CONSTRAINT nothing CHECK offset < 0"); err != nil {
		t.Fatal(err)
	}
	if err := newLoad(t, s.brokers, w.spec.Topic, plainTopic, 1).burst(300); err != nil {
		t.Fatal(err)
	}
	p := startIngest(t, w.spec)
	poll(t, patience, func() error {
		if said := p.said(); !strings.Contains(said, "it is the table that is wrong") {
			return fmt.Errorf("no word about the table in:\n%s", said)
		}
		if p.ill() == "" {
			return errors.New("the process calls itself healthy")
		}
		return nil
	})
	p.stop(t)
	if n := w.number(t, "SELECT count() FROM rejected WHERE reason = 'refused'"); n > 10 {
		t.Errorf("%d rows were rejected before the partition halted", n)
	}
	if err := w.conn.Exec(t.Context(), "ALTER TABLE events DROP CONSTRAINT nothing"); err != nil {
		t.Fatal(err)
	}
	p = startIngest(t, w.spec)
	w.settle(t, p.said)
	p.stop(t)
	w.verified(t)
}
