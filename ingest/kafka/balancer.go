package kafka

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	kafkago "github.com/segmentio/kafka-go"
)

// balancer deals the partitions of all topics to the members in turn, as Java's
// RoundRobinAssignor does. kafka-go's own balancers start again with the first
// member at every topic, which gives it one partition more of each.
//
// Only the leader's balancer is asked. It keeps the partition counts it dealt,
// so that the leader alone watches for more, from exactly the state in use.
type balancer struct {
	mu    sync.Mutex // guards dealt
	dealt map[string]int
}

// ProtocolName implements kafkago.GroupBalancer. All members must agree on it.
func (b *balancer) ProtocolName() string { return "roundrobin" }

// UserData implements kafkago.GroupBalancer.
func (b *balancer) UserData() ([]byte, error) { return nil, nil }

// AssignGroups implements kafkago.GroupBalancer.
func (b *balancer) AssignGroups(members []kafkago.GroupMember, partitions []kafkago.Partition) kafkago.GroupMemberAssignments {
	counts := map[string]int{}
	for _, m := range members {
		for _, t := range m.Topics {
			counts[t] = 0
		}
	}
	for _, p := range partitions {
		counts[p.Topic]++
	}
	b.mu.Lock()
	b.dealt = counts
	b.mu.Unlock()
	return deal(members, counts)
}

// take returns the counts dealt since the last call, nil if this member did not
// lead the group.
func (b *balancer) take() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	counts := b.dealt
	b.dealt = nil
	return counts
}

// deal is in order of member id, topic and partition, so that any member who
// leads would decide the same.
func deal(members []kafkago.GroupMember, counts map[string]int) kafkago.GroupMemberAssignments {
	members = slices.SortedFunc(slices.Values(members), func(a, b kafkago.GroupMember) int {
		return cmp.Compare(a.ID, b.ID)
	})
	out := kafkago.GroupMemberAssignments{}
	for _, m := range members {
		out[m.ID] = map[string][]int{}
	}
	turn := 0
	for _, topic := range slices.Sorted(maps.Keys(counts)) {
		if !slices.ContainsFunc(members, func(m kafkago.GroupMember) bool { return slices.Contains(m.Topics, topic) }) {
			continue
		}
		for p := range counts[topic] {
			for !slices.Contains(members[turn%len(members)].Topics, topic) {
				turn++
			}
			id := members[turn%len(members)].ID
			out[id][topic] = append(out[id][topic], p)
			turn++
		}
	}
	return out
}
