package clickhouse

import (
	"context"
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Log answers what can only be asked of a partition's log after the tables were looked at.
type Log interface {
	// End returns the end of the log as it is now.
	End(ctx context.Context) (int64, error)
	// AppendTime returns the append time, in Unix milliseconds, of the record at an offset before the end, ok=false when
	// there is none.
	AppendTime(ctx context.Context, offset int64) (ms int64, ok bool, err error)
}

// reaching returns the end of the log. One that lies before next is asked for again: what is in the tables may have been
// appended after Offset was read.
func (e End) reaching(ctx context.Context, next int64) (int64, error) {
	if e.Offset >= next || e.Log == nil {
		return e.Offset, nil
	}
	return e.Log.End(ctx)
}

// AnotherLog says why the log that is in Kafka is not the one that was applied, which ingest for the same reason reads no
// further; nil when nothing speaks against it. Waiting does not help such a partition.
func (s *Store) AnotherLog(ctx context.Context, p Progress) (*Problem, error) {
	if p.TopicID != "" {
		id, err := s.AppliedTopic(ctx, p.Partition)
		if err != nil {
			return nil, err
		}
		if other := event.SameTopic(id, p.TopicID); other != nil {
			return problem(ProblemRecreated, p.Start, p.Applied-1, other), nil
		}
	}
	if p.Applied <= p.Start {
		return nil, nil
	}
	end, err := p.reaching(ctx, p.Applied)
	if err != nil {
		return nil, err
	}
	if other := event.SameEnd(end, p.Applied); other != nil {
		return problem(ProblemCut, end, p.Applied-1, other), nil
	}
	return s.anotherRecord(ctx, p)
}

// anotherRecord compares the record at the last applied offset with its row. Where either is missing nothing can be said.
func (s *Store) anotherRecord(ctx context.Context, p Progress) (*Problem, error) {
	if p.Log == nil {
		return nil, nil
	}
	last := p.Applied - 1
	stored, ok, err := s.AppendTime(ctx, p.Partition, last)
	if err != nil || !ok {
		return nil, err
	}
	there, ok, err := p.Log.AppendTime(ctx, last)
	if err != nil || !ok {
		return nil, err
	}
	if other := event.SameRecord(last, stored, there); other != nil {
		return problem(ProblemRecreated, last, last, other), nil
	}
	return nil, nil
}

func problem(kind ProblemKind, first, last int64, what error) *Problem {
	return &Problem{kind, first, last, what.Error()}
}

// verifyLog holds the log against what is applied. The topic's id was compared before, with that of each range.
func (s *Store) verifyLog(ctx context.Context, p *PartitionReport) error {
	e := *p.given
	e.TopicID = ""
	found, err := s.AnotherLog(ctx, Progress{End: e, Applied: p.Last + 1})
	if err != nil {
		return fmt.Errorf("verify: ask for the log of %s: %w", p.place(), err)
	}
	if found != nil {
		p.addProblem(found)
	}
	return nil
}
