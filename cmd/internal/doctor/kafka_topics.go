package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	kafkago "github.com/segmentio/kafka-go"
)

// kafkaTopics looks whether every topic is there, each partition with a leader and all its copies, and asks for the
// settings, which later checks look at.
func kafkaTopics(ctx context.Context, p *patient) ([]Finding, error) {
	var out []Finding
	for _, name := range p.wanted() {
		t, ok := p.topics[name]
		if slices.Contains(p.hidden, name) {
			continue // a matter of rights
		}
		if !ok {
			out = append(out, Finding{
				Object: name, State: Problem, Found: "does not exist", Want: "a topic",
				Do: fmt.Sprintf("run `deskpulse up`, which makes it, or kafka-topics.sh --create --topic %s", name),
			})
			continue
		}
		out = append(out, partitions(t.Topic))
	}
	if len(p.topics) == 0 {
		return out, nil
	}
	settings, err := p.settings(ctx, kafkago.ResourceTypeTopic, slices.Sorted(maps.Keys(p.topics))...)
	for name, s := range settings {
		t := p.topics[name]
		t.settings = s
		p.topics[name] = t
	}
	return out, err
}

func partitions(t kafkago.Topic) Finding {
	var leaderless, behind []string
	for _, part := range t.Partitions {
		if part.Error != nil || part.Leader.Host == "" {
			leaderless = append(leaderless, fmt.Sprint(part.ID))
		} else if len(part.Isr) < len(part.Replicas) {
			behind = append(behind, fmt.Sprint(part.ID))
		}
	}
	switch {
	case len(leaderless) > 0:
		return Finding{
			Object: t.Name, State: Problem, Found: "nobody leads partitions " + strings.Join(leaderless, ", "), Want: "a leader for each",
			Do: "start the brokers that hold them",
		}
	case len(behind) > 0:
		return Finding{
			Object: t.Name, State: Warning, Found: "copies are behind in partitions " + strings.Join(behind, ", "), Want: "all copies in sync",
			Do: "see what keeps the brokers with the missing copies: the next one that fails may stop writing",
		}
	}
	return well(t.Name, "a leader for each of its partitions, %d", len(t.Partitions))
}
