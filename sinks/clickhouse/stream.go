package clickhouse

import (
	"context"
	"iter"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// wideRows is how many rows that hold a document of their own, a card or a command, the server sends at a time: some
// megabytes.
const wideRows = 128

// stream runs a query along the table's key and yields what scan makes of each row, a few small blocks in memory at a
// time. Each pass over it runs the query again. After an error nothing follows.
func stream[T any](ctx context.Context, s *Store, op, sql string, args []any, scan func(driver.Rows) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancel(ctx) // ends the query if the caller stops early
		defer cancel()
		var none T
		rows, err := s.conn.Query(inWideRows(ctx), sql, args...)
		if err != nil {
			yield(none, explain(op, err))
			return
		}
		defer rows.Close()
		defer cancel() // before Close, which waits for the rest of the rows
		for rows.Next() {
			row, err := scan(rows)
			if err != nil {
				yield(none, explain(op, err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, explain(op, err))
		}
	}
}

// inWideRows makes the server read along the key rather than sort, in small blocks.
func inWideRows(ctx context.Context) context.Context {
	return clickhousego.Context(ctx, clickhousego.WithBlockBufferSize(1), clickhousego.WithSettings(clickhousego.Settings{
		"optimize_read_in_order": 1,
		"max_block_size":         wideRows,
		"max_threads":            2,
	}))
}

// collect returns all that a sequence yields, or its error.
func collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for v, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}
