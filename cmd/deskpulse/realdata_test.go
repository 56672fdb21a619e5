package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// realCalls returns the file of real calls. It is not ours to ship: where it is missing the test says so in one line, and
// where CI is set it fails.
func realCalls(t *testing.T) (string, bool) {
	t.Helper()
	dir := os.Getenv("DESKPULSE_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	file := filepath.Join(dir, "bank_calls_1999_02.tsv")
	if _, err := os.Stat(file); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the real calls are missing, set DESKPULSE_TESTDATA: %v", err)
		}
		fmt.Fprintf(os.Stderr, "%s: not run: the real calls are missing: %v\n", t.Name(), err)
		return "", false
	}
	return file, true
}

type imported struct {
	Rows, Accepted, Rejected int
	Reasons                  map[string]int
}

type verified struct {
	OK                       bool
	Gaps, Overlaps, Backward int
	Partitions               []struct {
		Stream             string
		Accepted, Rejected int
	}
}

type tiers struct {
	Tiers  map[string]int
	Team   struct{ Calls, Days int }
	Agents []struct {
		Agent       string
		Calls, Days int
		Percent     string
		Tier        string
	}
}

// TestRealCalls is the way of a month of real calls, as a user goes it, and what must not change its result: importing
// again, a clean restart, and a power cut.
func TestRealCalls(t *testing.T) {
	file, found := realCalls(t)
	if !found {
		return
	}
	dir := t.TempDir()
	up := start(t, "up", "--data", dir)
	importCalls(t, dir, file, 33_344)
	for _, test := range []struct {
		reading string
		want    map[string]int
	}{
		{"company-days", map[string]int{"A": 16, "B": 0, "C": 8}},
		{"own-vs-calendar", map[string]int{"A": 20, "B": 0, "C": 4}},
		{"person-days", map[string]int{"A": 16, "B": 2, "C": 6}},
	} {
		got := jsonOf[tiers](t, tiersArgs(dir, test.reading)...)
		if diff := cmp.Diff(got.Tiers, test.want); diff != "" {
			t.Errorf("%s: tiers (-got, +want):\n%s", test.reading, diff)
		}
		if got.Team.Calls != 26_671 || got.Team.Days != 385 || len(got.Agents) != 24 {
			t.Errorf("%s: %d calls, %d days, %d agents; want 26671, 385, 24", test.reading, got.Team.Calls, got.Team.Days, len(got.Agents))
		}
	}
	before := ok(t, tiersArgs(dir, "person-days")...)
	same := func(when string) {
		t.Helper()
		if diff := cmp.Diff(ok(t, tiersArgs(dir, "person-days")...), before); diff != "" {
			t.Errorf("%s the tiers differ (-got, +want):\n%s", when, diff)
		}
	}

	importCalls(t, dir, file, 2*33_344)
	same("after a second import")
	up.stop()
	up = start(t, "up", "--data", dir)
	same("after a restart")
	up.kill()
	start(t, "up", "--data", dir)
	verifyClean(t, dir)
	same("after a power cut and a restart")
	importCalls(t, dir, file, 3*33_344)
	same("after an import that followed a power cut")
}

func tiersArgs(dir, reading string) []string {
	return []string{"tiers", "--data", dir, "--policy", "express-cs", "--month", "1999-02", "--decide", "workdays=" + reading}
}

// importCalls imports the file and wants so many records to be in ClickHouse then, each once.
func importCalls(t *testing.T, dir, file string, records int) {
	t.Helper()
	got := jsonOf[imported](t, "import", "bank-calls", file, "--data", dir)
	if want := (imported{Rows: 33_344, Accepted: 33_344, Reasons: map[string]int{}}); !cmp.Equal(got, want) {
		t.Errorf("import: (-got, +want):\n%s", cmp.Diff(got, want))
	}
	v := jsonOf[verified](t, "verify", "ingest", "--data", dir, "--wait", "90s")
	stored := 0
	for _, p := range v.Partitions {
		stored += p.Accepted
	}
	if !v.OK || v.Gaps+v.Overlaps+v.Backward != 0 || stored != records {
		t.Errorf("verify: %+v, %d records; want ok and %d", v, stored, records)
	}
}
