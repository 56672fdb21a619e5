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
// records at the same offsets. Ranges whose topic is not known prove nothing either way. Where it is the same, or not
// known, the log itself is looked at.
func (s *Store) verifyTopics(ctx context.Context, p *PartitionReport) error {
	topics, err := s.topicsOf(ctx, p)
	if err != nil {
		return err
	}
	last := topicRanges{}
	for i, t := range topics {
		if i > 0 {
			p.add(ProblemRecreated, t.First, t.Last, "read of topic %s, earlier ranges of this epoch of topic %s", t.id, last.id)
		}
		last = t
	}
	if p.given == nil {
		return nil
	}
	if other := event.SameTopic(last.id, p.given.TopicID); other != nil {
		p.addProblem(problem(ProblemRecreated, last.First, last.Last, other))
		return nil
	}
	return s.verifyLog(ctx, p)
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
