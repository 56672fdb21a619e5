package faults_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

// TestClickHouseAway starts ingest before ClickHouse, kills ClickHouse under load, and brings it back.
func TestClickHouseAway(t *testing.T) {
	cfg := embedded.EngineConfig{Dir: t.TempDir()}
	engine := ownEngine(t, &cfg)
	endpoint := engine.Endpoint()
	w := newWorldOn(t, embeddedtest.Broker(t), 2, endpoint, "default")
	if err := engine.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	l := startLoad(t, w.spec.Broker, w.spec.Topic, 11, flowing)
	p := startIngest(t, w.spec)
	complains(t, p, "trying again")
	engine = ownEngine(t, &cfg)
	w.advance(t, 2000)
	engine.Kill()
	ownEngine(t, &cfg)
	w.advance(t, 2000)
	l.stop(t)
	w.check(t, l, p)
	p.stop(t)
}

// ownEngine starts an engine for this test alone. The first start fixes ports and password for the next ones.
func ownEngine(t *testing.T, cfg *embedded.EngineConfig) *embedded.Engine {
	t.Helper()
	embeddedtest.Engine(t) // so that the engine is in the cache, with the progress shown
	engine := embedded.NewEngine(*cfg)
	if err := engine.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Stop(context.Background()) })
	at := engine.Endpoint()
	cfg.NativePort, cfg.HTTPPort, cfg.Password = port(t, at.Native), port(t, at.HTTP), at.Password
	return engine
}

func port(t *testing.T, addr string) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscanf(addr[strings.LastIndexByte(addr, ':')+1:], "%d", &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func complains(t *testing.T, p *process, words string) {
	t.Helper()
	poll(t, 30*time.Second, func() error {
		if said := p.said(); !strings.Contains(said, words) {
			return fmt.Errorf("no %q in:\n%s", words, said)
		}
		return nil
	})
}

// TestKafkaAway starts ingest before Kafka, kills Kafka under load, and brings it back.
func TestKafkaAway(t *testing.T) {
	cfg := embedded.BrokerConfig{Dir: t.TempDir()}
	kafka := embeddedtest.BrokerProcess(t, cfg)
	cfg.Port = port(t, kafka.Addr())
	w := newWorld(t, kafka.Addr(), 2)
	kafka.Kill()
	p := startIngest(t, w.spec)
	complains(t, p, "cannot read the topics")
	kafka = embeddedtest.BrokerProcess(t, cfg)
	l := startLoad(t, w.spec.Broker, w.spec.Topic, 12, flowing)
	w.advance(t, 2000)
	l.stop(t) // a producer without idempotence cannot say what a broker that died had taken
	kafka.Kill()
	embeddedtest.BrokerProcess(t, cfg)
	again := startLoad(t, w.spec.Broker, w.spec.Topic, 12, flowing)
	again.stop(t)
	for reason, n := range again.rejected {
		l.rejected[reason] += n
	}
	for id := range again.accepted {
		l.accepted[id] = true
	}
	w.check(t, l, p)
	p.stop(t)
}
