package clickhouse

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var (
	//go:embed verify_chunks.sql
	verifyChunksSQL string
	//go:embed verify_rows.sql
	verifyRowsSQL string
	//go:embed verify_extra.sql
	verifyExtraSQL string
	//go:embed verify_missing.sql
	verifyMissingSQL string
)

// A piece of a partition has at most so many ranges, whose beginnings the server searches as one array, and about so
// many offsets, whose bitmaps it holds.
const (
	chunkRanges  = 20_000
	chunkOffsets = 100_000_000
)

// maxNamed bounds the offsets named per range.
const maxNamed = 20

// verifyRows compares the rows of every range with the range.
func (s *Store) verifyRows(ctx context.Context, p *PartitionReport) error {
	starts, err := s.verifyChunks(ctx, p)
	if err != nil {
		return err
	}
	for i, from := range starts {
		until := p.Last
		if i+1 < len(starts) {
			until = starts[i+1] - 1
		}
		bad, err := s.badRanges(ctx, p, event.Range{First: from, Last: until})
		if err != nil {
			return err
		}
		for _, b := range bad {
			if len(p.Problems) > maxProblems {
				return nil
			}
			if err := s.nameRows(ctx, p, b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) verifyChunks(ctx context.Context, p *PartitionReport) (starts []int64, err error) {
	op := fmt.Sprintf("verify: cut %s", p.place())
	rows, err := s.conn.Query(ctx, verifyChunksSQL, append(place(p.place()),
		named("last", p.Last), named("ranges", chunkRanges), named("offsets", chunkOffsets))...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var first int64
		if err := rows.Scan(&first); err != nil {
			return nil, explain(op, err)
		}
		starts = append(starts, first)
	}
	return starts, explain(op, rows.Err())
}

// badRange is a range beside the rows that were found from its first offset up to the next range.
type badRange struct {
	event.Range
	until                        int64 // the offset before the next range
	accepted, rejected, empty    int64
	rowsAccepted, rowsRejected   int64
	rowsOffsets, greatestPresent int64
}

// badRanges returns the ranges of a piece whose rows are not those they should be.
func (s *Store) badRanges(ctx context.Context, p *PartitionReport, piece event.Range) (out []badRange, err error) {
	op := fmt.Sprintf("verify: count rows of %s/%s", p.place(), piece)
	rows, err := s.conn.Query(ctx, verifyRowsSQL, append(place(p.place()),
		named("from", piece.First), named("until", piece.Last), named("last", p.Last))...)
	if err != nil {
		return nil, explain(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var b badRange
		if err := rows.Scan(&b.First, &b.Last, &b.accepted, &b.rejected, &b.empty,
			&b.rowsAccepted, &b.rowsRejected, &b.rowsOffsets, &b.greatestPresent); err != nil {
			return nil, explain(op, err)
		}
		b.until = max(b.Last, b.greatestPresent)
		out = append(out, b)
	}
	return out, explain(op, rows.Err())
}

// nameRows names the offsets that make a range bad. In a range that overlaps another one there is no telling whose a row
// is: the overlap is reported, and that is enough.
func (s *Store) nameRows(ctx context.Context, p *PartitionReport, b badRange) error {
	for _, problem := range p.Problems {
		if problem.Kind == ProblemOverlap && problem.First <= b.Last && b.First <= problem.Last {
			return nil
		}
	}
	before := len(p.Problems)
	if err := s.nameExtra(ctx, p, b); err != nil {
		return err
	}
	if err := s.nameMissing(ctx, p, b); err != nil {
		return err
	}
	if len(p.Problems) == before {
		p.add(ProblemCount, b.First, b.Last, "has %d accepted and %d rejected rows, should have %d and %d",
			b.rowsAccepted, b.rowsRejected, b.accepted, b.rejected)
	}
	return nil
}

// nameExtra names offsets with too many rows, and rows behind the range.
func (s *Store) nameExtra(ctx context.Context, p *PartitionReport, b badRange) error {
	op := fmt.Sprintf("verify: name rows of %s/%s", p.place(), b.Range)
	rows, err := s.conn.Query(ctx, verifyExtraSQL, append(place(p.place()),
		named("first", b.First), named("last", b.Last), named("until", b.until), named("limit", maxNamed))...)
	if err != nil {
		return explain(op, err)
	}
	defer rows.Close()
	for rows.Next() {
		var offset, accepted, rejected int64
		if err := rows.Scan(&offset, &accepted, &rejected); err != nil {
			return explain(op, err)
		}
		kind := ProblemDoubled
		if offset > b.Last {
			kind = ProblemStray
		}
		p.add(kind, offset, offset, "%d rows in events, %d in rejected", accepted, rejected)
	}
	return explain(op, rows.Err())
}

// nameMissing names offsets without a row. Where the range has offsets that never held a record, nobody knows any more
// which they were: then all are named. For the same reason rows at such offsets are only counted.
func (s *Store) nameMissing(ctx context.Context, p *PartitionReport, b badRange) error {
	op := fmt.Sprintf("verify: name missing rows of %s/%s", p.place(), b.Range)
	rows, err := s.conn.Query(ctx, verifyMissingSQL, append(place(p.place()),
		named("first", b.First), named("last", b.Last), named("limit", maxNamed))...)
	if err != nil {
		return explain(op, err)
	}
	defer rows.Close()
	var runs []event.Range
	var without int64
	for rows.Next() {
		var r event.Range
		if err := rows.Scan(&r.First, &r.Last, &without); err != nil {
			return explain(op, err)
		}
		runs = append(runs, r)
	}
	if err := rows.Err(); err != nil {
		return explain(op, err)
	}
	if without < b.empty {
		p.add(ProblemCount, b.First, b.Last, "%d offsets have a row, should be %d: the others held no record when the range was read",
			b.Len()-without, b.accepted+b.rejected)
	}
	if without <= b.empty {
		return nil
	}
	for _, r := range runs {
		p.add(ProblemMissing, r.First, r.Last, "no row; range %s should have %d accepted and %d rejected rows and %d empty offsets",
			b.Range, b.accepted, b.rejected, b.empty)
	}
	return nil
}
