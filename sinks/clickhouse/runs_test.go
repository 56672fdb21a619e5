package clickhouse_test

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// checkRun reads everything of a run back, and counts the rows of every table: each is there once.
func checkRun(t testing.TB, store *clickhouse.Store, db embeddedtest.DB, run closing.Run) {
	t.Helper()
	got, ok, err := store.Run(t.Context(), run.Month, run.ID)
	if err != nil || !ok {
		t.Fatalf("got run %v, %v", ok, err)
	}
	if diff := cmp.Diff(got, run); diff != "" {
		t.Errorf("run (-got, +want):\n%s", diff)
	}
	var results []closing.Result
	lines, evidence, n := 0, 0, 0
	for card, err := range store.Cards(t.Context(), run.Month, run.ID) {
		if err != nil {
			t.Fatal(err)
		}
		want := cardOf(n)
		if got, want := jsonOf(t, card), jsonOf(t, want); got != want {
			t.Fatalf("card %d: got %s, want %s", n, got, want)
		}
		results = append(results, resultOf(t, want))
		for _, l := range want.Lines {
			lines++
			evidence += len(l.Evidence)
		}
		n++
	}
	stored, err := store.Results(t.Context(), run.Month, run.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stored, results); diff != "" {
		t.Errorf("results (-got, +want):\n%s", diff)
	}
	for table, want := range map[string]int{"runs": 1, "cards": run.Agents, "lines": lines, "evidence": evidence} {
		if got := count(t, db, "SELECT count() FROM "+table+" WHERE run = ?", run.ID); got != uint64(want) {
			t.Errorf("%s: got %d rows, want %d", table, got, want)
		}
	}
}

func TestRunSurvivesTheEngine(t *testing.T) {
	store, db := migrated(t)
	run := runOf("r1", agents)
	for range 2 { // the second time nothing is written
		if err := insert(t, store, run, cardsOf(agents, nil)); err != nil {
			t.Fatal(err)
		}
	}
	checkRun(t, store, db, run)
	if got := count(t, db, "SELECT count() FROM system.parts WHERE database = currentDatabase() AND table = 'cards' AND partition = '202403'"); got < 3 {
		t.Errorf("got %d parts of cards, want one for each of some four blocks", got)
	}

	bare := closing.Run{Run: workflow.Run{ID: "r0", Agents: 0, Sequence: 17}, Month: march, Adjustment: true}
	if err := store.InsertRun(t.Context(), bare, cardsOf(0, nil)); err != nil {
		t.Fatal(err)
	}
	runs, err := store.Runs(t.Context(), march)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(runs, []closing.Run{bare, run}); diff != "" {
		t.Errorf("runs (-got, +want):\n%s", diff)
	}
	if results, err := store.Results(t.Context(), march, "r0"); err != nil || len(results) > 0 {
		t.Errorf("got %v, %v, want no results", results, err)
	}
}

var errCut = errors.New("the process ends here")

func TestRunCutShortIsCompleted(t *testing.T) {
	for _, c := range []struct {
		name string
		// cut breaks off the writing of a run, and leaves the tables as they were set up.
		cut func(t *testing.T, store *clickhouse.Store, db embeddedtest.DB, run closing.Run)
	}{
		{"before the first block", cutAfter(1)},
		{"after the first block", cutAfter(30)},
		{"after all cards but one", cutAfter(agents - 1)},
		{"between cards and lines", cutBefore("lines")},
		{"between lines and evidence", cutBefore("evidence")},
		{"before the run exists", cutBefore("runs")},
	} {
		for _, forgotten := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, tokens forgotten %v", c.name, forgotten), func(t *testing.T) {
				store, db := migrated(t)
				run := runOf("r1", agents)
				c.cut(t, store, db, run)
				if _, ok, err := store.Run(t.Context(), march, run.ID); ok || err != nil {
					t.Fatalf("the run exists: %v, %v", ok, err)
				}
				for _, err := range store.Cards(t.Context(), march, run.ID) {
					if err == nil || !strings.Contains(err.Error(), "no such run") {
						t.Errorf("got %v, want no such run", err)
					}
				}
				if _, ok, err := store.Card(t.Context(), march, run.ID, "agent-00000"); ok || err != nil {
					t.Errorf("got a card of no run: %v, %v", ok, err)
				}
				if forgotten {
					forget(t, db)
				}
				if err := insert(t, store, run, cardsOf(agents, nil)); err != nil {
					t.Fatal(err)
				}
				checkRun(t, store, db, run)
			})
		}
	}
}

func cutAfter(cards int) func(*testing.T, *clickhouse.Store, embeddedtest.DB, closing.Run) {
	return func(t *testing.T, store *clickhouse.Store, _ embeddedtest.DB, run closing.Run) {
		if err := insert(t, store, run, cardsOf(cards, errCut)); !errors.Is(err, errCut) {
			t.Fatalf("got %v, want the cut", err)
		}
	}
}

