package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
)

// moveLeaders gives every partition of the topic another leader, under load. No broker ends.
type moveLeaders struct{}

func leaderMoves() []kind {
	return []kind{{name: "move the leaders", only: []brokerKind{apacheThree}, weight: 4, make: func(*rand.Rand) fault { return moveLeaders{} }}}
}

func (moveLeaders) strike(t *testing.T, r *run) {
	client := r.directly(t)
	defer client.Close()
	admin := kadm.NewClient(client)
	before := leaders(t, admin, r.spec.Topic)
	// The same replicas in another order: the first one is preferred.
	var plan kadm.AlterPartitionAssignmentsReq
	for id, p := range before {
		order := slices.Clone(p.Replicas)
		other := slices.IndexFunc(order, func(replica int32) bool { return replica != p.Leader })
		order[0], order[other] = order[other], order[0]
		if order[0] == p.Leader {
			order[0], order[1] = order[1], order[0]
		}
		plan.Assign(r.spec.Topic, id, order)
	}
	if res, err := admin.AlterPartitionAssignments(t.Context(), plan); err != nil || res.Error() != nil {
		t.Fatal(err, res.Error())
	}
	poll(t, patience, func() error { return moved(t.Context(), admin, r.spec.Topic, before) })
}

func leaders(t *testing.T, admin *kadm.Client, topic string) kadm.PartitionDetails {
	t.Helper()
	topics, err := admin.ListTopics(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return topics[topic].Partitions
}

// moved elects what is preferred, and returns an error while a partition has the leader that it had.
func moved(ctx context.Context, admin *kadm.Client, topic string, before kadm.PartitionDetails) error {
	var all kadm.TopicsSet
	for id := range before {
		all.Add(topic, id)
	}
	if _, err := admin.ElectLeaders(ctx, kadm.ElectPreferredReplica, all); err != nil {
		return err
	}
	topics, err := admin.ListTopics(ctx, topic)
	if err != nil {
		return err
	}
	for id, p := range topics[topic].Partitions {
		if p.Leader == before[id].Leader || p.Leader < 0 {
			return fmt.Errorf("partition %d is still led by broker %d", id, p.Leader)
		}
	}
	return nil
}
