package clickhouse_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
)

func TestLinesAreForSQL(t *testing.T) {
	store, db := migrated(t)
	if err := store.InsertRun(t.Context(), runOf("r1", 12), cardsOf(12, nil)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, sql string
		want      any
	}{
		{"what a rule took", "SELECT sum(taken) FROM lines WHERE rule = 'rule-4' AND month = 202403", int64(-200 * 12)},
		{"what is missing is not 0", "SELECT groupArray(agent) FROM lines WHERE points IS NULL AND taken IS NULL", []string{"agent-00000", "agent-00010"}},
		{"claims", "SELECT claimed_by FROM lines WHERE agent = 'agent-00001' AND line = 2", []string{"rule-1", "rule-0"}},
		{"readings", "SELECT decisions FROM lines WHERE agent = 'agent-00001' AND line = 2", []string{"a=b", "c=d"}},
		{"a ratio", "SELECT numerator || '/' || denominator FROM (SELECT toString(numerator) AS numerator, toString(denominator) AS denominator FROM lines WHERE agent = 'agent-00001' AND line = 5)", "5/98"},
		{"no ratio", "SELECT count() FROM lines WHERE numerator IS NULL AND denominator IS NULL", uint64(12)},
		{"small samples", "SELECT count() FROM lines WHERE small_sample AND item = 'item-3'", uint64(12)},
		{"texts", "SELECT text_zh || text_en || title_zh || title_en || section || status FROM lines WHERE agent = 'agent-00001' AND line = 1", "迟到 迟到 1 of 1 late规则rulequalitytakes"},
		{"listed and not", "SELECT toInt64(sum(evidence_total)) FROM lines WHERE agent = 'agent-00001' AND line = 2", int64(30)},
		{"evidence", "SELECT arrayStringConcat(groupArray(toString(date) || source || subject || id || toString(against) || note), ' ') FROM (SELECT * FROM evidence WHERE agent = 'agent-00001' AND line = 1 ORDER BY number)",
			"2024-03-01crmconversation-10e-1-0true 2024-03-02crmconversation-11e-1-1falsex"},
		{"money", "SELECT sum(pay) FROM cards INNER JOIN runs USING (company, policy, month, run)", int64(-50_000*10 + 56)},
		{"waiting", "SELECT sum(missing) FROM cards", int64(2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := db.Open(t).Query(t.Context(), c.sql)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			if !rows.Next() {
				t.Fatalf("no row: %v", rows.Err())
			}
			got, err := scanOne(rows, c.want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

// scanOne scans the only column of a row as the type of want.
func scanOne(rows interface{ Scan(...any) error }, want any) (any, error) {
	switch want.(type) {
	case int64:
		var v *int64
		err := rows.Scan(&v)
		if err != nil || v == nil {
			return nil, err
		}
		return *v, nil
	case uint64:
		var v uint64
		err := rows.Scan(&v)
		return v, err
	case []string:
		var v []string
		err := rows.Scan(&v)
		return v, err
	default:
		var v *string
		err := rows.Scan(&v)
		if err != nil || v == nil {
			return nil, err
		}
		return *v, nil
	}
}

// TestReadersFindDamage changes tables by hand: a part of a run must not pass for the whole.
func TestReadersFindDamage(t *testing.T) {
	for _, c := range []struct{ name, damage, want string }{
		{"card lost", "DELETE FROM cards WHERE agent = 'agent-00001'", "2 cards are there, it has 3"},
		{"card doubled", "INSERT INTO cards SELECT * FROM cards WHERE agent = 'agent-00001'", "more than one card"},
		{"card garbled", "ALTER TABLE cards UPDATE card = '{' WHERE agent = 'agent-00001' SETTINGS mutations_sync = 2", `card of "agent-00001"`},
		{"two rows of one run", "INSERT INTO runs (company, policy, month, run, result, averages) SELECT company, policy, month, run, 'other', averages FROM runs", "2 rows of it that differ"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, db := migrated(t)
			if err := store.InsertRun(t.Context(), runOf("r1", 3), cardsOf(3, nil)); err != nil {
				t.Fatal(err)
			}
			exec(t, db, c.damage)
			var last error
			for _, err := range store.Cards(t.Context(), march, "r1") {
				last = err
			}
			if last == nil || !strings.Contains(last.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", last, c.want)
			}
		})
	}
}

func TestCard(t *testing.T) {
	store, _ := migrated(t)
	if err := store.InsertRun(t.Context(), runOf("r1", 3), cardsOf(3, nil)); err != nil {
		t.Fatal(err)
	}
	april := march
	april.Month = april.Month.Next()
	for _, c := range []struct {
		name       string
		month      workflow.MonthID
		run, agent string
		ok         bool
	}{
		{"there", march, "r1", "agent-00002", true},
		{"other agent", march, "r1", "agent-00003", false},
		{"no agent", march, "r1", "", false},
		{"other run", march, "r2", "agent-00002", false},
		{"no run", march, "", "agent-00002", false},
		{"other month", april, "r1", "agent-00002", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok, err := store.Card(t.Context(), c.month, c.run, c.agent)
			if err != nil || ok != c.ok {
				t.Fatalf("got %v, %v, want %v", ok, err, c.ok)
			}
			if ok && jsonOf(t, got) != jsonOf(t, cardOf(2)) {
				t.Errorf("got %s", jsonOf(t, got))
			}
		})
	}
	for _, err := range store.Cards(t.Context(), march, "r1") {
		if err != nil {
			t.Error(err)
		}
		break // ends the query
	}
	if runs, err := store.Runs(t.Context(), april); err != nil || len(runs) > 0 {
		t.Errorf("got %v, %v, want no runs", runs, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Results(ctx, march, "r1"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want canceled", err)
	}
}
