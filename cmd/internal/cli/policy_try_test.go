package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/cmd/internal/cli"
)

const tryScenario = `title "一个月"
policy express-cs
month 2024-03
agent li name "李"
agent wang
worked li 21
worked wang 21
calls li 42
calls wang 42
review li finding contempt x5
complaint X li about call-attitude,inquiry from customer reported 2024-03-05 upheld 2024-03-06
incident R li about refusal reported 2024-03-05 upheld 2024-03-06
score li execution 8
score li enthusiasm 4
expect li
  total 80.00
  grade C
`

func try(t *testing.T, src string, args ...string) (code int, out, errs string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "s.txt")
	write(t, file, src)
	code, out, errs = run(append([]string{"policy", "try", "--scenario", file}, args...)...)
	return code, out, strings.ReplaceAll(errs, file, "s.txt")
}

func TestPolicyTry(t *testing.T) {
	code, out, errs := try(t, tryScenario, "--agent", "li")
	if code != cli.ExitOK || errs != "" {
		t.Errorf("exit code %d: %s", code, errs)
	}
	const want = `# 一个月
Policy express-cs, 2024-03, Asia/Shanghai.

## 李 (li): 80.00 points, grade C, 350.00 CNY

                                                            points           counts             left
Call quality                                                                              0.00 of 20
────────────────────────────────────────────────────────────────────────────────────────────────────
  Contemptuous, accusing or impatient tone                  -25.00             0.00
      review found: contemptuous, accusing, rhetorical or impatient tone × 5
      nothing was left to take
      by sampled=final, pool-order=wipe-outs-first
`
	if !strings.HasPrefix(out, want) {
		t.Errorf("card (-got, +want):\n%s", cmp.Diff(out[:min(len(out), len(want))], want))
	}
	for _, part := range []string{
		"Why 80.00? 100.00 - 20.00 (Customer complaint about bad call attitude) = 80.00.\n",
		"80.00 is grade C, which pays 350.00 CNY.\n",
		"· Proposal, for people to decide: ",
		"counted under: Customer complaint about bad call attitude\n",
	} {
		if !strings.Contains(out, part) {
			t.Errorf("the card does not say %q", part)
		}
	}
}

// A team stands in the header where the scenario names one.
func TestPolicyTryTeam(t *testing.T) {
	for _, c := range []struct{ lang, src, want string }{
		{"en", tryScenario, "## wang: no total yet\n"},
		{"en", tryScenario + "team desk\n", "## wang, team desk: no total yet\n"},
		{"zh", tryScenario, "## wang：尚无总分\n"},
		{"zh", tryScenario + "team 客服\n", "## wang，客服组：尚无总分\n"},
	} {
		if _, out, errs := try(t, c.src, "--agent", "wang", "--lang", c.lang); !strings.Contains(out, c.want) {
			t.Errorf("want %q in\n%s%s", c.want, out, errs)
		}
	}
}

func TestPolicyTryKeepsToItsWidth(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		_, out, _ := try(t, tryScenario, "--lang", lang)
		if !strings.Contains(out, "李 (li)") || !strings.Contains(out, "wang") {
			t.Errorf("want both cards, got\n%s", out)
		}
		for line := range strings.Lines(out) {
			if w := text.StringWidth(strings.TrimSuffix(line, "\n")); w > 100 {
				t.Errorf("%d columns: %s", w, line)
			}
		}
	}
}

func TestPolicyTryWhatIsMissing(t *testing.T) {
	code, out, _ := try(t, tryScenario, "--agent", "wang")
	const want = "Why no total? It waits for: Sampled recordings (sampling), Degree of execution (execution),\nEnthusiasm (enthusiasm).\n"
	if code != cli.ExitOK || !strings.Contains(out, want) || !strings.Contains(out, "? of 8") {
		t.Errorf("exit code %d, want %q in\n%s", code, want, out)
	}
}

func TestPolicyTryUnexpected(t *testing.T) {
	code, _, errs := try(t, strings.Replace(tryScenario, "grade C", "grade D", 1))
	const want = "deskpulse: one thing is not as the scenario expects:\n  s.txt:17: li: want grade D, got C\n"
	if code != cli.ExitFailed || errs != want {
		t.Errorf("exit code %d:\n%s", code, cmp.Diff(errs, want))
	}
}

// What a scenario expects was not said of the reading that somebody tries.
func TestPolicyTryAnotherReading(t *testing.T) {
	code, out, errs := try(t, tryScenario, "--decide", "one-incident=every-rule")
	if code != cli.ExitOK || errs != "" || !strings.Contains(out, "78.00 points, grade D") {
		t.Errorf("exit code %d, %s:\n%s", code, errs, out)
	}
}

func TestPolicyTryJSON(t *testing.T) {
	code, out, errs := try(t, tryScenario, "--output", "json")
	var agents []string
	for line := range strings.Lines(out) {
		var card struct {
			Agent string  `json:"agent"`
			Total *string `json:"total"`
		}
		if err := json.Unmarshal([]byte(line), &card); err != nil {
			t.Fatal(err)
		}
		agents = append(agents, card.Agent)
		if (card.Total == nil) != (card.Agent == "wang") {
			t.Errorf("agent %s has total %v", card.Agent, card.Total)
		}
	}
	if diff := cmp.Diff(agents, []string{"li", "wang"}); code != cli.ExitOK || diff != "" {
		t.Errorf("exit code %d, %s, cards (-got, +want):\n%s", code, errs, diff)
	}
}

func TestPolicyTryWrongUsage(t *testing.T) {
	for _, c := range []struct {
		name, src string
		args      []string
		want      string
	}{
		{"unknown agent", tryScenario, []string{"--agent", "lii"}, `unknown agent "lii" (did you mean "li"?)`},
		{"unknown reading", tryScenario, []string{"--decide", "grade-90=x"}, `unknown reading "x"`},
		{"no policy", "month 2024-03\n", nil, "the scenario names no policy: want --policy"},
		{"problems of the file", "month 2024-03\nagnt li\n", nil, `s.txt:2:1: unknown statement "agnt" (did you mean "agent"?)`},
		{"problems with the policy", "month 2024-03\nagent li\nscore li x 1\n", []string{"--policy", "express-cs"}, `s.txt:3:10: unknown rule "x"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, errs := try(t, c.src, c.args...)
			if code != cli.ExitUsage || !strings.Contains(errs, c.want) {
				t.Errorf("exit code %d: %s; want %s", code, errs, c.want)
			}
		})
	}
}
