package app_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/closing"
	"github.com/deskpulse/deskpulse/aggregate/score"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/cmd/internal/config"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

// fault is a fault without its wording.
type fault struct {
	Kind             app.LogFaultKind
	Sequence, Offset int64
}

func TestVerifyLogFindsDamage(t *testing.T) {
	const columns = "INSERT INTO decisions (sequence, offset, time, hash, value) SELECT "
	for _, test := range []struct {
		name   string
		damage func(t *testing.T, c config.Config)
		want   []fault
		detail string // of the first
	}{
		{"none", func(*testing.T, config.Config) {}, nil, ""},
		{"value changed", func(t *testing.T, c config.Config) {
			alter(t, c, "ALTER TABLE decisions UPDATE value = replaceOne(value, 'chen', 'wang') WHERE sequence = 2")
		}, []fault{{app.CopyChanged, 2, 1}}, "another command of"},
		{"last value changed", func(t *testing.T, c config.Config) {
			alter(t, c, "ALTER TABLE decisions UPDATE value = concat(value, ' ') WHERE sequence = 5")
		}, []fault{{app.CopyChanged, 5, 4}}, "another command of"},
		{"time changed", func(t *testing.T, c config.Config) {
			alter(t, c, "ALTER TABLE decisions UPDATE time = addMilliseconds(time, -1) WHERE sequence = 3")
		}, []fault{{app.CopyChanged, 3, 2}}, "time "},
		{"removed", func(t *testing.T, c config.Config) {
			alter(t, c, "ALTER TABLE decisions DELETE WHERE sequence IN (1, 3)")
		}, []fault{{app.CopyMissing, 1, 0}, {app.CopyMissing, 3, 2}}, ""},
		{"last removed", func(t *testing.T, c config.Config) {
			alter(t, c, "ALTER TABLE decisions DELETE WHERE sequence = 5")
		}, []fault{{app.CopyMissing, 5, 4}}, ""},
		{"all removed", func(t *testing.T, c config.Config) {
			alter(t, c, "ALTER TABLE decisions DELETE WHERE true")
		}, []fault{{app.CopyMissing, 1, 0}, {app.CopyMissing, 2, 1}, {app.CopyMissing, 3, 2}, {app.CopyMissing, 4, 3}, {app.CopyMissing, 5, 4}}, ""},
		{"doubled alike", func(t *testing.T, c config.Config) {
			alter(t, c, columns+"sequence, offset, time, hash, value FROM decisions WHERE sequence = 3")
		}, nil, ""},
		{"doubled with another content", func(t *testing.T, c config.Config) {
			alter(t, c, columns+"sequence, offset, time, hash, replaceOne(value, 'chen', 'wang') FROM decisions WHERE sequence = 3")
		}, []fault{{app.CopyDoubled, 3, 2}}, "another command of"},
		{"offset changed", func(t *testing.T, c config.Config) {
			alter(t, c, columns+"sequence, offset + 7, time, hash, value FROM decisions WHERE sequence = 4")
		}, []fault{{app.CopyDoubled, 4, 10}}, "offset 10 instead of 3"},
		{"hash changed", func(t *testing.T, c config.Config) {
			alter(t, c, columns+"sequence, offset, time, unhex('00'), value FROM decisions WHERE sequence = 4")
			alter(t, c, "ALTER TABLE decisions DELETE WHERE sequence = 4 AND hash != toFixedString(unhex('00'), 32)")
		}, []fault{{app.CopyChanged, 4, 3}}, "hash 0000"},
		{"more than the log", func(t *testing.T, c config.Config) {
			alter(t, c, columns+"6, 5, time, hash, value FROM decisions WHERE sequence = 5")
		}, []fault{{app.LogShort, 6, 5}}, "the log ends with decision 5"},
		{"log made anew", func(t *testing.T, c config.Config) { makeAnew(t, c, 0) },
			[]fault{{app.LogShort, 1, 0}, {app.LogShort, 2, 1}, {app.LogShort, 3, 2}, {app.LogShort, 4, 3}, {app.LogShort, 5, 4}}, "the log ends with decision 0"},
		{"beginning of the log removed", func(t *testing.T, c config.Config) { removeBefore(t, c, 3) },
			[]fault{{app.LogShort, 0, 3}}, "the log begins at offset 3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newDesk(t, embeddedtest.Broker(t))
			d := open(t, c, t.Output())
			activations(t, d, 5)
			test.damage(t, c)
			r, err := app.VerifyLog(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			var got []fault
			for _, f := range r.Faults {
				got = append(got, fault{f.Kind, f.Sequence, f.Offset})
			}
			if diff := cmp.Diff(got, test.want); diff != "" || r.OK != (len(test.want) == 0) || r.FaultCount != int64(len(test.want)) {
				t.Errorf("faults (-got, +want):\n%s%+v", diff, r)
			}
			if len(r.Faults) > 0 && !strings.HasPrefix(r.Faults[0].Detail, test.detail) {
				t.Errorf("detail %q, want %q", r.Faults[0].Detail, test.detail)
			}
		})
	}
}