// cutBefore breaks off at the first insert into a table.
func cutBefore(table string) func(*testing.T, *clickhouse.Store, embeddedtest.DB, closing.Run) {
	return func(t *testing.T, store *clickhouse.Store, db embeddedtest.DB, run closing.Run) {
		constraint := "ALTER TABLE " + table + " ADD CONSTRAINT full CHECK agent = ''"
		if table == "runs" {
			constraint = "ALTER TABLE runs ADD CONSTRAINT full CHECK run = ''"
		}
		exec(t, db, constraint)
		if err := insert(t, store, run, cardsOf(agents, nil)); clickhouse.ClassOf(err) != clickhouse.ClassPermanent {
			t.Fatalf("got %v, want a permanent error", err)
		}
		exec(t, db, "ALTER TABLE "+table+" DROP CONSTRAINT full")
	}
}

// forget makes the engine forget every token, as ten thousand other blocks would.
func forget(t *testing.T, db embeddedtest.DB) {
	t.Helper()
	for _, table := range []string{"cards", "lines", "evidence"} {
		exec(t, db, "ALTER TABLE "+table+" MODIFY SETTING non_replicated_deduplication_window = 0")
		exec(t, db, "ALTER TABLE "+table+" MODIFY SETTING non_replicated_deduplication_window = 10000")
	}
}

// TestRunCompletedInOtherBlocks has a later version of the program, which cuts its blocks elsewhere, complete a run.
func TestRunCompletedInOtherBlocks(t *testing.T) {
	store, db := migrated(t)
	run := runOf("r1", agents)
	cutBefore("evidence")(t, store, db, run)
	cutAfter(40)(t, store, db, run)
	if err := store.InsertRun(t.Context(), run, cardsOf(agents, nil)); err != nil {
		t.Fatal(err)
	}
	checkRun(t, store, db, run)
}

func TestRunsAtOnce(t *testing.T) {
	store, db := migrated(t)
	run := runOf("r1", agents)
	const writers = 4
	done := make(chan error, writers)
	for range writers {
		go func() { done <- insert(t, store, run, cardsOf(agents, nil)) }()
	}
	for range writers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	checkRun(t, store, db, run)
}

func TestRunRefuses(t *testing.T) {
	swapped := func(yield func(score.Card, error) bool) { _ = yield(cardOf(1), nil) && yield(cardOf(0), nil) }
	doubled := func(yield func(score.Card, error) bool) {
		for range 2 {
			if !yield(cardOf(1), nil) {
				return
			}
		}
	}
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, store *clickhouse.Store, db embeddedtest.DB)
		run     closing.Run
		cards   iter.Seq2[score.Card, error]
		want    string
	}{
		{"no id", nil, runOf("", 2), cardsOf(2, nil), "no id"},
		{"no order", nil, runOf("r1", 2), swapped, "comes after"},
		{"two cards of one agent", nil, runOf("r1", 2), doubled, "comes after"},
		{"too few cards", nil, runOf("r1", 3), cardsOf(2, nil), "3 cards, 2 were given"},
		{"too many cards", nil, runOf("r1", 1), cardsOf(2, nil), "1 cards, 2 were given"},
		{"another result under its id", func(t *testing.T, store *clickhouse.Store, _ embeddedtest.DB) {
			other := runOf("r1", 2)
			other.Result = "other"
			if err := store.InsertRun(t.Context(), other, cardsOf(2, nil)); err != nil {
				t.Fatal(err)
			}
		}, runOf("r1", 2), cardsOf(2, nil), "result other"},
		{"another card left behind", func(t *testing.T, _ *clickhouse.Store, db embeddedtest.DB) {
			exec(t, db, "INSERT INTO cards (company, policy, month, run, agent, hash) VALUES (?, ?, 202403, 'r1', 'agent-00001', 'other')", march.Company, march.Policy)
		}, runOf("r1", 2), cardsOf(2, nil), "wrote the card other"},
		{"a line too many left behind", func(t *testing.T, _ *clickhouse.Store, db embeddedtest.DB) {
			exec(t, db, "INSERT INTO lines (company, policy, month, run, agent) VALUES (?, ?, 202403, 'r1', 'nobody')", march.Company, march.Policy)
		}, runOf("r1", 2), cardsOf(2, nil), "rows of it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, db := migrated(t)
			if c.prepare != nil {
				c.prepare(t, store, db)
			}
			err := store.InsertRun(t.Context(), c.run, c.cards)
			if clickhouse.ClassOf(err) != clickhouse.ClassPermanent || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a permanent error with %q", err, c.want)
			}
		})
	}
}
