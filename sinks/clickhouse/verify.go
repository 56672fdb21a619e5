package clickhouse

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"math"
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var (
	//go:embed verify_partitions.sql
	verifyPartitionsSQL string
	//go:embed verify_tiling.sql
	verifyTilingSQL string
	//go:embed verify_outside.sql
	verifyOutsideSQL string
)

// End is what Kafka says of a partition.
type End struct {
	Partition event.Partition
	// Start is the first offset in the log.
	Start int64
	// Offset is the end of the log: the offset that the next record will get.
	Offset int64
	// Committed is the consumer group's offset, read before Verify is called; 0 or less if it is not known. Everything
	// from the first range, or from Start where there is none, up to it must be in a range.
	Committed int64
	// TopicID is the id of the topic, "" if it is not known.
	TopicID string
	// Log is asked again when something in the tables lies at or behind Offset, and for the record at the last applied
	// offset. Nil: the log is as it was.
	Log Log
}

// Verify proves that the tables hold what `batches` says, or names what they do not. Per partition the ranges must tile
// [first, committed) with no gap, no overlap and no step backward in the order of insertion, and each range must have
// exactly its accepted rows in `events` and its rejected rows in `rejected`, every offset once, in one of the two. Rows
// outside of every range are strays. All ranges must be of one topic, the one that is in Kafka, whose log must reach as far
// as they do. Ends may be nil; a partition that has an end and no range is reported too.
//
// It may run while rows are being inserted: ranges applied after it began are not looked at. The time it takes grows
// with the rows, the memory does not: a partition is done in pieces.
func (s *Store) Verify(ctx context.Context, ends []End) (Report, error) {
	report := Report{OK: true}
	partitions, err := s.verifyPartitions(ctx, ends)
	if err != nil {
		return report, err
	}
	for _, p := range partitions {
		if err := s.verifyPartition(ctx, &p, &report); err != nil {
			return report, err
		}
		report.OK = report.OK && p.sound()
		report.Partitions = append(report.Partitions, p)
	}
	return report, nil
}

func (s *Store) verifyPartition(ctx context.Context, p *PartitionReport, r *Report) error {
	if p.ranges > 0 {
		if err := s.verifyTiling(ctx, p, r); err != nil {
			return err
		}
		if err := s.verifyTopics(ctx, p); err != nil {
			return err
		}
		if err := s.verifyRows(ctx, p); err != nil {
			return err
		}
	}
	p.verifyEdges(r)
	return s.verifyOutside(ctx, p)
}

// verifyEdges holds the ranges against Kafka at both ends, where no other range shows that one has gone. The first range
// began at the log's start, which has only moved on since; and offsets are never committed ahead of the last.
func (p *PartitionReport) verifyEdges(r *Report) {
	if p.given == nil {
		return
	}
	start, committed, next := p.given.Start, p.given.Committed, p.Last+1
	if p.ranges == 0 {
		next = start
	} else if start < p.First {
		r.Gaps++
		p.add(ProblemGap, start, p.First-1, "no range has these %d offsets at the start of the log", p.First-start)
	}
	if committed > next {
		r.Gaps++
		p.add(ProblemGap, next, committed-1, "no range has these %d offsets, yet they are committed", committed-next)
	}
}

