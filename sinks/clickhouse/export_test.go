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

// Convict finds so many rows of a batch guilty.
func Convict(batch *event.Batch, rows int) (err error) {
	b := &bisection{batch: batch, guilty: map[int64]string{}}
	for row := 0; row < rows && err == nil; row++ {
		err = b.convict(row, "")
	}
	return err
}

// IdleConnections is how many connections are kept for the next insert.
func IdleConnections(s *Store) int {
	s.inserts.mu.Lock()
	defer s.inserts.mu.Unlock()
	return len(s.inserts.idle)
}

// SyncReplicas are the statements and settings with which a server is brought up to date.
func SyncReplicas(s *Store) ([]string, map[string]any) {
	all, err := statements(syncReplicasSQL)
	if err != nil {
		panic(err)
	}
	return all, s.syncSettings()
}
