package faults_test

import (
	"flag"
	"fmt"
	"testing"
	"time"
)

var (
	seedFlag   = flag.Uint64("seed", 1, "seed of the points of TestFaults")
	pointsFlag = flag.Int("points", 30, "how many points TestFaults has; 500 is the long form")
	onlyFlag   = flag.Int("only", -1, "play this point of TestFaults alone")
	stateFlag  = flag.String("state", "", "file that remembers the points that are done, so that a run that was cut short goes on")
	reportFlag = flag.String("report", "", "file that gets the report, as Markdown")
)

// TestFaults plays the points that the seed gives. A failed one is repeated with -only.
func TestFaults(t *testing.T) {
	began := time.Now()
	points := plan(*seedFlag, *pointsFlag)
	if *onlyFlag >= len(points) {
		t.Fatalf("there is no point %d: the plan has %d", *onlyFlag, len(points))
	}
	j := openJournal(t, *stateFlag, *seedFlag)
	pool := newPool(t)
	t.Run("points", func(t *testing.T) {
		for _, p := range points {
			if j.has(p) || *onlyFlag >= 0 && p.Index != *onlyFlag {
				continue
			}
			t.Run(fmt.Sprintf("%d-%s-%s", p.Index, p.Broker, p.Topic), func(t *testing.T) {
				t.Parallel()
				p.playOn(t, pool, j)
			})
		}
	})
	if *onlyFlag < 0 {
		j.report(t, points, time.Since(began))
	}
}

// playOn plays the point and writes down what came of it.
func (p point) playOn(t *testing.T, pool *pool, j *journal) {
	var ownBroker, ownEngine bool
	for _, f := range p.Faults {
		k := kindOf(f)
		ownBroker, ownEngine = ownBroker || k.ownBroker, ownEngine || k.ownEngine
	}
	if why := lacking(p.Broker, ownEngine); why != "" {
		j.miss(p, why)
		leftOut(t, why)
		return
	}
	defer func() { // also where the test ends early
		if t.Failed() {
			j.fail(p)
		}
	}()
	servers, ok := pool.servers(t, p.Broker, ownBroker, ownEngine)
	if !ok {
		return
	}
	if p.Large {
		largeTurns <- struct{}{}
		defer func() { <-largeTurns }()
	}
	began := time.Now()
	t.Logf("faults: %v", p.Faults)
	r := p.play(t, servers)
	if !t.Failed() {
		j.add(t, r, time.Since(began))
	}
}
