package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/ingest/kafka"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// LogReport is the answer of [VerifyLog].
type LogReport struct {
	OK         bool       `json:"ok"`
	Sequence   int64      `json:"sequence"` // of the last accepted command in the log
	Head       string     `json:"head"`     // hash of the chain there, in hex
	Records    int64      `json:"records"`  // offsets in the log
	Foreign    int        `json:"foreign"`  // records among them that are no commands
	Copied     int64      `json:"copied"`   // copies compared
	Runs       int64      `json:"runs"`     // runs whose head was looked up in the chain
	FaultCount int64      `json:"fault_count"`
	Faults     []LogFault `json:"faults"` // the first of them
}

// LogFault is one thing that is not as it must be.
type LogFault struct {
	Kind     LogFaultKind `json:"kind"`
	Sequence int64        `json:"sequence"`         // of the decision, 0 where there is none
	Offset   int64        `json:"offset"`           // of its record: as the copy says, or where it is missing there the log; -1 for a run
	Run      string       `json:"run,omitempty"`    // the run that is at fault
	Detail   string       `json:"detail,omitempty"` // what differs
}

// LogFaultKind says what is wrong.
type LogFaultKind string

// The kinds of faults.
const (
	// CopyChanged is a copy that says something else than the log.
	CopyChanged LogFaultKind = "changed"
	// CopyMissing is a decision of the log that was removed from the copy, or never got there.
	CopyMissing LogFaultKind = "missing"
	// CopyDoubled is a decision that the copy has twice, with different content.
	CopyDoubled LogFaultKind = "doubled"
	// LogShort is a decision of the copy, or the beginning of the log, that was removed from the log.
	LogShort LogFaultKind = "lost"
	// RunMissing is a run that the log speaks of and the tables do not have.
	RunMissing LogFaultKind = "run"
	// RunChanged is a run that has other hashes than the log.
	RunChanged LogFaultKind = "run changed"
	// HeadUnknown is a run that was calculated from decisions that are not those of the log.
	HeadUnknown LogFaultKind = "head"
)

// mostFaults bounds a report; the others are counted.
const mostFaults = 20

func (r *LogReport) fault(f LogFault) {
	if r.FaultCount++; len(r.Faults) < mostFaults {
		r.Faults = append(r.Faults, f)
	}
}

// copySettles is how long the copy of what was decided a moment ago is waited for.
const copySettles = 5 * time.Second

// VerifyLog folds the topic of the decisions from its first offset and holds against it the copy in ClickHouse, decision by
// decision, and every run, which names the decisions that it was calculated from by the hash of their chain. Nothing is
// changed, and no server that is away is waited for. The error says only why there is no answer. A copy that is damaged is
// mended by emptying its table: the next [Decisions.Refresh] makes it anew.
func VerifyLog(ctx context.Context, c config.Config) (LogReport, error) {
	report := LogReport{Faults: []LogFault{}}
	log, err := newDecisionLog(c, slog.New(slog.DiscardHandler))
	if err != nil {
		return report, err
	}
	defer log.client.Close()
	if err := log.checkOnce(ctx); err != nil {
		return report, err
	}
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		return report, err
	}
	defer store.Close()
	v := verification{log: log, store: store, report: &report, fold: newFolding()}
	if err := v.run(ctx); err != nil {
		return report, err
	}
	report.OK = report.FaultCount == 0
	return report, nil
}

// verification is one run of VerifyLog.
type verification struct {
	log    *decisionLog
	store  *clickhouse.Store
	report *LogReport
	fold   folding
}

func (v *verification) run(ctx context.Context) error {
	// Before the log is read: whatever was copied by now must be in it. What is copied later may be younger.
	copied, err := v.store.CopiedDecisions(ctx)
	if err != nil {
		return err
	}
	whole, err := v.read(ctx)
	if err != nil || !whole {
		return err
	}
	head := v.fold.state.Head()
	v.report.Sequence, v.report.Head = head.Sequence, head.Hash.String()
	v.report.Foreign = v.fold.state.Foreign()
	if err := v.settle(ctx); err != nil {
		return err
	}
	if err := v.compare(ctx, copied); err != nil {
		return err
	}
	return v.runs(ctx)
}

// read folds the log, unless its beginning is gone: without that nobody knows what was accepted.
func (v *verification) read(ctx context.Context) (whole bool, err error) {
	first, end, err := v.log.client.Bounds(ctx, v.log.partition)
	if err != nil {
		return false, err
	}
	v.report.Records = end - first
	if first > 0 {
		v.report.fault(LogFault{Kind: LogShort, Offset: first, Detail: fmt.Sprintf("the log begins at offset %d: what stood before was removed", first)})
		return false, nil
	}
	return true, v.log.extendOnce(ctx, &v.fold)
}

// settle waits a while for the copies of the last decisions, which are written after the log.
func (v *verification) settle(ctx context.Context) error {
	pause := kafka.Backoff{Min: 20 * time.Millisecond, Max: 500 * time.Millisecond}
	wait, cancel := context.WithTimeout(ctx, copySettles)
	defer cancel()
	for {
		copied, err := v.store.CopiedDecisions(ctx)
		if err != nil || copied >= v.report.Sequence {
			return err
		}
		if pause.Wait(wait) != nil {
			return ctx.Err()
		}
	}
}

