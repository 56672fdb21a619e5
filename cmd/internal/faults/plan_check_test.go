package faults_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlanIsDeterministic(t *testing.T) {
	if diff := cmp.Diff(plan(7, 90), plan(7, 90)); diff != "" {
		t.Errorf("two plans of one seed (-got, +want):\n%s", diff)
	}
	if cmp.Equal(plan(7, 90), plan(8, 90)) {
		t.Error("two seeds give one plan")
	}
}

// TestPlanIsFair wants every fault in the short form; in the long one every step often enough, and every fault and every
// kind of topic, on every kind of broker that can have them.
func TestPlanIsFair(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		short, long := plannedCounts(plan(seed, 30)), plannedCounts(plan(seed, longPoints))
		for _, k := range kinds() {
			if c := short.faults[k.name]; c.sum() == 0 {
				t.Errorf("seed %d: no %q in the short form", seed, k.name)
			}
			for _, b := range k.brokers() {
				if n := long.faults[k.name].on(b); n < leastOthers {
					t.Errorf("seed %d: %q comes %d times on %s in the long form", seed, k.name, n, b)
				}
			}
			if k.step == "" {
				continue
			}
			for i, n := range long.steps[string(k.step)] {
				if n < leastHits {
					t.Errorf("seed %d: %q is struck %d times on %s in the long form, want %d", seed, k.step, n, brokerKinds()[i], leastHits)
				}
			}
		}
		for kind, c := range long.topics {
			if min(c[0], c[1], c[2]) < 5 {
				t.Errorf("seed %d: the long form has %v %s topics", seed, c, kind)
			}
		}
	}
}

type planCounts struct{ steps, faults, topics map[string]counts }

// plannedCounts counts as if every planned fault had struck once.
func plannedCounts(points []point) planCounts {
	var all []done
	for _, p := range points {
		d := done{Broker: p.Broker, Topic: p.Topic, Faults: p.Faults, Hits: make(map[step]int)}
		for _, f := range p.Faults {
			d.Hits[f.Step]++
		}
		all = append(all, d)
	}
	return planCounts{stepHits(all), faultCounts(all), topicCounts(all)}
}

func TestPointsHaveOneToFourFaults(t *testing.T) {
	for _, p := range plan(1, longPoints) {
		alone := 0
		for _, f := range p.Faults {
			if kindOf(f).alone() {
				alone++
			}
			if !kindOf(f).on(p.Broker) {
				t.Errorf("point %d: %s on %s", p.Index, f, p.Broker)
			}
		}
		if n := len(p.Faults); n < 1 || n > 4 || alone > 1 || p.Processes < 2 {
			t.Errorf("point %d: %+v", p.Index, p)
		}
	}
}
