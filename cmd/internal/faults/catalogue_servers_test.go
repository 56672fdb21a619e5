package faults_test

import (
	"slices"
	"testing"
)

// serverKinds are the faults of servers and of the network.
func serverKinds() []kind {
	return slices.Concat(clickHouseCuts(), kafkaCuts(), silences(), slowLinks(), engineKills(), fullDisks(), windowOutages(),
		lateZombies(), brokerBreaks(), leaderMoves(), recreations(), absences())
}

// TestServerFaults plays each of them alone, on every kind of broker that it breaks in a way of its own: a fault that does
// not strike fails its point.
func TestServerFaults(t *testing.T) {
	pool := newPool(t)
	t.Run("kind", func(t *testing.T) {
		for i, k := range serverKinds() {
			on := []brokerKind{embeddedBroker}
			if len(k.only) > 0 {
				on = k.only
			}
			for _, b := range on {
				t.Run(k.name+" on "+string(b), func(t *testing.T) {
					t.Parallel()
					servers, ok := pool.servers(t, b, k.ownBroker, k.ownEngine)
					if !ok {
						return
					}
					p := point{Broker: b, Topic: plainTopic, Partitions: 2, Processes: 2, Faults: []planned{k.planned()}, Seed: *seedFlag + uint64(i)}
					p.play(t, servers)
				})
			}
		}
	})
}