// compare holds every copy against the log. Those after the log's end that were not there when it was read are younger.
func (v *verification) compare(ctx context.Context, copied int64) error {
	seen := make([]bool, len(v.fold.chain))
	var same []clickhouse.Copy // those of one sequence
	for c, err := range v.store.Decisions(ctx) {
		if err != nil {
			return err
		}
		if c.Sequence > max(copied, int64(len(seen))) {
			break
		}
		v.report.Copied++
		if len(same) > 0 && same[0].Sequence != c.Sequence {
			v.judge(same, seen)
			same = same[:0]
		}
		same = append(same, c)
	}
	v.judge(same, seen)
	for i, found := range seen {
		if !found {
			v.report.fault(LogFault{Kind: CopyMissing, Sequence: int64(i) + 1, Offset: v.fold.chain[i].Offset})
		}
	}
	return nil
}

// judge reports what is wrong with the copies of one decision: there should be one, and it should be equal.
func (v *verification) judge(same []clickhouse.Copy, seen []bool) {
	for _, c := range same {
		f := LogFault{Kind: CopyChanged, Sequence: c.Sequence, Offset: c.Offset}
		if len(same) > 1 {
			f.Kind = CopyDoubled
		}
		if c.Sequence < 1 || c.Sequence > int64(len(seen)) {
			f.Kind, f.Detail = LogShort, fmt.Sprintf("the log ends with decision %d", len(seen))
			v.report.fault(f)
			continue
		}
		seen[c.Sequence-1] = true
		if f.Detail = v.differences(c); f.Detail != "" {
			v.report.fault(f)
		}
	}
}

// differences says how a copy differs from the log, "" if it does not.
func (v *verification) differences(c clickhouse.Copy) string {
	want := v.fold.chain[c.Sequence-1]
	var before workflow.Hash
	if c.Sequence > 1 {
		before = v.fold.chain[c.Sequence-2].Hash
	}
	var out []string
	if c.Offset != want.Offset {
		out = append(out, fmt.Sprintf("offset %d instead of %d", c.Offset, want.Offset))
	}
	if !c.Time.Equal(want.Time) {
		out = append(out, fmt.Sprintf("time %s instead of %s", c.Time.Format(time.RFC3339Nano), want.Time.Format(time.RFC3339Nano)))
	}
	if c.Hash != want.Hash {
		out = append(out, fmt.Sprintf("hash %s instead of %s", c.Hash, want.Hash))
	}
	// The value is the one thing left in which the chain's next link can differ.
	link := workflow.Accepted{Sequence: want.Sequence, Offset: want.Offset, Time: want.Time, Value: []byte(c.Value)}
	if workflow.Chain(before, link) != want.Hash {
		out = append(out, fmt.Sprintf("another command of %d bytes", len(c.Value)))
	}
	return strings.Join(out, ", ")
}

// runs looks every run's head up in the chain, and its hashes in the months that the log tells of. One that is ahead of the
// log was calculated after that was read, so the log is read on first.
func (v *verification) runs(ctx context.Context) error {
	noted := v.noted()
	for r, err := range v.store.RunHeads(ctx) {
		if err != nil {
			return err
		}
		if r.Sequence > int64(len(v.fold.chain)) {
			if err := v.log.extendOnce(ctx, &v.fold); err != nil {
				return err
			}
		}
		v.report.Runs++
		fault := LogFault{Sequence: r.Sequence, Offset: -1, Run: r.Month.String() + " " + r.Run}
		if fault.Detail = v.unknown(r.Sequence, r.Head); fault.Detail != "" {
			fault.Kind = HeadUnknown
			v.report.fault(fault)
		}
		if log, ok := noted[fault.Run]; ok && (log.Input != r.Input || log.Result != r.Result) {
			fault.Kind, fault.Detail = RunChanged, fmt.Sprintf("input %.12s, result %.12s instead of %.12s, %.12s", r.Input, r.Result, log.Input, log.Result)
			v.report.fault(fault)
		}
		delete(noted, fault.Run)
	}
	for _, run := range slices.Sorted(maps.Keys(noted)) {
		v.report.fault(LogFault{Kind: RunMissing, Sequence: noted[run].Sequence, Offset: -1, Run: run, Detail: "the table runs does not have it: `deskpulse close` calculates it again"})
	}
	return nil
}

// noted returns the runs that stand in the log as it was read: of each month the last, and those of adjustments.
func (v *verification) noted() map[string]workflow.Run {
	runs := map[string]workflow.Run{}
	for _, company := range v.fold.state.Companies() {
		for _, m := range v.fold.state.Months(company) {
			if m.Run != nil {
				runs[m.ID.String()+" "+m.Run.ID] = *m.Run
			}
			for _, a := range v.fold.state.Adjustments(company, m.ID.Policy) {
				for _, adjusted := range a.Months {
					if adjusted.Month == m.ID.Month {
						runs[m.ID.String()+" "+adjusted.Run.ID] = adjusted.Run
					}
				}
			}
		}
	}
	return runs
}

// unknown says why the chain never had that head after that many decisions, "" if it had.
func (v *verification) unknown(sequence int64, head string) string {
	var want workflow.Hash
	switch {
	case sequence < 0 || sequence > int64(len(v.fold.chain)):
		return fmt.Sprintf("the log ends with decision %d", len(v.fold.chain))
	case sequence > 0:
		want = v.fold.chain[sequence-1].Hash
	}
	if head != want.String() {
		return fmt.Sprintf("it was calculated from decisions up to %q, those of the log are %s", head, want)
	}
	return ""
}
