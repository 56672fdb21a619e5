package faults_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// checkOffsets wants every record of the log in one of the tables once, as what it was sent as in every column, and nothing
// else there; and a dead letter of each that was rejected.
func (r *run) checkOffsets(t *testing.T) {
	t.Helper()
	log, got := r.wholeLog(t), r.outcomes(t)
	var wrong []string
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for at, rec := range log {
		n := rec.number
		if n < 0 || n >= len(r.load.sent) || r.load.sent[n].aborted {
			t.Fatalf("the log has record %d at %v, which was not produced or whose transaction was aborted", n, at)
		}
		s := r.load.sent[n]
		if rec.digest != s.digest {
			complain("%v: record %d is in the log with another key or value than it was produced with", at, n)
		}
		f, ok := got[at]
		_, gone := r.removed[at]
		switch {
		case !ok && !gone:
			complain("%v: record %d is in no table", at, n)
		case ok:
			r.checkRow(at, s, rec.appended, f, complain)
		}
	}
	for at, f := range got {
		if _, ok := log[at]; ok {
			continue
		}
		// Only the cleaner of a compacted topic takes records away that were read before.
		n, acked := r.load.acked[at]
		if !acked || r.load.kind != compactedTopic {
			complain("%v: became %+v, and no such record was in the log", at, f.outcome)
			continue
		}
		r.checkRow(at, r.load.sent[n], f.appended, f, complain) // when it was appended nobody can say any more
	}
	for at := range r.load.acked {
		if _, ok := log[at]; !ok && r.load.kind != compactedTopic && !r.forgets {
			complain("%v: was acknowledged and is not in the log: the broker lost it", at)
		}
	}
	slices.Sort(wrong)
	if len(wrong) > 0 {
		t.Errorf("%d of %d offsets are wrong:\n%s", len(wrong), len(log), strings.Join(wrong[:min(len(wrong), 10)], "\n"))
	}
	r.checkFacts(t, log)
	r.checkLetters(t, log, got)
	r.countPoison(log, got)
}

// checkRow wants a row to be what the record may have become, in all its columns.
func (r *run) checkRow(at position, s sent, appended int64, f found, complain func(format string, args ...any)) {
	if !r.allowed(s, f.outcome) {
		complain("%v: sent as %+v, became %+v", at, outcome{s.identity, s.reason}, f.outcome)
		return
	}
	if why := r.differs(s, at, appended, f); why != "" {
		complain("%v: the row of %+v is not what was produced:\n%s", at, f.outcome, why)
	}
}

// countPoison counts, by reason, the invalid records that were there to be read and those that were rejected. What another
// decoder rejected is among the second only, and what was accepted when a constraint was gone among the first.
func (r *run) countPoison(log map[position]logged, got map[position]found) {
	r.produced, r.rejected = make(map[event.Reason]int), make(map[event.Reason]int)
	for at, n := range r.load.acked {
		_, there := log[at]
		_, removed := r.removed[at]
		_, read := got[at]
		if reason := r.load.sent[n].reason; reason != "" && (read || there && !removed) {
			r.produced[reason]++
		}
	}
	for _, f := range got {
		if f.reason != "" {
			r.rejected[f.reason]++
		}
	}
}

// allowed reports whether a record may have become that.
func (r *run) allowed(s sent, o outcome) bool {
	if o == (outcome{s.identity, s.reason}) {
		return true
	}
	return slices.ContainsFunc(r.otherwise, func(may func(sent, outcome) bool) bool { return may(s, o) })
}
