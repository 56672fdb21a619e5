package kafka_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// TestClaim has a member that does not hear that its group rebalances, for it is busy. What it has done it may still commit;
// what it is about to do, which could take longer than the others wait, it may not claim.
func TestClaim(t *testing.T) {
	onClusters(t, func(t *testing.T, brokers []string) {
		topic := createTopic(t, brokers, 1, nil)
		cfg, group := config(brokers, topic), groupConfig(embeddedtest.Name(t))
		group.SessionTimeout, group.RebalanceTimeout = time.Minute, time.Minute
		drained := make(chan struct{})
		defer close(drained) // the members leave after that
		busy := join(t, cfg, group, func(m *groupMember) { m.drain = func() { <-drained } })
		var a *kafka.Assignment
		eventually(t, "the partition is held and claimed", func() bool {
			a = busy.any()
			return a != nil && a.Claim(t.Context(), 1, "mine") == nil
		})
		join(t, cfg, group, nil)
		admin := kadm.NewClient(franz(t, brokers))
		eventually(t, "the group rebalances", func() bool {
			groups, err := admin.DescribeGroups(t.Context(), group.ID)
			return err == nil && groups[group.ID].State == "PreparingRebalance"
		})
		<-time.After(group.HeartbeatInterval)
		if err := a.Commit(t.Context(), 2, "done"); err != nil {
			t.Errorf("commit: %v", err)
		}
		for range 2 { // that the first was refused is no reason to believe in the second
			if err := a.Claim(t.Context(), 3, "claimed"); !errors.Is(err, kafka.ErrRebalancing) {
				t.Errorf("claim: %v, want ErrRebalancing", err)
			}
		}
		if offset, metadata, ok, err := a.Committed(t.Context()); offset != 2 || metadata != "done" || !ok || err != nil {
			t.Errorf("committed = %d, %q, %v, %v", offset, metadata, ok, err)
		}
	})
}

// TestClaimsShareAHeartbeat: when one was answered, none is sent for an interval, whatever the partition.
func TestClaimsShareAHeartbeat(t *testing.T) {
	cluster := fakeCluster(t)
	brokers := cluster.ListenAddrs()
	topic := createTopic(t, brokers, 2, nil)
	var beats atomic.Int64
	cluster.ControlKey(int16(kmsg.Heartbeat), func(kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		beats.Add(1)
		return nil, nil, false
	})
	group := groupConfig("g")
	group.SessionTimeout, group.HeartbeatInterval = 5*time.Minute, 100*time.Second // kafka-go sends none
	m := join(t, config(brokers, topic), group, nil)
	eventually(t, "the partitions are held", func() bool { return len(m.partitions()) == 2 })
	for _, id := range []int{0, 1, 0} {
		if err := m.assignment(kafka.Partition{Topic: topic, ID: id}).Claim(t.Context(), 1, ""); err != nil {
			t.Fatal(err)
		}
	}
	if n := beats.Load(); n != 1 {
		t.Errorf("%d heartbeats, want 1", n)
	}
}
