package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// breakBroker ends a broker, by kill -9 or in order, and starts it again after a while; if that is longer than stuckAfter,
// not before ingest has said that it is not well. Of three it is the leader of a
// partition, the coordinator of the group, or any.
type breakBroker struct {
	order bool // it ends in order
	which string
	away  time.Duration
}

func brokerBreaks() []kind {
	away := func(rng *rand.Rand) time.Duration { return time.Duration(rng.IntN(5000)) * time.Millisecond }
	var out []kind
	for _, order := range []bool{false, true} {
		verb := "kill -9 of"
		if order {
			verb = "restart of"
		}
		out = append(out, kind{name: verb + " the broker", ownBroker: true, only: []brokerKind{embeddedBroker, apacheOne}, weight: 4,
			make: func(rng *rand.Rand) fault { return breakBroker{order: order, away: away(rng)} }},
			kind{name: verb + " one of three brokers", ownBroker: true, only: []brokerKind{apacheThree}, weight: 4,
				make: func(rng *rand.Rand) fault {
					return breakBroker{order: order, which: drawn(rng, leaderOf, coordinatorOf), away: away(rng)}
				}})
	}
	return out
}

const (
	leaderOf      = "the leader of a partition"
	coordinatorOf = "the coordinator of the group"
)

// stopper is a broker that can end in order.
type stopper interface{ stop(t *testing.T, i int) }

func (f breakBroker) strike(t *testing.T, r *run) {
	alone := r.servers.broken.count() == 1
	if alone && f.away > stuckAfter {
		r.well(t)
	}
	i := f.choose(t, r)
	t.Logf("broker %d of %d, %s", i, r.servers.broken.count(), f.which)
	s, ok := r.servers.broken.(stopper)
	switch {
	case !f.order:
		r.servers.broken.kill(i)
	case ok:
		s.stop(t, i)
	default:
		t.Fatal("the broker cannot be stopped in order")
	}
	if addr := r.servers.broken.addrs()[i]; answers(addr) {
		t.Errorf("the broker at %s still answers", addr)
	}
	wait(f.away)
	if alone && f.away > stuckAfter {
		r.awaitIll(t, "") // no other broker answers
	}
	if f.which != "" {
		r.advance(t, 200) // two of three go on
	}
	r.servers.broken.restart(t, i)
	if f.which != "" {
		r.inSync(t)
	}
}

// choose returns the number of the broker to break.
func (f breakBroker) choose(t *testing.T, r *run) int {
	t.Helper()
	if f.which == "" {
		return 0
	}
	client := r.directly(t)
	defer client.Close()
	admin := kadm.NewClient(client)
	var id int32
	if f.which == leaderOf {
		topics, err := admin.ListTopics(t.Context(), r.spec.Topic)
		if err != nil {
			t.Fatal(err)
		}
		parts := topics[r.spec.Topic].Partitions
		id = parts[int32(r.rng.IntN(len(parts)))].Leader
	} else {
		got := admin.FindGroupCoordinators(t.Context(), r.spec.Group)
		if err := got.Error(); err != nil {
			t.Fatal(err)
		}
		id = got[r.spec.Group].NodeID
	}
	if id < 0 || int(id) >= r.servers.broken.count() {
		t.Fatalf("%s is broker %d", f.which, id)
	}
	return int(id)
}

func answers(addr string) bool {
	client, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.RequestRetries(0))
	if err != nil {
		return false
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return client.Ping(ctx) == nil
}

// directly is a client past every proxy.
func (r *run) directly(t *testing.T) *kgo.Client { return clientOf(t, r.servers.brokers...) }

// through is a client that goes the way that ingest goes.
func (r *run) through(t *testing.T) *kgo.Client {
	return clientOf(t, r.spec.Brokers...)
}

func clientOf(t *testing.T, brokers ...string) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.MetadataMinAge(100*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// inSync waits until every replica of every partition has caught up, so that the next broker may go.
func (r *run) inSync(t *testing.T) {
	t.Helper()
	client := r.directly(t)
	defer client.Close()
	poll(t, patience, func() error {
		topics, err := kadm.NewClient(client).ListTopicsWithInternal(t.Context())
		if err != nil {
			return err
		}
		for _, topic := range topics {
			for _, p := range topic.Partitions {
				if len(p.ISR) < len(p.Replicas) {
					return fmt.Errorf("%s/%d: %v of the replicas %v are in sync", topic.Topic, p.Partition, p.ISR, p.Replicas)
				}
			}
		}
		return nil
	})
}
