package clickhouse

import (
	"fmt"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Report is the result of Verify.
type Report struct {
	// OK is true when no partition has a problem other than rows not applied yet.
	OK bool `json:"ok"`
	// Gaps, Overlaps and Backward count the faults between ranges, over all partitions.
	Gaps     int `json:"gaps"`
	Overlaps int `json:"overlaps"`
	Backward int `json:"backward"`
	// Partitions is ordered by stream, epoch and partition.
	Partitions []PartitionReport `json:"partitions"`
}

// PartitionReport is what Verify found out about one partition.
type PartitionReport struct {
	Stream    string `json:"stream"`
	Epoch     uint32 `json:"epoch"`
	Partition int32  `json:"partition"`
	// First and Last are the first and the last applied offset; 0 and -1 when no range was applied.
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	// End is the offset after the log's last record, if it was given.
	End *int64 `json:"end,omitempty"`
	// Accepted, Rejected, Absent and Lost are the sums over the ranges.
	Accepted int64 `json:"accepted"`
	Rejected int64 `json:"rejected"`
	Absent   int64 `json:"absent"`
	Lost     int64 `json:"lost"`
	// Unapplied counts rows beyond Last: an insert whose range is not complete yet. A worker completes it.
	Unapplied int64 `json:"unapplied"`
	// Problems is ordered by kind of check, then by offset; it ends with a "more" if there were too many to name.
	Problems []Problem `json:"problems"`

	ranges  uint64
	given   *End // nil when none was
	unknown bool // ends were given, but not of this partition
}

// ProblemKind says what is wrong with a run of offsets.
type ProblemKind string

// The kinds of problems.
const (
	ProblemGap       ProblemKind = "gap"         // offsets between two ranges belong to none
	ProblemOverlap   ProblemKind = "overlap"     // offsets belong to two ranges
	ProblemBackward  ProblemKind = "backward"    // the range was inserted after one that lies behind it
	ProblemMissing   ProblemKind = "missing row" // a range says there is a row, and there is none
	ProblemDoubled   ProblemKind = "doubled row" // an offset has more than one row, in one table or in both
	ProblemStray     ProblemKind = "stray row"   // a row outside of every range, or behind the end of the log
	ProblemCount     ProblemKind = "count"       // a range's numbers do not add up, or are not those of its rows
	ProblemRecreated ProblemKind = "recreated"   // the range was read of another topic of the same name
	ProblemCut       ProblemKind = "cut"         // offsets are applied that the log does not have any more, or not yet again
	ProblemUnapplied ProblemKind = "unapplied"   // rows behind the last range; no defect while their worker is at it
	ProblemMore      ProblemKind = "more"        // there are more problems than are listed
)

// Problem is one thing wrong, with the offsets concerned, both included.
type Problem struct {
	Kind   ProblemKind `json:"kind"`
	First  int64       `json:"first"`
	Last   int64       `json:"last"`
	Detail string      `json:"detail"`
}

// maxProblems bounds the problems named per partition; all are counted.
const maxProblems = 100

func (p *PartitionReport) place() event.Partition {
	return event.Partition{Stream: p.Stream, Epoch: p.Epoch, ID: p.Partition}
}

func (p *PartitionReport) add(kind ProblemKind, first, last int64, format string, args ...any) {
	p.addProblem(&Problem{kind, first, last, fmt.Sprintf(format, args...)})
}

func (p *PartitionReport) addProblem(found *Problem) {
	switch n := len(p.Problems); {
	case n < maxProblems:
		p.Problems = append(p.Problems, *found)
	case n == maxProblems:
		p.Problems = append(p.Problems, Problem{Kind: ProblemMore, First: found.First, Last: found.Last, Detail: "from here on nothing is listed"})
	}
}

func (p *PartitionReport) unapplied(rows, first, last int64) {
	p.Unapplied += rows
	p.add(ProblemUnapplied, first, last, "%d rows behind the last range", rows)
}

// sound reports whether the partition has no defect.
func (p *PartitionReport) sound() bool {
	for _, problem := range p.Problems {
		if problem.Kind != ProblemUnapplied {
			return false
		}
	}
	return true
}
