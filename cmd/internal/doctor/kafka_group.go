package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	kafkago "github.com/segmentio/kafka-go"
)

// group looks who reads, and whether anybody reads every partition.
func group(ctx context.Context, p *patient) ([]Finding, error) {
	id := p.Config.Group.ID
	res, err := p.kafka.API().DescribeGroups(ctx, &kafkago.DescribeGroupsRequest{GroupIDs: []string{id}})
	if err != nil {
		return nil, fmt.Errorf("describe group %q: %w", id, err)
	}
	for _, g := range res.Groups {
		if g.GroupID == id && g.Error != nil {
			return nil, fmt.Errorf("describe group %q (needs the right Describe on it): %w", id, g.Error)
		}
		if g.GroupID == id {
			return []Finding{p.members(g)}, nil
		}
	}
	return []Finding{p.members(kafkago.DescribeGroupsResponseGroup{GroupID: id, GroupState: "Dead"})}, nil
}

func (p *patient) members(g kafkago.DescribeGroupsResponseGroup) Finding {
	switch g.GroupState {
	case "Empty", "Dead", "":
		return Finding{
			Object: g.GroupID, State: Warning, Found: "no member: nobody reads", Want: "a process of `deskpulse ingest`",
			Do: "start `deskpulse ingest` (or `deskpulse up`, which runs it)",
		}
	case "Stable":
	default:
		return Finding{
			Object: g.GroupID, State: Warning, Found: g.GroupState + ": the group is dealing out partitions", Want: "Stable",
			Do: "ask again in half a minute; if it stays so a member keeps leaving and joining: see the logs of ingest",
		}
	}
	owned := map[string]bool{}
	for _, m := range g.Members {
		for _, t := range m.MemberAssignments.Topics {
			for _, n := range t.Partitions {
				owned[fmt.Sprintf("%s/%d", t.Topic, n)] = true
			}
		}
	}
	var orphans []string
	for _, s := range p.Config.Streams {
		for _, part := range p.topics[s.Topic].Partitions {
			if name := fmt.Sprintf("%s/%d", s.Topic, part.ID); !owned[name] {
				orphans = append(orphans, name)
			}
		}
	}
	if len(orphans) > 0 {
		slices.Sort(orphans)
		return Finding{
			Object: g.GroupID, State: Problem, Found: "nobody reads " + strings.Join(orphans, ", "),
			Want: "an owner for each partition", Do: "give every process of ingest the same configuration, with the same streams, and start it again",
		}
	}
	return well(g.GroupID, "members: %d, partitions that they read: %d", len(g.Members), len(owned))
}
