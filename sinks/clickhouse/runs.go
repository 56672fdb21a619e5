package clickhouse

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

//go:embed runs.sql
var runsSQL string

// Run returns a run of a month, ok=false when there is none or its writing was cut short.
func (s *Store) Run(ctx context.Context, month workflow.MonthID, id string) (run closing.Run, ok bool, err error) {
	if id == "" {
		return closing.Run{}, false, nil
	}
	runs, err := s.runs(ctx, month, id)
	if err != nil || len(runs) == 0 {
		return closing.Run{}, false, err
	}
	if len(runs) > 1 {
		return closing.Run{}, false, refuse(nameOf("read", month, id), "the table has %d rows of it that differ", len(runs))
	}
	return runs[0], true, nil
}

// Runs returns the runs of a month in order of the decisions that entered, then of their ids.
func (s *Store) Runs(ctx context.Context, month workflow.MonthID) ([]closing.Run, error) {
	return s.runs(ctx, month, "")
}

func (s *Store) runs(ctx context.Context, month workflow.MonthID, id string) ([]closing.Run, error) {
	return collect(stream(ctx, s, nameOf("read", month, id), runsSQL, runPlace(month, id), func(rows driver.Rows) (closing.Run, error) {
		run, err := scanRun(rows)
		run.Month = month
		return run, err
	}))
}

// nameOf says what is done to a run, for errors.
func nameOf(verb string, month workflow.MonthID, id string) string {
	if id == "" {
		return fmt.Sprintf("%s runs of %s", verb, month)
	}
	return fmt.Sprintf("%s run %q of %s", verb, id, month)
}

// runPlace binds the columns that name a run.
func runPlace(month workflow.MonthID, id string) []any {
	return []any{named("company", month.Company), named("policy", month.Policy), named("month", monthNumber(month.Month)), named("run", id)}
}

// monthNumber writes a month as the tables do: 202403.
func monthNumber(m calendar.Month) uint32 { return uint32(m.Year)*100 + uint32(m.Month) }

func scanRun(rows driver.Rows) (closing.Run, error) {
	var (
		r               closing.Run
		agents, missing int64
		averages        string
	)
	if err := rows.Scan(&r.ID, &r.Input, &r.Result, &agents, &missing, &r.Sequence, &r.Head, &r.Adjustment, &r.Policy, &r.Calendar,
		&r.Decide, &averages, &r.Events, &r.Duplicates, &r.Conflicts); err != nil {
		return closing.Run{}, err
	}
	r.Agents, r.Missing = int(agents), int(missing)
	if len(r.Decide) == 0 {
		r.Decide = nil // as whoever calculated it has it
	}
	return r, json.Unmarshal([]byte(averages), &r.Averages)
}

// runOf lays out the one row of the table `runs`.
func runOf(run closing.Run) (*block, error) {
	averages, err := json.Marshal(run.Averages)
	if err != nil {
		return nil, err
	}
	b := new(block)
	addRunPlace(b).Append(run.Month, run.ID)
	text := func(name, value string) { add(b, name, new(texts)).Append(value) }
	number := func(name string, value int64) { add(b, name, new(proto.ColInt64)).Append(value) }
	text("input", run.Input)
	text("result", run.Result)
	number("agents", int64(run.Agents))
	number("missing", int64(run.Missing))
	number("sequence", run.Sequence)
	text("head", run.Head)
	add(b, "adjustment", new(proto.ColBool)).Append(run.Adjustment)
	text("policy_hash", run.Policy)
	add(b, "calendar", new(dictionary)).Append(run.Calendar)
	add(b, "decide", new(proto.ColStr).Array()).Append(run.Decide)
	text("averages", string(averages))
	number("events", run.Events)
	number("duplicates", run.Duplicates)
	number("conflicts", run.Conflicts)
	return b, nil
}

// runColumns are the four columns that name a run in each of its tables.
type runColumns struct {
	company, policy *dictionary
	month           *proto.ColUInt32
	run             *dictionary
}

func addRunPlace(b *block) runColumns {
	return runColumns{
		company: add(b, "company", new(dictionary)),
		policy:  add(b, "policy", new(dictionary)),
		month:   add(b, "month", new(proto.ColUInt32)),
		run:     add(b, "run", new(dictionary)),
	}
}

func (c runColumns) Append(m workflow.MonthID, run string) {
	c.company.Append(m.Company)
	c.policy.Append(m.Policy)
	c.month.Append(monthNumber(m.Month))
	c.run.Append(run)
}
