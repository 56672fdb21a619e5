package faults_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// Bounds that every point is held to.
const (
	// memoryBound is the most resident memory of one process, with at most inFlightBytes under way. An idle process has
	// about 45 MB, of which the program itself is half; 70 MB is the most that was seen.
	memoryBound = 128 << 20
	// wellWithin is how soon after the last fault every process must call itself healthy.
	wellWithin = time.Minute
)

// play carries out a point: it prepares, lets events flow, has the faults strike one after the other, and holds what came
// out against what the log has. It returns how often each step was struck.
func (p point) play(t *testing.T, servers *servers) *run {
	rng := rand.New(rand.NewPCG(p.Seed, 3))
	r := &run{world: newWorld(t, servers, p.Topic, p.Partitions), point: p, servers: servers, rng: rng,
		hits: make(map[step]int), removed: make(map[position]logged), zones: zones{first: streamZone}}
	r.load = newLoad(t, servers.brokers, r.spec.Topic, p.Topic, rng.Uint64())
	r.load.breaks = servers.broken != nil
	r.enlarge()
	var faults []fault
	for _, f := range p.Faults {
		faults = append(faults, kindOf(f).make(rng))
	}
	for _, f := range faults {
		if f, ok := f.(preparer); ok {
			f.prepare(t, r)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("ingest said:\n%s", r.said())
		}
	})
	r.watch(t)
	r.load.start(t)
	if p.Topic == compactedTopic {
		wait(3 * time.Second) // so that the cleaner is there before the reader
	}
	r.refill(t)
	r.advance(t, 100)
	clock := stopwatch(t)
	for i, f := range faults {
		f.strike(t, r)
		clock(p.Faults[i].String())
	}
	r.refill(t)
	r.advance(t, 50) // under load to the end
	clock("go on")
	r.finish(t, faults)
	return r
}

// finish ends the load and checks everything.
func (r *run) finish(t *testing.T, faults []fault) {
	t.Helper()
	clock := stopwatch(t)
	r.refill(t) // a second process may have been on its way to its end when the others were let go
	r.load.stop(t)
	clock("stop the load")
	r.settle(t, r.said)
	r.resolve(t)
	clock("settle")
	for _, f := range faults {
		if f, ok := f.(judge); ok {
			f.judge(t, r)
		}
	}
	r.verified(t)
	r.verifiedByBinary(t)
	clock("verify")
	r.checkOffsets(t)
	r.checkLost(t)
	clock("check")
	t.Logf("%d records were sent; %d offsets held none when they were read", r.load.count(), r.number(t, "SELECT sum(absent) FROM batches"))
	r.well(t)
	for _, p := range r.procs {
		checkJoints(t, p)
		p.measure()
		p.stop(t)
	}
	clock("stop")
	r.checkMemory(t)
	r.checkWords(t)
}

// refill starts processes until as many run as the point wants.
func (r *run) refill(t *testing.T) {
	t.Helper()
	r.refillWith(t, r.spec)
}

func (r *run) refillWith(t *testing.T, spec childSpec) {
	t.Helper()
	var alive []*process
	for _, p := range r.procs {
		if !p.dead() {
			alive = append(alive, p)
			continue
		}
		r.ended = append(r.ended, p)
		if code := p.cmd.ProcessState.ExitCode(); code != 0 && (!p.killedItself() || !p.meant()) {
			t.Errorf("a process ended by itself with exit code %d; it said:\n%s", code, p.said())
		}
	}
	r.procs = alive
	for len(r.procs) < r.point.Processes {
		r.add(startIngest(t, spec))
	}
}

// add takes a process that was started among those that run.
func (r *run) add(p *process) {
	r.fresh <- p
	r.procs = append(r.procs, p)
}

// remove takes a process out of those that run, whoever removes it ends it.
func (r *run) remove(p *process) *process {
	r.procs = slices.DeleteFunc(r.procs, func(q *process) bool { return q == p })
	r.ended = append(r.ended, p)
	return p
}

// any draws one of the processes that run.
func (r *run) any() *process { return r.procs[r.rng.IntN(len(r.procs))] }

// hit counts a step that was struck under load, as the plan wants it: not what else was struck on the way to it.
func (r *run) hit(s step) { r.hits[s]++ }

// everyone is every process there was.
func (r *run) everyone() []*process { return slices.Concat(r.ended, r.procs) }

// words are what the processes say from a moment on.
type words struct {
	run  *run
	from map[*process]int // bytes that each had said before
}

// hear begins to listen: what was said before does not count.
func (r *run) hear() words {
	w := words{r, make(map[*process]int)}
	for _, p := range r.everyone() {
		w.from[p] = len(p.said())
	}
	return w
}

// said is everything that was said since.
func (w words) said() string {
	var out strings.Builder
	for _, p := range w.run.everyone() {
		out.WriteString(p.saidAfter(w.from[p]))
	}
	return out.String()
}

// said is the end of what every process said, those that ended too.
func (r *run) said() string {
	var out strings.Builder
	for _, p := range r.everyone() {
		text := p.said()
		out.WriteString(text[max(0, len(text)-3000):])
		out.WriteString("----\n")
	}
	return out.String()
}

// wait lets time pass, while events flow.
func wait(d time.Duration) { <-time.After(d) }

// between draws a duration.
func (r *run) between(least, most time.Duration) time.Duration {
	return least + time.Duration(r.rng.Int64N(int64(most-least)))
}

// stopwatch logs how long each part took.
func stopwatch(t *testing.T) func(part string) {
	began := time.Now()
	return func(part string) {
		t.Logf("%6.1f s  %s", time.Since(began).Seconds(), part)
		began = time.Now()
	}
}
