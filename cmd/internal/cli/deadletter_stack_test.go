package cli_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDeadLetters rejects two records and looks at them as a person does who has to find out why.
func TestDeadLetters(t *testing.T) {
	s := startStack(t)
	values := []string{"{\"specversion\":\"1.0\",\n\t\"id\":\"张\u0085\"}", "\xffnot json"}
	for _, value := range values {
		s.produce(t, "k", value)
	}
	s.want(t, 0, "", "verify", "ingest", "--wait", "60s")

	type record struct {
		Position, Reason string
		Replayed         bool
	}
	type list struct {
		Rejected int
		Records  []record
	}
	found := map[string]string{}
	for _, r := range read[list](t, s, 0, "deadletter", "list", "--open", "--stream", "imports", "--since", s.now.AddDate(0, 0, -1).UTC().Format("2006-01-02")).Records {
		found[r.Reason] = r.Position
	}
	for reason, value := range map[string]string{"missing_field": values[0], "invalid_utf8": values[1]} {
		if raw := s.want(t, 0, "", "deadletter", "show", found[reason], "--raw"); raw != value {
			t.Errorf("raw: got %q, want %q", raw, value)
		}
	}
	got := read[map[string]any](t, s, 0, "deadletter", "show", found["missing_field"])
	want := map[string]any{"stream": "imports", "value": values[0], "value_encoding": "text", "key": "k", "key_encoding": "text", "expired": false, "replayed": false}
	for name := range got {
		if _, ok := want[name]; !ok {
			delete(got, name)
		}
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("show (-got, +want):\n%s", diff)
	}
	s.want(t, 0, "not UTF-8", "deadletter", "show", found["invalid_utf8"])
	for _, flags := range [][]string{{"--stream", "events"}, {"--until", "2020-01-01"}, {"--since", "2100-01-01"}, {"--reason", "too_large"}} {
		s.want(t, 0, "no rejected record matches", append([]string{"deadletter", "list"}, flags...)...)
	}
	s.want(t, 2, `unknown stream "import" (did you mean "imports"?)`, "deadletter", "list", "--stream", "import")

	nowhere := "no record was rejected at imports/0/0/99"
	s.want(t, 2, nowhere+": see", "deadletter", "show", "imports/0/0/99")
	s.want(t, 2, nowhere+", events/0/7/1: see", "deadletter", "replay", "--check", "--position", found["missing_field"],
		"--position", "imports/0/0/99", "--position", "events/0/7/1")
	s.want(t, 2, `unknown stream "import"`, "deadletter", "replay", "--position", "import/0/0/1")
	s.want(t, 3, "would be rejected again", "deadletter", "replay", "--check", "--position", found["missing_field"])
}
