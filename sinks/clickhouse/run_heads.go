package clickhouse

import (
	"context"
	_ "embed"
	"iter"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

//go:embed run_heads.sql
var runHeadsSQL string

// RunHead is a run and the decisions that it was calculated from.
type RunHead struct {
	Month    workflow.MonthID
	Run      string // its id
	Input    string // SHA-256 in hex, as Result
	Result   string
	Sequence int64  // of the last decision that entered
	Head     string // of the chain of decisions then, in hex
}

// RunHeads streams the heads of all runs of all months. After an error nothing follows.
func (s *Store) RunHeads(ctx context.Context) iter.Seq2[RunHead, error] {
	return stream(ctx, s, "read heads of runs", runHeadsSQL, nil, func(rows driver.Rows) (RunHead, error) {
		var (
			h     RunHead
			month uint32
		)
		err := rows.Scan(&h.Month.Company, &h.Month.Policy, &month, &h.Run, &h.Input, &h.Result, &h.Sequence, &h.Head)
		h.Month.Month = calendar.Month{Year: int(month / 100), Month: time.Month(month % 100)}
		return h, err
	})
}