// verifyPartitions returns the partitions there are, with the sums of their ranges.
func (s *Store) verifyPartitions(ctx context.Context, ends []End) ([]PartitionReport, error) {
	const op = "verify: read partitions"
	rows, err := s.conn.Query(ctx, verifyPartitionsSQL)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	byPlace := map[event.Partition]PartitionReport{}
	for rows.Next() {
		p := PartitionReport{Problems: []Problem{}}
		if err := rows.Scan(&p.Stream, &p.Epoch, &p.Partition, &p.ranges, &p.First, &p.Last,
			&p.Accepted, &p.Rejected, &p.Absent, &p.Lost); err != nil {
			return nil, explain(op, err)
		}
		if p.ranges == 0 {
			p.First = 0
		}
		byPlace[p.place()] = p
	}
	if err := rows.Err(); err != nil {
		return nil, explain(op, err)
	}
	for place, p := range byPlace {
		p.unknown = len(ends) > 0 // until its end is found below
		byPlace[place] = p
	}
	for _, e := range ends {
		p, ok := byPlace[e.Partition]
		if !ok {
			p = PartitionReport{Stream: e.Partition.Stream, Epoch: e.Partition.Epoch, Partition: e.Partition.ID, Last: -1, Problems: []Problem{}}
		}
		p.End, p.given, p.unknown = &e.Offset, &e, false
		byPlace[e.Partition] = p
	}
	return inOrder(byPlace), nil
}

func inOrder(byPlace map[event.Partition]PartitionReport) []PartitionReport {
	var out []PartitionReport
	for _, p := range byPlace {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b PartitionReport) int {
		return cmp.Or(cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.Partition, b.Partition))
	})
	return out
}

// verifyTiling looks at the ranges alone.
func (s *Store) verifyTiling(ctx context.Context, p *PartitionReport, r *Report) error {
	op := fmt.Sprintf("verify: read ranges of %s", p.place())
	rows, err := s.conn.Query(ctx, verifyTilingSQL, append(place(p.place()), named("last", p.Last))...)
	if err != nil {
		return explain(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var (
			first, last, before, rest int64
			gap, overlap, backward    bool
		)
		if err := rows.Scan(&first, &last, &before, &gap, &overlap, &backward, &rest); err != nil {
			return explain(op, err)
		}
		if gap {
			r.Gaps++
			p.add(ProblemGap, before+1, first-1, "no range has these %d offsets", first-1-before)
		}
		if overlap {
			r.Overlaps++
			p.add(ProblemOverlap, first, min(before, last), "an earlier range reaches up to %d, this one is %d-%d", before, first, last)
		}
		if backward {
			r.Backward++
			p.add(ProblemBackward, first, last, "inserted after a range that lies behind it")
		}
		if rest != 0 || !gap && !overlap && !backward {
			p.add(ProblemCount, first, last, "accepted, rejected, absent and lost do not add up to the %d offsets of the range", last-first+1)
		}
	}
	return explain(op, rows.Err())
}

// verifyOutside counts the rows that lie outside of all ranges.
func (s *Store) verifyOutside(ctx context.Context, p *PartitionReport) error {
	op := fmt.Sprintf("verify: read rows outside the ranges of %s", p.place())
	end := int64(math.MaxInt64)
	if p.given != nil {
		end = p.given.Offset
	}
	rows, err := s.conn.Query(ctx, verifyOutsideSQL,
		append(place(p.place()), named("first", p.First), named("last", p.Last), named("end", end))...)
	if err != nil {
		return explain(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var (
			where                uint8
			n, smallest, largest int64
		)
		if err := rows.Scan(&where, &n, &smallest, &largest); err != nil {
			return explain(op, err)
		}
		switch where {
		case 1:
			p.add(ProblemStray, smallest, largest, "%d rows before the first range", n)
		case 2:
			if p.unknown && p.ranges == 0 {
				p.add(ProblemStray, smallest, largest, "%d rows of a partition that is not in Kafka", n)
				continue
			}
			p.unapplied(n, smallest, largest)
		default:
			if p.given == nil { // nobody knows the end
				p.unapplied(n, smallest, largest)
				continue
			}
			now, err := p.given.reaching(ctx, largest+1)
			if err != nil {
				return fmt.Errorf("%s: %w", op, err)
			}
			if largest < now { // appended and inserted while Verify ran
				p.unapplied(n, smallest, largest)
				continue
			}
			p.add(ProblemStray, max(smallest, now), largest, "%d rows behind the end of the log", n)
		}
	}
	return explain(op, rows.Err())
}
