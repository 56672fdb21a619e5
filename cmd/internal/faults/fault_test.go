package faults_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// A fault is one thing that goes wrong while events flow. Each kind has a file of its own, strike_*_test.go; the list in
// kinds is the catalogue.
type fault interface {
	// strike makes the fault happen once, under load, and returns when it has happened and its cause is gone: a broker that
	// was killed runs again, as many processes run as before. Ingest need not have caught up. It fails the test when the
	// fault could not be made to happen. One that strikes at a step says so with r.hit.
	strike(t *testing.T, r *run)
}

// A preparer is a fault that must change what a point runs against before the first process starts, e.g. put a proxy
// between: it may change r.spec, which every later process is started with.
type preparer interface {
	prepare(t *testing.T, r *run)
}

// A judge is a fault that changes what must come out: it is asked after everything is applied and before the checks.
type judge interface {
	judge(t *testing.T, r *run)
}

// kind is one kind of fault.
type kind struct {
	name string
	// step and when say where it strikes, if it strikes at a step of the contract: every step comes as often as every other.
	step step
	when when
	// make draws one fault of this kind. The same numbers give the same fault.
	make func(rng *rand.Rand) fault
	// ownBroker and ownEngine keep all other points away from the broker or the engine that this one breaks. r.servers then
	// has what can break it.
	ownBroker, ownEngine bool
	// plain wants a topic without transactions and compaction.
	plain bool
	// lasting wants a topic without compaction.
	lasting bool
	// sole keeps it away from others that are sole: each takes rows away that the other one looks at.
	sole bool
	// only lists the kinds of broker on which this can happen; empty means on all.
	only []brokerKind
	// weight is how often it comes, in relation to the other kinds without a step.
	weight int
}

func (k kind) brokers() []brokerKind {
	if len(k.only) == 0 {
		return brokerKinds()
	}
	return k.only
}

func (k kind) on(b brokerKind) bool { return slices.Contains(k.brokers(), b) }

func (k kind) alone() bool { return k.ownBroker || k.ownEngine }

func (k kind) planned() planned { return planned{Kind: k.name, Step: k.step, When: k.when} }

// catalogue is the kinds by what is planned, made once: every draw of a plan asks for it.
var catalogue = sync.OnceValue(func() map[planned]kind {
	out := make(map[planned]kind)
	for _, k := range kinds() {
		out[k.planned()] = k
	}
	return out
})

// kindOf finds the kind of a planned fault.
func kindOf(f planned) kind { return catalogue()[f] }

// number is the place of the kind in the catalogue.
func (k kind) number() int {
	return slices.IndexFunc(kinds(), func(o kind) bool { return o.planned() == k.planned() })
}

// brokerKind is what speaks Kafka's protocol.
type brokerKind string

const (
	embeddedBroker brokerKind = "embedded" // deskpulse's own, in Go
	apacheOne      brokerKind = "apache-1" // Apache Kafka, one broker
	apacheThree    brokerKind = "apache-3" // Apache Kafka, three brokers, replication factor 3
)

// brokerKinds lists all of them.
func brokerKinds() []brokerKind { return []brokerKind{embeddedBroker, apacheOne, apacheThree} }

// run is a point under way: what a fault has to work with.
type run struct {
	*world  // topic, group and database; spec is what processes are started with
	point   point
	servers *servers      // what it runs against
	load    *load         // produces all the while
	rng     *rand.Rand    // for choices while striking
	procs   []*process    // the ingest processes that run
	ended   []*process    // those that ran, for their peaks of memory
	fresh   chan *process // tells the watcher of a process that was started
	peak    int64         // bytes of the largest process, at the end
	hits    map[step]int  // how often each step was struck

	produced map[event.Reason]int // invalid records in the topic, by why
	rejected map[event.Reason]int // what was rejected, by why
	copies   int                  // dead letters beyond the first of a record

	removed   map[position]logged            // records that were taken out of the log, read or not
	lost      int64                          // how many of them must be counted as lost
	forgets   bool                           // the log itself was replaced: what was acknowledged may be gone
	zones     zones                          // what records that name none may have
	otherwise []func(s sent, o outcome) bool // what else a record may become, beside what it was sent as
}

// kinds is the catalogue of faults.
func kinds() []kind {
	return slices.Concat(
		stepKills(), bisections(), refusals(), zombies(), stalls(), binaryKills(), storms(), expiries(), upgrades(), rezonings(), retentions(),
		serverKinds(),
	)
}
