package faults_test

import (
	"context"
	"testing"
	"time"

	devkafka "github.com/deskpulse/deskpulse/deploy/dev/kafka"
	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// servers are the brokers and the engine of one point.
type servers struct {
	// brokers are the bootstrap addresses.
	brokers []string
	// clickhouse is where the engine listens; database is "" where a new one is wanted.
	clickhouse embedded.Endpoint
	// broken is how to break the brokers; nil unless a fault of the point has ownBroker.
	broken breakableBroker
	// engine is how to break ClickHouse; nil unless a fault of the point has ownEngine.
	engine breakableEngine
}

// breakableBroker is a broker, or three, that no other point uses.
type breakableBroker interface {
	addrs() []string
	count() int
	kill(i int)                  // kill -9
	restart(t *testing.T, i int) // with its data, at its address
}

// breakableEngine is a ClickHouse that no other point uses.
type breakableEngine interface {
	kill()                // kill -9
	restart(t *testing.T) // with its data, at its address
}

// pool holds the Apache brokers that are there to be broken, by one point at a time: they take long to start.
type pool struct {
	turn    map[brokerKind]chan struct{}
	cluster map[brokerKind]*devkafka.Cluster // used by who has the turn
}

func newPool(t *testing.T) *pool {
	p := &pool{turn: make(map[brokerKind]chan struct{}), cluster: make(map[brokerKind]*devkafka.Cluster)}
	for _, b := range []brokerKind{apacheOne, apacheThree} {
		p.turn[b] = make(chan struct{}, 1)
	}
	t.Cleanup(func() {
		for _, c := range p.cluster {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			c.Stop(ctx)
			cancel()
		}
	})
	return p
}

// servers returns what the point runs against; ok is false where that cannot be had, which has been said.
func (p *pool) servers(t *testing.T, b brokerKind, ownBroker, ownEngine bool) (s *servers, ok bool) {
	if why := lacking(b, ownEngine); why != "" {
		notPlayed(t, why)
		return nil, false
	}
	s = &servers{}
	switch {
	case ownBroker && b == embeddedBroker:
		s.broken = newEmbeddedBroken(t)
	case ownBroker:
		s.broken = p.take(t, b)
	default:
		if s.brokers, ok = sharedBrokers(t, b); !ok {
			return nil, false
		}
	}
	if s.broken != nil {
		s.brokers = s.broken.addrs()
	}
	s.clickhouse = embeddedtest.Engine(t)
	if ownEngine {
		e := newBrokenEngine(t)
		s.engine, s.clickhouse = e, e.at
	}
	return s, true
}

// sharedBrokers returns brokers that several tests use at once; ok is false where they cannot be had, which has been said.
func sharedBrokers(t *testing.T, b brokerKind) (addrs []string, ok bool) {
	t.Helper()
	if why := lacking(b, false); why != "" {
		notPlayed(t, why)
		return nil, false
	}
	switch b {
	case apacheOne:
		addr, ok := embeddedtest.RealKafka(t)
		return []string{addr}, ok
	case apacheThree:
		cluster, ok := embeddedtest.RealKafkaCluster(t)
		if !ok {
			return nil, false
		}
		return cluster.Addrs(), true
	case embeddedBroker:
	}
	return []string{embeddedtest.Broker(t)}, true
}

// take waits until no other point breaks these brokers, and starts them if it is the first.
func (p *pool) take(t *testing.T, b brokerKind) breakableBroker {
	t.Helper()
	p.turn[b] <- struct{}{}
	t.Cleanup(func() { <-p.turn[b] })
	if p.cluster[b] == nil {
		dir := embeddedtest.Dir(t, "own-kafka") // not of the point: its folder goes with it
		cfg := devkafka.Config{Dir: dir, Brokers: map[brokerKind]int{apacheOne: 1, apacheThree: 3}[b]}
		cluster, err := devkafka.Start(context.Background(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		p.cluster[b] = cluster
	}
	return apacheBroken{p.cluster[b]}
}

type apacheBroken struct{ *devkafka.Cluster }

func (b apacheBroken) addrs() []string { return b.Addrs() }
func (b apacheBroken) count() int      { return len(b.Addrs()) }
func (b apacheBroken) kill(i int)      { b.Kill(i) }

func (b apacheBroken) restart(t *testing.T, i int) {
	t.Helper()
	if err := b.Restart(t.Context(), i); err != nil {
		t.Fatal(err)
	}
}

// embeddedBroken is deskpulse's own broker in a process of its own.
type embeddedBroken struct {
	cfg     embedded.BrokerConfig
	process *embedded.BrokerProcess
}

func newEmbeddedBroken(t *testing.T) *embeddedBroken {
	b := &embeddedBroken{cfg: embedded.BrokerConfig{Dir: t.TempDir()}}
	b.restart(t, 0)
	b.cfg.Port = port(t, b.process.Addr())
	return b
}

func (b *embeddedBroken) addrs() []string { return []string{b.process.Addr()} }
func (b *embeddedBroken) count() int      { return 1 }
func (b *embeddedBroken) kill(int)        { b.process.Kill() }

func (b *embeddedBroken) restart(t *testing.T, _ int) {
	t.Helper()
	b.process = embeddedtest.BrokerProcess(t, b.cfg)
}
