package app_test

import (
	"slices"
	"strings"
	"testing"
)

// throwing is a materialized view on `events` that takes no row.
const throwing = "CREATE MATERIALIZED VIEW view ENGINE = Memory AS SELECT throwIf(offset >= 0, 'not for me') AS x FROM events"

// agentGone is a constraint that refuses the events of an agent.
const agentGone = "ALTER TABLE events ADD CONSTRAINT gone CHECK agent != 'gone'"

const (
	allEvents    = "SELECT count() FROM events"
	allRejected  = "SELECT count() FROM rejected"
	refusedRows  = "SELECT count() FROM rejected WHERE reason = 'refused'"
	allRanges    = "SELECT count() FROM batches"
	twiceAtAll   = "SELECT count() - uniqExact(offset) FROM (SELECT offset FROM events UNION ALL SELECT offset FROM rejected)"
	viewLacks    = "the view lacks the range"
	nobodyGuilty = "none of its rows by itself"
)

// TestViewThatFailsIsNotTheRowsFault has a materialized view on `events` throw for every row, which `events` has by then.
// Whatever else is in the range, and whoever inserts it, ingest says that the view lacks it and goes on.
func TestViewThatFailsIsNotTheRowsFault(t *testing.T) {
	for _, c := range []struct {
		name     string
		intent   string // what another process has committed
		tables   []string
		values   []string
		rejected int64
		refused  int64
	}{
		{name: "events alone", values: events("a1", 20)},
		{name: "with a record that is no event", values: append(events("a1", 19), poison), rejected: 1},
		{name: "with a refused row too", tables: []string{agentGone}, values: slices.Concat(events("gone", 1), []string{poison}, events("a1", 18)), rejected: 2, refused: 1},
		{name: "recovery with a record that is no event", intent: "epoch 0 intent 0-19", values: append(events("a1", 19), poison), rejected: 1},
		{name: "recovery with a refused row too", intent: "epoch 0 intent 0-19", tables: []string{agentGone},
			values: slices.Concat(events("gone", 1), []string{poison}, events("a1", 18)), rejected: 2, refused: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newIngestWorld(t)
			w.exec(t, append(c.tables, throwing)...)
			w.produce(t, c.values...)
			if c.intent != "" {
				w.commit(t, 0, c.intent)
			}
			p := w.start(t)
			w.settle(t)
			w.want(t, map[string]int64{allEvents: 20 - c.rejected, allRejected: c.rejected, refusedRows: c.refused, twiceAtAll: 0, allRanges: 1})
			if said := p.said(); !strings.Contains(said, viewLacks) || strings.Contains(said, nobodyGuilty) {
				t.Error("the log does not say that the view lacks the range, or more than that")
			}
			if c.intent != "" {
				p.await(t, "deskpulse_ingest_ranges_recovered_total", "1")
			}
			w.verified(t)
		})
	}
}

// TestViewThatFailsAfterARestart stops ingest where `events` has a range and `rejected` does not, and has the next process
// bring what is missing although the view goes on failing.
func TestViewThatFailsAfterARestart(t *testing.T) {
	w := newIngestWorld(t)
	w.exec(t, throwing, "ALTER TABLE rejected ADD CONSTRAINT nothing CHECK offset < 0")
	w.produce(t, append(events("a1", 19), poison)...)
	p := w.start(t)
	p.halted(t, "nothing", "/rejected")
	w.want(t, map[string]int64{allEvents: 19, allRejected: 0, allRanges: 0})
	p.stop()
	w.exec(t, "ALTER TABLE rejected DROP CONSTRAINT nothing")
	p = w.start(t)
	w.settle(t)
	w.produce(t, append(events("a2", 4), poison)...)
	w.settle(t)
	w.want(t, map[string]int64{allEvents: 23, allRejected: 2, twiceAtAll: 0})
	if !strings.Contains(p.said(), viewLacks) {
		t.Error("the log does not say that the view lacks the second range")
	}
	w.verified(t)
}

// TestViewOnRejectedThatFails: `rejected` has the record when the view on it throws, and the range is complete.
func TestViewOnRejectedThatFails(t *testing.T) {
	for _, intent := range []string{"", "epoch 0 intent 0-19"} {
		w := newIngestWorld(t)
		w.exec(t, "CREATE MATERIALIZED VIEW view ENGINE = Memory AS SELECT throwIf(offset >= 0, 'not for me') AS x FROM rejected",
			strings.Replace(throwing, "VIEW view", "VIEW other", 1)) // and one on `events` in the same range
		w.produce(t, append(events("a1", 19), poison)...)
		if intent != "" {
			w.commit(t, 0, intent)
		}
		p := w.start(t)
		w.settle(t)
		w.want(t, map[string]int64{allEvents: 19, allRejected: 1, twiceAtAll: 0, allRanges: 1})
		if !strings.Contains(p.said(), viewLacks) {
			t.Error("the log does not say that the view lacks the range")
		}
		w.verified(t)
		p.stop()
	}
}