// A copy that is damaged is emptied, and whoever refreshes next makes it anew, as often as need be.
func TestCopyIsMadeAnew(t *testing.T) {
	c := newDesk(t, embeddedtest.Broker(t))
	activations(t, open(t, c, t.Output()), 5)
	for range 3 {
		if err := database(t, c).Exec(t.Context(), "TRUNCATE TABLE decisions"); err != nil {
			t.Fatal(err)
		}
		refresh(t, open(t, c, t.Output()))
		verified(t, c)
	}
}

func TestVerifyLogCountsWhatItDoesNotList(t *testing.T) {
	c := newDesk(t, embeddedtest.Broker(t))
	activations(t, open(t, c, t.Output()), 25)
	alter(t, c, "ALTER TABLE decisions DELETE WHERE sequence > 1")
	r, err := app.VerifyLog(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if r.FaultCount != 24 || len(r.Faults) != 20 || r.Faults[0].Sequence != 2 {
		t.Errorf("%d faults, %d listed: %+v", r.FaultCount, len(r.Faults), r.Faults)
	}
}

// Every run names the decisions that it was calculated from.
func TestVerifyLogLooksUpTheHeadsOfRuns(t *testing.T) {
	c := newDesk(t, embeddedtest.Broker(t))
	d := open(t, c, t.Output())
	activations(t, d, 3)
	second, err := d.At(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	head := second.Head().Hash.String()
	storeRun(t, c, "early", 0, workflow.Hash{}.String())
	storeRun(t, c, "right", 2, head)
	if r := verified(t, c); r.Runs != 2 || r.Sequence != 3 || r.Records != 3 || r.Head == head {
		t.Errorf("report %+v", r)
	}
	storeRun(t, c, "other head", 1, head)
	storeRun(t, c, "beyond", 4, head)
	r, err := app.VerifyLog(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Faults {
		got = append(got, string(f.Kind)+" "+f.Run)
	}
	slices.Sort(got)
	if diff := cmp.Diff(got, []string{"head acme/desk/2024-03 beyond", "head acme/desk/2024-03 other head"}); diff != "" || r.OK {
		t.Errorf("faults (-got, +want):\n%s", diff)
	}
	if text, err := json.Marshal(r); err != nil || !strings.Contains(string(text), `"kind":"head","sequence":4,"offset":-1,"run":"acme/desk/2024-03 beyond"`) {
		t.Errorf("%s %v", text, err)
	}
}

func storeRun(t *testing.T, c config.Config, id string, sequence int64, head string) {
	t.Helper()
	store, err := clickhouse.Open(c.ClickHouse)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	r := closing.Run{Run: workflow.Run{ID: id, Input: strings.Repeat("1", 64), Result: strings.Repeat("2", 64), Sequence: sequence, Head: head}, Month: march}
	none := func(func(score.Card, error) bool) {}
	if err := store.InsertRun(t.Context(), r, none); err != nil {
		t.Fatal(err)
	}
}
