package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/cmd/internal/cli"
	"github.com/deskpulse/deskpulse/cmd/internal/doctor"
)

// wellStack wants the doctor to find nothing wrong with a running `up` that reads. How much room there is on the disk, and
// how busy the machine is, is the machine's business.
func wellStack(t *testing.T, s *stack) {
	ask := func(flags ...string) string {
		var out, complaints bytes.Buffer
		env := cli.Env{ // with a clock that goes, which the clocks of the servers are compared with
			In: strings.NewReader(""), Out: &out, Err: &complaints, Getenv: func(string) string { return "" }, Now: time.Now,
		}
		if code := cli.Run(context.Background(), env, append([]string{"doctor", "--data", s.dir}, flags...)); code != 0 {
			t.Errorf("exit code %d: %s%s", code, out.String(), complaints.String())
		}
		return out.String()
	}
	var r doctor.Report
	if err := json.Unmarshal([]byte(ask("--output", "json")), &r); err != nil {
		t.Fatal(err)
	}
	areas := map[doctor.Area]int{}
	for _, f := range r.Checks {
		areas[f.Area]++
		if f.State != doctor.OK && f.Check != "disk" {
			t.Errorf("got %+v", f)
		}
	}
	if len(areas) != 4 || !r.OK {
		t.Errorf("got %v, ok %v: want findings of every area", areas, r.OK)
	}
	text := ask()
	if !strings.Contains(text, "  ok       group         deskpulse-ingest: members: 1") {
		t.Errorf("got:\n%s", text)
	}
	for line := range strings.Lines(text) {
		if wider(line) {
			t.Errorf("wider than 100 columns: %s", line)
		}
	}
}
