package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// storeTables makes the check that ingest makes before it starts: migrations, engines, deduplication windows.
func storeTables(ctx context.Context, p *patient) ([]Finding, error) {
	err := p.store.CheckTables(ctx)
	var answer *clickhouse.Error
	switch {
	case err == nil:
		return []Finding{well("", "migrated, with deduplication windows")}, nil
	case errors.As(err, &answer) && answer.Code != 0 && answer.Code != 60: // UNKNOWN_TABLE
		return nil, err
	}
	f := Finding{State: Problem, Found: err.Error(), Want: "the tables of this binary", Do: "run `deskpulse migrate`"}
	switch {
	case strings.Contains(f.Found, "deduplication_window"):
		f.Want = "a deduplication window on every table"
		f.Do = "ALTER TABLE … MODIFY SETTING non_replicated_deduplication_window = 10000, for the table that the message names"
	case strings.Contains(f.Found, "newer binary"), strings.Contains(f.Found, "released file was changed"):
		f.Do = "use the binary that the database was migrated with, or a newer one"
	case strings.Contains(f.Found, "has engine"), strings.Contains(f.Found, "damaged"), strings.Contains(f.Found, "restore them"):
		f.Do = "restore the table from a backup: it is not the one that was migrated"
	}
	return []Finding{f}, nil
}

// storeParts looks whether merges keep up: above its limits the server first delays inserts, then refuses them.
func storeParts(ctx context.Context, p *patient) ([]Finding, error) {
	tables, delay, refuse, err := p.store.Parts(ctx)
	if err != nil {
		return nil, err
	}
	var worst clickhouse.TableParts
	for _, t := range tables {
		if t.Most > worst.Most {
			worst = t
		}
	}
	found := fmt.Sprintf("at most %d in one partition (%s); inserts are delayed from %d on", worst.Most, worst.Table, delay)
	do := "wait for merges; find out what makes so many small inserts (an import with many months?), or what keeps merges (system.merges, the disk)"
	switch {
	case worst.Most >= delay:
		return []Finding{{Object: worst.Table, State: Problem, Found: found + fmt.Sprintf(", refused from %d on", refuse), Want: "fewer parts", Do: do}}, nil
	case worst.Most >= delay/2:
		return []Finding{{Object: worst.Table, State: Warning, Found: found, Want: "fewer parts", Do: do}}, nil
	}
	return []Finding{well("", "%s", found)}, nil
}
