package clickhouse

import (
	"context"
	"io/fs"
	"iter"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Statements cuts SQL text for tests.
var Statements = statements

// MigrateFiles migrates with other files than the binary's own.
func MigrateFiles(ctx context.Context, s *Store, files fs.FS) ([]string, error) {
	return s.migrate(ctx, files)
}

// InsertRunInBlocks writes a run in blocks of other sizes than the binary's own.
func InsertRunInBlocks(ctx context.Context, s *Store, run closing.Run, cards iter.Seq2[score.Card, error], bytes int) error {
	return s.insertRun(ctx, run, cards, bytes)
}

// Faults lists the codes of the error table with their names in ClickHouse.
func Faults() map[int]string {
	out := map[int]string{}
	for _, table := range []map[int]fault{faults, refusals} {
		for code, f := range table {
			out[code] = f.name
		}
	}
	return out
}

// Explain gives an error its class.
var Explain = explain

// ScratchName is the name of a partition's scratch table.
var ScratchName = scratchName

// ConvictTooMany finds one row more guilty than the limit allows.
func ConvictTooMany(batch *event.Batch) (err error) {
	b := &bisection{batch: batch, guilty: map[int64]string{}}
	for row := 0; row <= refusedLimit && err == nil; row++ {
		err = b.convict(row, "")
	}
	return err
}
