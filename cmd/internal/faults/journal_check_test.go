package faults_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestStateOfAnotherBuildIsRefused runs this binary on a state file that another build has written.
func TestStateOfAnotherBuildIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.jsonl")
	line := `{"Build":{"Suite":"00","Product":"11"},"Seed":1,"Index":0,"Plan":"aa","Broker":"embedded"}` + "\n"
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(os.Args[0], "-test.run", "^TestFaults$", "-points", "1", "-state", path).CombinedOutput()
	if want := "name a new state file"; err == nil || !strings.Contains(string(out), want) {
		t.Errorf("got %v and\n%s\nwant a failure that says %q", err, out, want)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != line {
		t.Errorf("the file was changed to %q, %v", text, err)
	}
}

// TestJournalRemembers reads back what was written, but for a line that was cut short.
func TestJournalRemembers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.jsonl")
	points := plan(1, 3)
	first := openJournal(t, path, 1)
	for _, p := range points[:2] {
		first.add(t, &run{point: p, load: &load{}, hits: map[step]int{stepIntent: 1}}, 0)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text[:len(text)-10], 0o600); err != nil {
		t.Fatal(err)
	}
	second := openJournal(t, path, 1)
	for i, want := range []bool{true, false, false} {
		if got := second.has(points[i]); got != want {
			t.Errorf("point %d is done: got %t, want %t", i, got, want)
		}
	}
	if other := openJournal(t, path, 2); len(other.known) > 0 {
		t.Errorf("%d points of another seed are taken for done", len(other.known))
	}
}
