package clickhouse

import (
	"context"
	_ "embed"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

var (
	//go:embed decisions.sql
	decisionsSQL string
	//go:embed last_decision.sql
	lastDecisionSQL string
)

// Copy is one accepted command as the copy of the log has it.
type Copy struct {
	Sequence int64
	Offset   int64
	Time     time.Time // when the broker appended it, UTC, whole milliseconds
	Hash     workflow.Hash
	Value    string // the record's bytes
}

// CopyDecision writes accepted commands, given in order of their sequences, into the copy of the log; several at once are
// one insert. The same ones again leave the copy as it is; another one under the same sequence is kept beside it, to be
// found.
func (s *Store) CopyDecision(ctx context.Context, all ...workflow.Accepted) error {
	if len(all) == 0 {
		return nil
	}
	b := new(block)
	sequence := add(b, "sequence", new(proto.ColInt64))
	offset := add(b, "offset", new(proto.ColInt64))
	at := add(b, "time", new(proto.ColInt64))
	hash := add(b, "hash", &proto.ColFixedStr{Size: len(workflow.Hash{})})
	value := add(b, "value", new(texts))
	for _, a := range all {
		sequence.Append(a.Sequence)
		offset.Append(a.Offset)
		at.Append(a.Time.UnixMilli())
		hash.Append(a.Hash[:])
		value.Append(string(a.Value))
	}
	// The last hash is of all commands before it too.
	first, last := all[0], all[len(all)-1]
	token := fmt.Sprintf("decisions/%d-%d/%s", first.Sequence, last.Sequence, last.Hash)
	return s.insert(ctx, insertion{table: "decisions", token: token}, b)
}

// CopiedDecisions returns the sequence of the last command in the copy, 0 when there is none.
func (s *Store) CopiedDecisions(ctx context.Context) (last int64, err error) {
	err = s.conn.QueryRow(ctx, lastDecisionSQL).Scan(&last)
	return last, explain("read last copied decision", err)
}

// Decisions streams the copy of the log in order of sequences. Equal copies come once; different ones under one sequence
// come all, in order of offsets and hashes. After an error nothing follows.
func (s *Store) Decisions(ctx context.Context) iter.Seq2[Copy, error] {
	return func(yield func(Copy, error) bool) {
		var same []Copy // those of the sequence that is being read
		for c, err := range stream(ctx, s, "read copied decisions", decisionsSQL, nil, scanDecision) {
			if err != nil {
				yield(Copy{}, err)
				return
			}
			if len(same) > 0 && same[0].Sequence != c.Sequence {
				same = same[:0]
			}
			if slices.Contains(same, c) {
				continue
			}
			if same = append(same, c); !yield(c, nil) {
				return
			}
		}
	}
}

func scanDecision(rows driver.Rows) (Copy, error) {
	var (
		c  Copy
		ms int64
	)
	err := rows.Scan(&c.Sequence, &c.Offset, &ms, (*[len(c.Hash)]byte)(&c.Hash), &c.Value)
	c.Time = time.UnixMilli(ms).UTC()
	return c, err
}
