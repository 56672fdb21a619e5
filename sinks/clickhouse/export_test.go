package clickhouse

import (
	"context"
	"io/fs"
)

// Statements cuts SQL text for tests.
var Statements = statements

// MigrateFiles migrates with other files than the binary's own.
func MigrateFiles(ctx context.Context, s *Store, files fs.FS) ([]string, error) {
	return s.migrate(ctx, files)
}

// Faults lists the codes of the error table with their names in ClickHouse.
func Faults() map[int]string {
	out := map[int]string{}
	for code, f := range faults {
		out[code] = f.name
	}
	return out
}

// Explain gives an error its class.
var Explain = explain
