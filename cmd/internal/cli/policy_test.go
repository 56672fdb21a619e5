package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// policyFile writes the shipped policy with texts replaced, given as old, new, old, new.
func policyFile(t *testing.T, replace ...string) string {
	t.Helper()
	_, src, _ := policy.Shipped.Read("express-cs", nil)
	changed := string(src)
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(changed, replace[i]) {
			t.Fatalf("%q is not in the policy", replace[i])
		}
		changed = strings.Replace(changed, replace[i], replace[i+1], 1)
	}
	file := filepath.Join(t.TempDir(), "p.yaml")
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPolicyCheck(t *testing.T) {
	code, stdout, stderr := run("policy", "check", "express-cs")
	want := "Policy express-cs is valid: 4 sections, 8 items, 27 rules, 34 decisions; 0 warnings; hash "
	if code != 0 || stderr != "" || !strings.HasPrefix(stdout, want) || strings.Count(stdout, "\n") != 1 {
		t.Errorf("exit code %d, %s\n%s", code, stderr, stdout)
	}
}

func TestPolicyCheckFinds(t *testing.T) {
	for _, c := range []struct {
		name    string
		replace []string
		code    int
		stdout  string // FILE stands for the file
		stderr  string
	}{
		{"a warning", []string{"most: 4", "most: 3"}, 0, `:9: warning: item "enthusiasm": nobody can reach its 4 points, its rules give at most 3
Policy express-cs is valid: 4 sections, 8 items, 27 rules, 34 decisions; 1 warning; hash`, ""},
		{"a finding that is an error", []string{"points: 90, pay", "points: 101, pay"}, 2, `error: grade "A": nobody can reach it, the sections give 100 points together`,
			`policy "express-cs" is not valid`},
		{"two problems", []string{"free: 3", "fre: 3", "pay: 400", "pay: 4.005"}, 2, "", ":13: unknown key \"fre\" (did you mean \"free\"?)\n  FILE:"},
		{"a calendar that is no file", []string{"calendar: cn-office", "calendar: ./missing.yaml"}, 2, "", `policy "express-cs": calendar: read calendar "./missing.yaml"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := policyFile(t, c.replace...)
			code, stdout, stderr := run("policy", "check", file)
			stdout, stderr = strings.ReplaceAll(stdout, file, "FILE"), strings.ReplaceAll(stderr, file, "FILE")
			if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) || (c.stderr == "") != (stderr == "") {
				t.Errorf("exit code %d\nstdout:\n%s\nstderr:\n%s", code, stdout, stderr)
			}
		})
	}
}

func TestPolicyCheckJSON(t *testing.T) {
	type check struct {
		Valid     bool
		Hash      string
		Decisions int
		Findings  []struct {
			Line, Column      int
			Severity, Message string
		}
	}
	for name, c := range map[string]struct {
		ref      string
		code     int
		valid    bool
		findings int
	}{
		"shipped": {"express-cs", 0, true, 0},
		"warning": {policyFile(t, "most: 4", "most: 3"), 0, true, 1},
		"invalid": {policyFile(t, "free: 3", "fre: 3"), 2, false, 0},
	} {
		var got check
		code, stdout, _ := run("policy", "check", c.ref, "--output", "json")
		if err := json.Unmarshal([]byte(stdout), &got); err != nil {
			t.Errorf("%s: %v\n%s", name, err, stdout)
			continue
		}
		if code != c.code || got.Valid != c.valid || (len(got.Hash) == 64) != c.valid || len(got.Findings) < c.findings || !c.valid && got.Findings[0].Line < 2 {
			t.Errorf("%s: exit code %d, %+v", name, code, got)
		}
	}
}

func TestPolicyUsage(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no policy":         {[]string{"check"}, "want one POLICY"},
		"unknown policy":    {[]string{"show", "expres-cs"}, `did you mean "express-cs"?`},
		"unknown language":  {[]string{"show", "express-cs", "--lang", "de"}, "there is en and zh"},
		"unknown decision":  {[]string{"show", "express-cs", "--decide", "grade=a"}, `unknown decision "grade"`},
		"no reading":        {[]string{"show", "express-cs", "--decide", "grade-90"}, "want decision=reading"},
		"two readings":      {[]string{"show", "express-cs", "--decide", "grade-90=above-90", "--decide", "grade-90=closed-below"}, "both"},
		"file that is none": {[]string{"check", "./none.yaml"}, `read policy "./none.yaml"`},
	} {
		if code, stdout, stderr := run(append([]string{"policy"}, c.args...)...); code != 2 || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit code %d\n%s%s", name, code, stdout, stderr)
		}
	}
}

func TestPolicyShow(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want []string // blocks that stand in it
	}{
		{"English", nil, []string{
			"# Parcel company customer service (express-cs)\n\nHolds from 2018-08-01. Calendar cn-office. Amounts in CNY. 100 points in all.",
			"## Efficiency: 40 points\nby decision pool-order=wipe-outs-first\n\n### Accuracy (draws on the points of the section)\n",
			"### Teamwork (no points)\n",
			"    measured by email_on_time target=working:2h",
			"\n  - Personal leave: takes 3 points for each application. [personal-leave]\n    when leave.kind == \"personal\"\n    by decision leave-unit=application\n",
			"\nA      >= 90.00  500.00 CNY\n", "\nE      below     250.00 CNY\n",
			"- Scored by supervisor or manager and approved by leader in charge until the 15th of the next month,\n  at finance until the 24th.\n",
			"- Who scored a month does not approve it.\n", "- After publication tiers compare with the published average.\n",
			"- Everybody below C is interviewed within 7 days of publication.\n",
			"  [ ] apologises after 10 seconds of waiting [apologises-for-waiting]\n",
			"\n  Attendance             8       __________  __________\n",
			"leader in charge: ____________________\n",
			"### grade-90: To which grade do exactly 90 points belong?\n  (x) closed-below: from 90 on: A\n  ( ) above-90: above 90: A; exactly 90: B\n      Chosen by deskpulse on 2026-11-22: ",
			"- cycle.appeal_days\n",
			"\n## Names that events use\n\n### Subjects of incidents\n  - call-attitude: attitude in a call\n",
			"### Kinds of customers\n  - direct: direct customer\n  - franchise: franchisee\n  - shopper: online shopper\n### Duties\n  - calls: answering calls\n",
			`    measured by followup_on_time target=wall:48h by_kind="shopper":working_days:5+promise:earlier`,
		}},
		{"Chinese", []string{"--lang", "zh"}, []string{
			"# 快递公司客服部KPI绩效考核 (express-cs)\n\n自 2018-08-01 起施行。", "### 团队协作 (不计分)\n", "## 决定：34 项\n", "A     >= 90.00  500.00 CNY\n",
			"- 低于 C 级者，公布后 7 天内完成绩效面谈。\n", "连续 2 个月 E 级（没有考核的月份跳过）：建议“可辞退或者调岗”，由人决定。\n",
			"### 客户类别\n  - direct: 直客\n",
		}},
		{"other readings", []string{"--decide", "grade-90=above-90", "--decide", "item-cap=reaches-section", "--decide", "deadline-shift=after",
			"--decide", "proration=calendar-days", "--decide", "one-incident=every-rule", "--decide", "late-adjust=next-month", "--decide", "frozen-average=recomputed", "--decide", "streak-gap=breaks"}, []string{
			"\nA      > 90.00   500.00 CNY\n", "  (x) above-90: above 90: A; exactly 90: B\n      Only tried here: the policy chooses closed-below.\n",
			"### Attendance (8 points, deductions reach the section)\n    by decision item-cap=reaches-section\n", "A deadline on a day off moves to the working day after.",
			"A part of a month is paid by its calendar days.", "One incident under several rules is taken by each of them.", "counts in the next one.", "tiers compare with the average by what is known then.", "a month without assessment breaks it",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := run(append([]string{"policy", "show", "express-cs"}, c.args...)...)
			if code != 0 || stderr != "" {
				t.Fatalf("exit code %d, %s", code, stderr)
			}
			for _, want := range c.want {
				if !strings.Contains(stdout, want) {
					t.Errorf("without:\n%s", want)
				}
			}
			for line := range strings.Lines(stdout) {
				if w := text.StringWidth(strings.TrimSuffix(line, "\n")); w > 100 || strings.HasSuffix(line, " \n") {
					t.Errorf("%d columns: %q", w, line)
				}
			}
		})
	}
}

// What stands in a file cannot reach into the terminal.
func TestPolicyShowIsPrintable(t *testing.T) {
	file := policyFile(t, "en: Teamwork}", `en: "Team\e[2Jwork"}`, "zh: 招呼语：您好，请问有什么可以帮到您？", `zh: "招呼\r\n语"`)
	for _, lang := range []string{"en", "zh"} {
		code, stdout, stderr := run("policy", "show", file, "--lang", lang)
		if code != 0 || strings.ContainsAny(stdout, "\x1b\r") {
			t.Errorf("exit code %d, %s\n%q", code, stderr, stdout)
		}
	}
}

func TestPolicyShowJSON(t *testing.T) {
	var got struct {
		Name, Points, Hash string
		Sections           []struct {
			ID    string
			Items []struct {
				ID, Points string
				Rules      []struct {
					ID, Kind, When string
					Says           struct{ ZH, EN string }
					Decisions      []string
				}
			}
		}
		Grades    []struct{ Name, Operator, Points, Pay string }
		Decisions []struct{ ID, Chosen, Applied string }

		Vocabulary struct{ Customers, Duties []struct{ ID string } }
	}
	code, stdout, stderr := run("policy", "show", "express-cs", "--decide", "grade-90=above-90", "--output", "json")
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || code != 0 {
		t.Fatalf("exit code %d, %s, %v", code, stderr, err)
	}
	if got.Points != "100.00" || len(got.Hash) != 64 || len(got.Sections) != 4 || len(got.Decisions) != 34 {
		t.Errorf("got %+v", got)
	}
	if v := got.Vocabulary; len(v.Customers) != 3 || v.Customers[0].ID != "direct" || len(v.Duties) != 3 {
		t.Errorf("vocabulary: %+v", v)
	}
	if g := got.Grades[0]; g.Operator != ">" || g.Points != "90.00" || g.Pay != "500.00" || got.Grades[4].Operator != "" {
		t.Errorf("grades: %+v", got.Grades)
	}
	if d := got.Decisions[0]; d.Chosen != "closed-below" || d.Applied != "above-90" {
		t.Errorf("decision: %+v", d)
	}
	leave := got.Sections[3].Items[2].Rules[1]
	if leave.ID != "personal-leave" || leave.Kind != "deduction" || leave.When != `leave.kind == "personal"` || leave.Says.ZH == "" {
		t.Errorf("rule: %+v", leave)
	}
	if diff := cmp.Diff(leave.Decisions, []string{"leave-unit=application"}); diff != "" {
		t.Errorf("decisions (-got, +want):\n%s", diff)
	}
}
