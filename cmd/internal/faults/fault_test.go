package faults_test

import (
	"math/rand/v2"
	"testing"
)

// A fault is one thing that goes wrong while events flow. Each kind has a file of its own, strike_*_test.go; the list in
// kinds is the catalogue.
type fault interface {
	// strike makes the fault happen once, under load, and returns when it has happened and its cause is gone: a broker that
	// was killed runs again, as many processes run as before. Ingest need not have caught up. It fails the test when the
	// fault could not be made to happen.
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
	// make draws one fault of this kind. The same numbers give the same fault.
	make func(rng *rand.Rand) fault
	// ownBroker and ownEngine keep all other points away from the broker or the engine that this one breaks. r.servers then
	// has what can break it.
	ownBroker, ownEngine bool
	// only lists the kinds of broker on which this can happen; empty means on all.
	only []brokerKind
	// weight is how often it comes, in relation to the other kinds.
	weight int
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
	kind    brokerKind
	servers *servers   // what it runs against
	load    *load      // produces all the while
	rng     *rand.Rand // for choices while striking
	procs   []*process // the ingest processes that run; two or more between faults
	hits    map[step]int
}

// servers are the broker and the engine of one point.
type servers struct {
	// brokers are the bootstrap addresses.
	brokers []string
	// broken is how to break the brokers; nil unless a fault of the point has ownBroker.
	broken breakableBroker
	// engine is how to break ClickHouse; nil unless a fault of the point has ownEngine.
	engine breakableEngine
}

// breakableBroker is a broker, or three, that no other point uses.
type breakableBroker interface {
	addrs() []string
	kill(i int)                  // kill -9
	restart(t *testing.T, i int) // with its data, at its address
	count() int
}

// breakableEngine is a ClickHouse that no other point uses.
type breakableEngine interface {
	kill()                // kill -9
	restart(t *testing.T) // with its data, at its address
}

// kinds is the catalogue of faults.
func kinds() []kind {
	return []kind{}
}
