package clickhouse

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
)

// migration is one numbered file.
type migration struct {
	number     int
	name       string // the file's name
	checksum   string // SHA-256 of the file, hexadecimal
	statements []string
}

var migrationName = regexp.MustCompile(`^([0-9]{4})_[a-z0-9_]+\.sql$`)

// readMigrations reads the files and checks that their numbers run from 1 without a gap.
func readMigrations(files fs.FS) ([]migration, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	var out []migration
	for _, e := range entries {
		m, err := readMigration(files, e.Name())
		if err != nil {
			return nil, fmt.Errorf("read migration %q: %w", e.Name(), err)
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b migration) int { return a.number - b.number })
	for i, m := range out {
		if m.number != i+1 {
			return nil, fmt.Errorf("read migration %q: its number is not %d", m.name, i+1)
		}
	}
	return out, nil
}

func readMigration(files fs.FS, name string) (migration, error) {
	parts := migrationName.FindStringSubmatch(name)
	if parts == nil {
		return migration{}, fmt.Errorf("want a name like 0001_events.sql")
	}
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return migration{}, err
	}
	number, err := strconv.Atoi(parts[1])
	if err != nil {
		return migration{}, err
	}
	sum := sha256.Sum256(text)
	m := migration{number: number, name: name, checksum: hex.EncodeToString(sum[:])}
	if m.statements, err = statements(string(text)); err == nil && len(m.statements) == 0 {
		err = fmt.Errorf("has no statement")
	}
	return m, err
}

// pending compares what was applied with what this binary knows, and returns what is left to apply.
func pending(known []migration, applied []appliedMigration) ([]migration, error) {
	for i, a := range applied {
		switch {
		case i+1 < len(applied) && a.number == applied[i+1].number:
			return nil, fmt.Errorf("migration %d was applied twice, as %q and %q, with different contents: the database is damaged", a.number, a.name, applied[i+1].name)
		case a.number > len(known):
			return nil, fmt.Errorf("the database has migration %d (%q), this binary knows %d: use a newer binary", a.number, a.name, len(known))
		case a.number != i+1:
			return nil, fmt.Errorf("the database has migration %d (%q) but not %d: the database is damaged", a.number, a.name, i+1)
		case a.checksum != known[i].checksum:
			return nil, fmt.Errorf("migration %d was applied as %q with checksum %.12s, this binary has %q with %.12s: a released file was changed",
				a.number, a.name, a.checksum, known[i].name, known[i].checksum)
		}
	}
	return known[len(applied):], nil
}

// appliedMigration is a row of the table `migrations`.
type appliedMigration struct {
	number         int
	name, checksum string
}
