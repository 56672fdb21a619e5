package faults_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// expiry deletes the group's offsets while no process runs, as Kafka does after a week of silence. With the offsets the
// intents are gone: what killed processes left must be found by its rows.
type expiry struct{}

func expiries() []kind {
	return []kind{{name: "expired group offsets", weight: 6, make: func(*rand.Rand) fault { return expiry{} }}}
}

func (expiry) strike(t *testing.T, r *run) {
	r.killAll(t)
	admin := r.admin(t)
	poll(t, patience, func() error { // the broker must have missed the members first
		res, err := admin.DeleteGroup(t.Context(), r.spec.Group)
		if err == nil {
			err = res.Err
		}
		return err
	})
	if offsets, err := admin.FetchOffsets(t.Context(), r.spec.Group); err == nil && len(offsets) > 0 {
		t.Fatal(fmt.Errorf("the group still has offsets: %v", offsets))
	}
	r.refill(t)
}

// admin administers the brokers of the point.
func (r *run) admin(t *testing.T) *kadm.Client {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(r.servers.brokers...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return kadm.NewClient(client)
}

// killAll kills every process, each in the middle of what it does: one after its rows were inserted, which it returns.
func (r *run) killAll(t *testing.T) hit {
	t.Helper()
	p, h := r.awaitStruck(t, r.arm(crash{Step: stepInsertEvents, When: after, Done: true, Action: actKill}))
	<-p.done
	for _, p := range r.procs {
		p.kill()
	}
	return h
}
