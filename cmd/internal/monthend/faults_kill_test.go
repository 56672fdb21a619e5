package monthend_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

// stages are points of a close, in its order.
var stages = []point{
	{"conversation_id IN", 1, before, false},    // the month is frozen
	{"conversation_id IN", 1, reading, false},   // and being read
	{"conversation_id IN", 4, reading, false},   // and read in part
	{"INSERT INTO cards (", 1, before, false},   // it is scored
	{"INSERT INTO cards (", 1, sent, false},     // an insert without rows
	{"INSERT INTO cards (", 1, answered, false}, // cards without lines
	{"INSERT INTO lines (", 1, before, false},
	{"INSERT INTO lines (", 1, answered, false},
	{"INSERT INTO evidence (", 1, sent, false},
	{"INSERT INTO evidence (", 1, answered, false}, // everything but the run
	{"INSERT INTO runs (", 1, before, false},
	{"INSERT INTO runs (", 1, sent, false},
	{"INSERT INTO runs (", 1, answered, false},    // the run, and no decision about it
	{"INSERT INTO decisions (", 1, before, false}, // the decision, and no copy of it
}

// TestCloseKilled kills one close after the other, each a step further, before people scored and afterwards.
func TestCloseKilled(t *testing.T) {
	t.Parallel()
	want := undisturbedMonth(t)
	w := newWorld(t)
	w.store(w.simulated(small("2024-03")))
	first := w.closeKilled(stages)
	same(t, "before scoring", first, want.first)
	d := w.desk()
	c := w.close(d, march)
	w.judge(d, c)
	scored := w.closeKilled(stages[3:])
	same(t, "scored", scored, want.scored)
	w.wholeRuns(first, scored)
	if n := w.count("SELECT uniqExact(sequence) FROM decisions WHERE kind = 'month.calculate'"); n != 2 {
		t.Errorf("%d runs were noted, want one before people scored and one afterwards", n)
	}
}

// closeKilled closes March in processes that are killed at the points, and in one that is not.
func (w *world) closeKilled(points []point) workflow.Run {
	w.t.Helper()
	proxy := startProxy(w.t, w.place.ClickHouse)
	task := w.task("close")
	task.Place.ClickHouse = proxy.addr()
	for _, at := range points {
		p := task.start(w.t)
		proxy.set(at, p.signalKill)
		p.act(w.t)
		if !p.dies() {
			w.t.Fatalf("close was not killed at %+v: it said %q, %s", at, p.out.Text(), p.said())
		}
	}
	a := together(w.t, task)[0]
	if a.Err != "" {
		w.t.Fatal(a.Err)
	}
	return a.Run
}

// TestExportKilled kills exports while they write each kind of file: nothing has the name of an export, and none is noted.
func TestExportKilled(t *testing.T) {
	t.Parallel()
	w, d := published(t)
	proxy := startProxy(t, w.place.ClickHouse)
	task := w.task("export")
	task.Place.ClickHouse, task.Folder = proxy.addr(), filepath.Join(t.TempDir(), "march")
	for nth := range 4 { // the cards are read to be checked, for the workbook, for the table, and to be printed
		p := task.start(t)
		proxy.set(point{"SELECT agent, card", nth + 1, reading, false}, p.signalKill)
		p.act(t)
		if !p.dies() {
			t.Fatalf("export was not killed when it read the cards the %d. time: it said %q, %s", nth+1, p.out.Text(), p.said())
		}
		if _, err := os.Stat(task.Folder); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("killed when it read the cards the %d. time: %v, want no export", nth+1, err)
		}
	}
	if n := w.count("SELECT uniqExact(sequence) FROM decisions WHERE kind = 'month.export'"); n != 0 {
		t.Errorf("%d exports were noted, want 0", n)
	}
	task.Folder = filepath.Join(t.TempDir(), "march")
	if a := together(t, task)[0]; a.Err != "" {
		t.Fatal(a.Err)
	}
	w.exported(d, task.Folder, 1)
}
