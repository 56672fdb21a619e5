package faults_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/deploy/dev/proxy"
)

// killEngine kills ClickHouse with kill -9 in an insert, and starts it again on its data after a while. An insert that was
// answered, if only to the proxy, must have survived.
type killEngine struct {
	when  proxy.Moment
	bytes int
	away  time.Duration
	proxy *proxy.Proxy
}

func engineKills() []kind {
	return []kind{{name: "kill -9 of ClickHouse", ownEngine: true, weight: 4, make: func(rng *rand.Rand) fault {
		return &killEngine{when: drawn(rng, proxy.Sent, proxy.During, proxy.Answered), bytes: 1 + rng.IntN(2000),
			away: time.Duration(rng.IntN(5000)) * time.Millisecond}
	}}}
}

func (f *killEngine) prepare(t *testing.T, r *run) { f.proxy = clickHouseProxy(t, r) }

func (f *killEngine) strike(t *testing.T, r *run) {
	var id insertID
	var failed error
	if f.away > stuckAfter {
		r.well(t)
	}
	done := f.proxy.At(insertInto("events", f.when, r.depth("events", f.bytes, 2000)), func(statement []byte) {
		id, failed = queryID(statement, "events")
		if failed == nil && f.when == proxy.Answered {
			failed = r.awaitRows("events", id)
		}
		r.servers.engine.kill()
	})
	await(t, done, "an insert into events through the proxy")
	wait(f.away)
	if f.away > stuckAfter {
		r.awaitIll(t, "")
	}
	r.servers.engine.restart(t)
	if failed == nil && f.when == proxy.Answered {
		failed = r.awaitRows("events", id)
	}
	if failed != nil {
		t.Errorf("kill ClickHouse %s an insert: %v", cutWords(f.when), failed)
	}
}

// fillDisk fills the disk of ClickHouse, waits until ingest is unhealthy for it, and makes room again.
type fillDisk struct{}

func fullDisks() []kind {
	return []kind{{name: "full disk of ClickHouse", ownEngine: true, weight: 3, make: func(*rand.Rand) fault { return fillDisk{} }}}
}

// smallDisk is an engine on a disk that a test can fill.
type smallDisk interface {
	fill(t *testing.T)
	makeRoom(t *testing.T)
}

func (fillDisk) strike(t *testing.T, r *run) {
	disk, ok := r.servers.engine.(smallDisk)
	if !ok {
		t.Fatal("the engine of this point is on no disk of its own")
	}
	r.well(t)
	heard := r.hear()
	disk.fill(t)
	defer disk.makeRoom(t)
	r.awaitIll(t, "")
	poll(t, patience, func() error { // a process may have been in the middle of something else, and be ill for that
		if said := heard.said(); !strings.Contains(said, "space") {
			return fmt.Errorf("no process says that space is missing:\n%s", said)
		}
		return nil
	})
}
