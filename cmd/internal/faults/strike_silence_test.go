package faults_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/dev/proxy"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// silence is a network that lets nothing through and ends no connection, for longer than an insert may take. What was on
// its way arrives when it ends, even from a client that has given up.
type silence struct {
	clickHouse bool // else Kafka
	long       bool // longer than a process may be stuck and still call itself well

	holds interface {
		Hold()
		Release()
	}
}

func silences() []kind {
	var out []kind
	for _, clickHouse := range []bool{true, false} {
		out = append(out, kind{name: "silence of " + serverName(clickHouse), weight: 3, make: func(rng *rand.Rand) fault {
			return &silence{clickHouse: clickHouse, long: rng.IntN(2) == 0}
		}})
	}
	return out
}

func serverName(clickHouse bool) string {
	if clickHouse {
		return "ClickHouse"
	}
	return "Kafka"
}

func (f *silence) prepare(t *testing.T, r *run) {
	if f.clickHouse {
		f.holds = clickHouseProxy(t, r)
	} else {
		f.holds = kafkaProxy(t, r)
	}
}

func (f *silence) strike(t *testing.T, r *run) {
	t.Logf("long: %v", f.long)
	if f.long {
		r.well(t)
	}
	r.advance(t, 1) // it does what it should before
	f.holds.Hold()
	released := false
	release := func() {
		if !released {
			released = true
			f.holds.Release()
		}
	}
	defer release()
	wait(insertDeadline + insertDeadline/2) // what was in flight has been given up
	ranges := r.number(t, "SELECT count() FROM batches")
	if f.long {
		r.awaitIll(t, "")
	} else {
		wait(insertDeadline)
	}
	// Without Kafka a range whose intent is committed is still applied, also one that is being recovered; no further one is.
	allowed := int64(0)
	if !f.clickHouse {
		allowed = int64(r.point.Partitions)
	}
	if now := r.number(t, "SELECT count() FROM batches"); now > ranges+allowed {
		t.Errorf("%d ranges were applied although nothing gets through, at most %d can be", now-ranges, allowed)
	}
	release()
}

// slowLink is a network that is slow for a few seconds: each trip takes long, or little gets through a second.
type slowLink struct {
	clickHouse bool // else Kafka
	link       proxy.Link

	slows interface{ Slow(l proxy.Link) }
}

func slowLinks() []kind {
	return []kind{{name: "slow link", weight: 3, make: func(rng *rand.Rand) fault {
		link := proxy.Link{Latency: time.Duration(30+rng.IntN(70)) * time.Millisecond}
		if rng.IntN(2) == 0 {
			link.BytesPerSecond = 30_000 + rng.IntN(100_000) // some inserts take longer than they may
		}
		return &slowLink{clickHouse: rng.IntN(2) == 0, link: link}
	}}}
}

func (f *slowLink) prepare(t *testing.T, r *run) {
	if f.clickHouse {
		f.slows = clickHouseProxy(t, r)
	} else {
		f.slows = kafkaProxy(t, r)
	}
}

func (f *slowLink) strike(t *testing.T, r *run) {
	f.slows.Slow(f.link)
	defer f.slows.Slow(proxy.Link{})
	began := time.Now()
	f.ask(t, r)
	if took := time.Since(began); took < 2*f.link.Latency {
		t.Errorf("an answer took %s, with %s each way", took, f.link.Latency)
	}
	wait(3 * time.Second)
}

// ask asks the server something by the way that ingest takes.
func (f *slowLink) ask(t *testing.T, r *run) {
	t.Helper()
	if !f.clickHouse {
		client := r.through(t)
		defer client.Close()
		if err := client.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		return
	}
	c := r.spec.clickhouse()
	c.DialTimeout = 10 * time.Second
	store, err := clickhouse.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
}
