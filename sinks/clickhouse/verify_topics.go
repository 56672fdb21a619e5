package clickhouse

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

//go:embed verify_topics.sql
var verifyTopicsSQL string

// topicRanges is where the ranges of one topic lie.
type topicRanges struct {
	id string
	event.Range
}

// verifyTopics wants one topic for all ranges, and the same in Kafka: a topic that was deleted and made again has other
// records at the same offsets. Ranges whose topic is not known prove nothing either way.
func (s *Store) verifyTopics(ctx context.Context, p *PartitionReport) error {
	topics, err := s.topicsOf(ctx, p)
	if err != nil || len(topics) == 0 {
		return err
	}
	for i, t := range topics[1:] {
		p.add(ProblemRecreated, t.First, t.Last, "read of topic %s, earlier ranges of this epoch of topic %s", t.id, topics[i].id)
	}
	if last := topics[len(topics)-1]; p.topic != "" && p.topic != last.id {
		p.add(ProblemRecreated, last.First, last.Last, "read of topic %s, the one in Kafka is %s: raise the stream's epoch to read it as a new one",
			last.id, p.topic)
	}
	return nil
}

func (s *Store) topicsOf(ctx context.Context, p *PartitionReport) (out []topicRanges, err error) {
	op := fmt.Sprintf("verify: read topics of %s", p.place())
	rows, err := s.conn.Query(ctx, verifyTopicsSQL, append(place(p.place()), named("last", p.Last))...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var t topicRanges
		if err := rows.Scan(&t.id, &t.First, &t.Last); err != nil {
			return nil, explain(op, err)
		}
		out = append(out, t)
	}
	return out, explain(op, rows.Err())
}
