package cli

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

func TestShowReadings(t *testing.T) {
	for _, test := range []struct {
		name   string
		decide []string
		want   string
	}{
		{"as the policy says", nil, ""},
		{"otherwise", []string{"grade-90=above-90", "workdays=company-days"}, "! NOT AS THE POLICY IS READ BY ITSELF, but with --decide grade-90=above-90, workdays=company-days.\n\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			showReadings(&out, test.decide)
			if diff := cmp.Diff(out.String(), test.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func TestCountedWords(t *testing.T) {
	november := calendar.Month{Year: 2026, Month: 11}
	months := []monthend.VerdictMonth{
		{Policy: "a", By: policy.MonthOfRuling, Month: november}, {Policy: "b", By: policy.MonthOfReport}, {Policy: "c", By: policy.MonthOfConduct},
	}
	const want = "Under policy a it counts in 2026-11, the month of the ruling.\nUnder policy b it counts in the month in which it was reported.\n" +
		"Under policy c it counts in the month in which it happened.\n"
	if diff := cmp.Diff(countedWords(months), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
	if diff := cmp.Diff(countedIn(months), []countsIn{{"a", "ruling", "2026-11"}, {"b", "report", ""}, {"c", "conduct", ""}}); diff != "" {
		t.Errorf("JSON (-got, +want):\n%s", diff)
	}
}

// A policy's source comes as it is shipped, so that an edited copy is a policy again.
func TestPolicySource(t *testing.T) {
	_, want, err := policy.Shipped.Read("express-cs", os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	env := Env{In: strings.NewReader(""), Out: &out, Err: &said, Getenv: func(string) string { return "" }}
	if code := Run(context.Background(), env, []string{"policy", "show", "express-cs", "--source"}); code != ExitOK || !bytes.Equal(out.Bytes(), want) {
		t.Errorf("exit code %d, %d bytes, want %d:\n%s", code, out.Len(), len(want), said.String())
	}
}

func TestFitted(t *testing.T) {
	long := strings.Repeat("word ", 25) + "end"
	for _, test := range []struct{ name, message, want string }{
		{"short", "deskpulse: no", "deskpulse: no"},
		{"a sentence", "deskpulse: " + long, "deskpulse: " + strings.TrimSpace(strings.Repeat("word ", 17)) + "\n    " + strings.Repeat("word ", 8) + "end"},
		{"a place in a file", "deskpulse: a/b.yaml:1:2: " + long, "deskpulse: a/b.yaml:1:2: " + long},
		{"a list", "deskpulse: a\n  line 2: no", "deskpulse: a\n  line 2: no"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(fitted(test.message), test.want); diff != "" {
				t.Errorf("(-got, +want):\n%s", diff)
			}
		})
	}
}

func TestContinued(t *testing.T) {
	line := "  deskpulse close --data ./data" + strings.Repeat(" --flag value", 6)
	got := continued(line)
	if len(got) != 2 || strings.Join(strings.Fields(strings.ReplaceAll(strings.Join(got, " "), "\\", "")), " ") != strings.TrimSpace(line) {
		t.Errorf("got %q", got)
	}
}
