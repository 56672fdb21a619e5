package clickhouse

import (
	"context"
	_ "embed"
	"strconv"
	"time"
)

var (
	//go:embed subjects_span.sql
	subjectsSpanSQL string
	//go:embed subjects_marks.sql
	subjectsMarksSQL string
)

// idRange is the ids from low on and before high; a high of "" is no bound.
type idRange struct{ low, high string }

// chunkRows is how many rows of the months asked for a range has, more or less. Of larger ranges the server has less work,
// for it decompresses less that lies beyond their ends, and whoever measures more: what is in memory is looked through each
// time that memory is collected.
const chunkRows = 100_000

// ranges cuts the ids of the subjects asked for into ranges that fit into memory; none when there are no subjects.
func (s *Store) ranges(ctx context.Context, q Query, chunkRows int64) ([]idRange, error) {
	if len(q.Subjects) > 0 {
		return []idRange{{}}, nil
	}
	counts, low, high, err := s.span(ctx, q)
	from, to, found := q.months(counts)
	if err != nil || !found {
		return nil, err
	}
	rows, err := s.conn.Query(ctx, subjectsMarksSQL, named("company", q.Company), named("first", monthOf(from)), named("last", monthOf(to)),
		named("low", low), named("high", high))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all, size := []idRange{{low: low}}, int64(0)
	for rows.Next() {
		var (
			id string
			n  int64
		)
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		if size += n; size > chunkRows {
			all[len(all)-1].high = id
			all, size = append(all, idRange{low: id}), n
		}
	}
	all[len(all)-1].high = high + "\x00" // the next id there can be: high itself is included
	return all, rows.Err()
}

// span returns how many events there are of each of the query's types and times, and between which ids their subjects lie.
func (s *Store) span(ctx context.Context, q Query) (counts []uint64, low, high string, err error) {
	args := []any{named("company", q.Company)}
	for i, w := range q.whens() {
		n := strconv.Itoa(i)
		args = append(args, named("types"+n, w.Types), named("from"+n, w.From.UnixMilli()), named("to"+n, w.To.UnixMilli()))
	}
	err = s.conn.QueryRow(ctx, q.fill(subjectsSpanSQL), args...).Scan(&counts, &low, &high)
	return counts, low, high, err
}

// months returns the time whose rows tell how many there are to read: that of the types of which there are many. What may
// have happened in any year, and is rare, would make the ranges small.
func (q Query) months(counts []uint64) (from, to time.Time, found bool) {
	all := uint64(0)
	for _, n := range counts {
		all += n
	}
	for i, n := range counts {
		if n == 0 || n < all/10 {
			continue
		}
		w := q.whens()[i]
		if !found || w.From.Before(from) {
			from = w.From
		}
		if !found || w.To.After(to) {
			to = w.To
		}
		found = true
	}
	return from, to, found
}

// monthOf returns a month as parts are named after it, for example 202403.
func monthOf(t time.Time) uint32 {
	t = t.UTC()
	return uint32(t.Year())*100 + uint32(t.Month())
}
