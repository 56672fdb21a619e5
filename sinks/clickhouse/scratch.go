package clickhouse

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var (
	//go:embed scratch_create.sql
	scratchCreateSQL string
	//go:embed scratch_drop.sql
	scratchDropSQL string
)

// scratchName is the name of a partition's scratch table, which needs no quoting: what can be read of the partition, and
// a hash that no other partition has. It is the same in every process, so that crashes leave one table behind at most.
func scratchName(p event.Partition) string {
	hash := sha256.Sum256([]byte(p.String()))
	return fmt.Sprintf("scratch_%.60s_%x", notPlain.ReplaceAllString(p.String(), "_"), hash[:8])
}

var notPlain = regexp.MustCompile(`[^A-Za-z0-9]`)

// define runs a statement on the scratch table.
func (b *bisection) define(ctx context.Context, sql string) error {
	err := explain(b.op, b.store.conn.Exec(ctx, sql, named("scratch", b.table)))
	if e := new(Error); errors.As(err, &e) && forbidden[e.Code] {
		e.Hint = fmt.Sprintf("to find the rows that ClickHouse refuses, grant the configured user CREATE TABLE, DROP TABLE and INSERT "+
			"on %s.scratch_*, or drop what refuses them", b.store.cfg.Database)
	}
	return err
}

// forbidden are the codes of a statement that the user may not run.
var forbidden = map[int]bool{164: true, 291: true, 392: true, 497: true}

// taken reports whether the scratch table is gone.
func taken(e *Error) bool { return e.Code == 60 || e.Code == 218 }

const hintTaken = "an earlier owner of the partition took the scratch table away, and is about to find that it lost the partition"

// detailBytes bounds what is kept of the server's words.
const detailBytes = 500

// detail is what the server says of a row: the name of the error and the first line of its message. It speaks of `events`,
// because the scratch table will be gone.
func (b *bisection) detail(e *Error) string {
	text := e.Err.Error()
	if answer := new(clickhousego.Exception); errors.As(e.Err, &answer) {
		text, _, _ = strings.Cut(answer.Message, "\n")
	}
	text = tableID.ReplaceAllString(strings.ReplaceAll(text, b.table, "events"), "")
	text = strings.TrimPrefix(text, "DB::Exception: ")
	if len(text) > detailBytes {
		text = strings.ToValidUTF8(text[:detailBytes], "")
	}
	return refusals[e.Code].name + ": " + text
}

// rowNamed returns the index of the row, of a block in the table's order, that the server says violates a constraint.
func rowNamed(words string) (at int, ok bool) {
	found := namedRow.FindStringSubmatch(words)
	if found == nil {
		return 0, false
	}
	number, err := strconv.Atoi(found[1])
	return number - 1, err == nil && number > 0
}

var namedRow = regexp.MustCompile(`is violated at row (\d+)\.`)

// inTableOrder returns the rows that a batch was picked from in the order in which a block has them.
func inTableOrder(picked *event.Batch, rows []int) []int {
	out := make([]int, 0, len(rows))
	for _, i := range newSorter().sort(&picked.Rows) {
		out = append(out, rows[i])
	}
	return out
}

// tableID is the id by which the server knows a table.
var tableID = regexp.MustCompile(` \([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\)`)
