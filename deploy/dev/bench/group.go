package main

import (
	"context"
	"fmt"
	"time"
)

// joinTimeout is how long a consumer group may take to share the partitions.
const joinTimeout = time.Minute

// awaitJoined waits until the members of a group have shared all partitions of a topic. From then on the clock runs, for
// every peer that reads Kafka: what it takes to start and to join says nothing about how fast it is.
func (w *world) awaitJoined(ctx context.Context, group, topic string) error {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	err := every(ctx, 2*time.Millisecond, func() (bool, error) {
		groups, err := w.admin.DescribeGroups(ctx, group)
		if err != nil {
			return false, nil // the coordinator is being looked for
		}
		g := groups[group]
		assigned := g.AssignedPartitions()
		return g.State == "Stable" && len(assigned[topic]) == w.o.partitions, nil
	})
	if err != nil {
		return fmt.Errorf("wait for group %q to share topic %q: %w", group, topic, err)
	}
	return nil
}
