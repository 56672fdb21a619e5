package clickhouse_test

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func accepted(sequence int64) workflow.Accepted {
	value := fmt.Sprintf(`{"v":1,"id":"id-%d","kind":"month.approve","by":{"name":"王","role":"leader"},"why":"it's","n":"\u0000"}`, sequence)
	return workflow.Accepted{
		Sequence: sequence, Offset: 10 * sequence, Time: time.UnixMilli(1_711_929_600_123 + sequence).UTC(),
		Hash: sha256.Sum256([]byte(value)), Value: []byte(value),
	}
}

func copyOfDecision(a workflow.Accepted) clickhouse.Copy {
	return clickhouse.Copy{Sequence: a.Sequence, Offset: a.Offset, Time: a.Time, Hash: a.Hash, Value: string(a.Value)}
}

func readDecisions(t *testing.T, store *clickhouse.Store) []clickhouse.Copy {
	t.Helper()
	var all []clickhouse.Copy
	for c, err := range store.Decisions(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

func TestDecisionsAreCopiedOnce(t *testing.T) {
	store, db := migrated(t)
	if last, err := store.CopiedDecisions(t.Context()); err != nil || last != 0 {
		t.Errorf("got %d, %v, want 0 of an empty copy", last, err)
	}
	if err := store.CopyDecision(t.Context()); err != nil {
		t.Errorf("nothing to copy: %v", err)
	}
	var all []workflow.Accepted
	var want []clickhouse.Copy
	for sequence := int64(1); sequence <= 300; sequence++ {
		all, want = append(all, accepted(sequence)), append(want, copyOfDecision(accepted(sequence)))
	}
	for _, some := range [][]workflow.Accepted{all[:1], all[:1], all[1:3], all[1:3], all[3:], all[3:]} {
		if err := store.CopyDecision(t.Context(), some...); err != nil {
			t.Fatal(err)
		}
	}
	if got := count(t, db, "SELECT count() FROM decisions"); got != 300 {
		t.Errorf("got %d rows, want 300", got)
	}
	for range 2 { // a second pass is like the first
		if diff := cmp.Diff(readDecisions(t, store), want); diff != "" {
			t.Errorf("copies (-got, +want):\n%s", diff)
		}
	}
	for _, err := range store.Decisions(t.Context()) {
		if err != nil {
			t.Error(err)
		}
		break // ends the query
	}
	if last, err := store.CopiedDecisions(t.Context()); err != nil || last != 300 {
		t.Errorf("got %d, %v, want 300", last, err)
	}
	if got := count(t, db, "SELECT count() FROM decisions WHERE id = 'id-7' AND kind = 'month.approve' AND actor = '王' AND role = 'leader' AND why = 'it\\'s'"); got != 1 {
		t.Errorf("got %d rows by what the command says, want 1", got)
	}
}

// TestDecisionsShowDifferentCopies writes equal copies after their token is forgotten, and copies that differ in one thing.
func TestDecisionsShowDifferentCopies(t *testing.T) {
	store, db := migrated(t)
	first := accepted(1)
	other := []workflow.Accepted{first, first, first}
	other[0].Hash[0] ^= 1
	other[1].Offset++
	other[2].Value = append([]byte(" "), first.Value...)
	for _, a := range []workflow.Accepted{first, other[0], first, accepted(2), other[1], other[2], first, accepted(2)} {
		exec(t, db, "ALTER TABLE decisions MODIFY SETTING non_replicated_deduplication_window = 0")
		if err := store.CopyDecision(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if got := count(t, db, "SELECT count() FROM decisions"); got != 8 {
		t.Errorf("got %d rows, want 8", got)
	}
	got := map[clickhouse.Copy]int{}
	sequences := []int64{}
	for _, c := range readDecisions(t, store) {
		got[c]++
		sequences = append(sequences, c.Sequence)
	}
	want := map[clickhouse.Copy]int{copyOfDecision(first): 1, copyOfDecision(accepted(2)): 1}
	for _, a := range other {
		want[copyOfDecision(a)] = 1
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("copies (-got, +want):\n%s", diff)
	}
	if diff := cmp.Diff(sequences, []int64{1, 1, 1, 1, 2}); diff != "" {
		t.Errorf("sequences (-got, +want):\n%s", diff)
	}
}

func TestDecisionsReportErrors(t *testing.T) {
	store, db := migrated(t)
	exec(t, db, "DROP TABLE decisions SYNC")
	errs := 0
	for _, err := range store.Decisions(t.Context()) {
		if clickhouse.ClassOf(err) != clickhouse.ClassPermanent {
			t.Errorf("got %v, want a permanent error", err)
		}
		errs++
	}
	if errs != 1 {
		t.Errorf("got %d errors, want 1", errs)
	}
	if _, err := store.CopiedDecisions(t.Context()); clickhouse.ClassOf(err) != clickhouse.ClassPermanent {
		t.Errorf("got %v, want a permanent error", err)
	}
	if err := store.CopyDecision(t.Context(), accepted(1)); clickhouse.ClassOf(err) != clickhouse.ClassPermanent {
		t.Errorf("got %v, want a permanent error", err)
	}
}
