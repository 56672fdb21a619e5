package clickhouse

import "context"

// Progress is how far one partition is.
type Progress struct {
	End
	// Applied is the offset after the last applied one, the log's start when nothing was applied.
	Applied int64
}

// Behind returns how many offsets before the end are not applied.
func (p Progress) Behind() int64 { return p.Offset - min(p.Applied, p.Offset) }

// Progress tells how far each partition is on its way to the end of its log, in the order given.
func (s *Store) Progress(ctx context.Context, ends []End) ([]Progress, error) {
	var out []Progress
	for _, e := range ends {
		last, ok, err := s.LastApplied(ctx, e.Partition)
		if err != nil {
			return nil, err
		}
		p := Progress{End: e, Applied: e.Start}
		if ok {
			p.Applied = last + 1
		}
		out = append(out, p)
	}
	return out, nil
}
