package scenario_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/scenario"
)

var express = sync.OnceValues(func() (*policy.Policy, error) { return policy.Load("express-cs", os.ReadFile) })

func run(t *testing.T, src string) (scenario.Result, error) {
	t.Helper()
	p, err := express()
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, src).Run(p, load)
}

// team is a month in which nothing is missing of li.
const team = `month 2024-03
agent li
agent wang
worked li 21
worked wang 20
review li
score li execution 8
score li enthusiasm 4
`

// What a statement says becomes what the card says.
func TestStatements(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"nothing happened", "calls li 21\ncalls wang 20", "total 100.00\ngrade A\npay 500.00"},
		{"calls of nobody count for nobody", "calls li 10\ncalls wang 20\ncalls nobody 5", "line tier gives 10.00 : 0.48 a day ÷ average 0.73 = 65.08 % → C"},
		{"calls of nobody under another reading", "reading company-total all-answered\ncalls li 10\ncalls wang 20\ncalls nobody 11", "line tier gives 10.00"},
		{"days off are no days worked", "absent li 2024-03-04\noff li 2024-03-09\nworked li 2024-03-10", "line absence proposal"},
		{"an answer by a colleague after a hand-over", "mail 2024-03-05 10:00 to li handed wang 11:30 answered wang 12:20",
			"line mail-rate shown : nothing measured: points kept"},
		{"machines answer nothing", "mail 2024-03-05 10:00 to li auto 10:01 bot 10:02 answered li 12:00:01", "line mail-rate -8.00 : 0.00 % (0 of 1), target 98 % missed (small sample)"},
		{"exactly on the deadline", "mail 2024-03-05 10:00 to li answered li 12:00", "line mail-rate shown : 100.00 % (1 of 1), target 98 % kept (small sample)"},
		{"a message of somebody's machine asks nothing", "mail 2024-03-05 10:00 to li auto-reply", "line mail-rate shown : nothing measured: points kept"},
		{"unanswered", "mail 2024-03-05 10:00 to li", "line mail-rate -8.00"},
		{"a promise replaces 12 hours", "inquiry 2024-03-05 10:00 to li promised 2024-03-07 10:00 made 16:00 answered li 2024-03-07 09:59", "line inquiry-late shown : 100.00 % (1 of 1)"},
		{"a promise that is broken", "inquiry 2024-03-05 10:00 to li promised 2024-03-05 11:00 answered li 11:30", "line inquiry-late shown : 0.00 % (0 of 1), 1 missed, no points"},
		{"a query that is followed up", "query 2024-03-05 10:00 to li kind direct followed li 2024-03-07 10:00", "line followup-rate shown : 100.00 % (1 of 1), target 98 % kept (small sample)"},
		{"an entry that says nothing", "query 2024-03-05 10:00 to li kind direct followed li 2024-03-06 10:00 empty", "line followup-rate -8.00"},
		{"asked again", "query 2024-03-05 10:00 to li kind direct followed li 2024-03-06 10:00 urged-abroad asked 15:00 followed li 2024-03-08 16:00", "line followup-rate -8.00 : 50.00 % (1 of 2), target 98 % missed (small sample)"},
		{"a shopper has five working days", "query 2024-03-05 10:00 to li kind shopper followed li 2024-03-12 17:59", "line followup-rate shown"},
		{"a month of shoppers", "followups li 100 late 2 kind shopper", "line followup-rate shown : 98.00 % (98 of 100), target 98 % kept"},
		{"a month of mails", "mails li 100 late 3", "line mail-rate -8.00 : 97.00 % (97 of 100), target 98 % missed"},
		{"another shift", "clock li 2024-03-05..2024-03-08 in 10:06 shift 10:00-19:00", "line late-early -1.00"},
		{"left early", "clock li 2024-03-04..2024-03-07 out 17:55\nclock li 2024-03-08 out 17:00 permitted", "line late-early -1.00"},
		{"a night shift", "clock li 2024-03-08 in 22:00 out 06:00 shift 22:00-06:00", "total 100.00"},
		{"an incident that is not founded", "complaint X li about call-attitude from customer reported 2024-03-05 rejected 2024-03-06 \"not so\"", "total 100.00\nlines all\nline tier 20.00\nline execution 8.00\nline enthusiasm 4.00\nline sampling shown\n" +
			"line mail-rate shown\nline followup-rate shown\nline inquiry-late shown"},
		{"a verdict that is turned", "complaint X li about call-attitude from customer reported 2024-03-05 upheld 2024-03-06 rejected 2024-03-07 by leader", "total 100.00"},
		{"a ruling corrects the report", "incident X li about execution loss 50.00 reported 2024-03-05 upheld 2024-03-06 about work-error loss 100.00", "line loss -3.00\nsection attitude 20.00"},
		{"not followed up", "complaint X li about inquiry from customer serious reported 2024-03-05 upheld 2024-03-06 not-followed-up", "section efficiency 0.00"},
		{"the same mistake again", "incident X li about work-error same-kind k criticised 2024-02-01 reported 2024-02-05 upheld 2024-02-06\n" +
			"incident Y li about work-error same-kind k criticised 2024-02-01 reported 2024-03-05 upheld 2024-03-06", "line repeated-mistake -20.00"},
		{"findings", "review li 2024-03-21 finding mood x2 finding contempt", "line mood -4.00\nline contempt -5.00\nitem call-quality 11.00"},
		{"findings of another month", "review li 2024-03-02 period 2024-02 finding contempt", "section call-quality 20.00"},
		{"a leave under another reading", "leave li personal 2024-03-12..2024-03-13\nworked li 2024-03-30 2024-03-31\nreading leave-unit day", "line personal-leave -6.00"},
		{"a comment", "comment li teamwork \"kind\"", "line teamwork shown : kind"},
		{"history", "history li 2024-02 E\nhistory li 2024-01 none", "total 100.00"},
		{"carried points", "carried li 2024-02 -3.5\ncarried wang 2024-02 1", "total 96.50\nsection efficiency 40.00"},
		{"a published average", "published tier 21 10", "line tier 10.00 : 1.00 a day ÷ published average 2.10 = 47.62 % → C"},
		{"another event", `event {"specversion":"1.0","id":"1","source":"x","type":"leave.approved","subject":"li","time":"2024-03-05T01:00:00Z","data":{"kind":"personal","from":"2024-03-05","until":"2024-03-05","approved_by":"head"}}` +
			"\n" + `event {"specversion":"1.0","id":"2","source":"x","type":"event.retracted","subject":"li","time":"2024-03-06T01:00:00Z","data":{"target":"1","reason":"a mistake"}}`, "total 100.00"},
		{"a merged conversation is one", "mail A 2024-03-05 10:00 to li\nmail B 2024-03-05 10:30 to li answered li 11:00\n" + merged("A") + "\n" + merged("B"),
			"line mail-rate shown : 100.00 % (1 of 1), target 98 % kept (small sample)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := "calls li 21\ncalls wang 20\n"
			if strings.Contains(c.src, "calls ") {
				calls = ""
			}
			src := team + calls + c.src + "\nexpect li\n  " + strings.ReplaceAll(c.want, "\n", "\n  ") + "\n"
			r, err := run(t, src)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range r.Mismatches {
				t.Error(m)
			}
		})
	}
}

// merged says under one of two conversations that A went on as B.
func merged(subject string) string {
	return `event {"specversion":"1.0","id":"m","source":"x","type":"conversation.merged","subject":"` + subject +
		`","time":"2024-03-05T02:40:00Z","data":{"from":"A","into":"B"}}`
}

// A name that the policy does not know would cost nothing, silently.
func TestNamesThePolicyDoesNotKnow(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"finding", "review li finding contemt", `9:19: unknown finding "contemt" (did you mean "contempt"?)`},
		{"template", "review li template cal-wording", `9:20: unknown template "cal-wording" (did you mean "call-wording"?)`},
		{"subject", "incident X li about email,inqiry reported 2024-03-05", `9:27: unknown subject "inqiry" (did you mean "inquiry"?)`},
		{"leave", "leave li persnal 2024-03-05", `9:10: unknown kind of leave "persnal" (did you mean "personal"?)`},
		{"rule of a score", "score li excution 6", `9:10: unknown rule "excution" (did you mean "execution"?)`},
		{"grade", "history li 2024-02 F", `9:20: unknown grade "F"`},
		{"rule of an average", "published tiers 10 2", `9:11: unknown rule "tiers" (did you mean "tier"?)`},
		{"rule without an average", "published mood 10 2", `9:11: rule "mood" compares with no average; those that do: tier`},
		{"team of an average", "published tier 10 2 team exprss", `9:26: unknown team "exprss"`},
		{"reading", "reading grade-90 abov-90", `9:1: decision "grade-90": unknown reading "abov-90" (did you mean "above-90"?)`},
		{"reading of a block", "expect li under grade-9=above-90", `9:1: unknown decision "grade-9" (did you mean "grade-90"?)`},
		{"section", "expect li\n  section efficency 40", `10:11: unknown section "efficency" (did you mean "efficiency"?)`},
		{"rule of a line", "expect li\n  line mod -2", `10:8: unknown rule "mod" (did you mean "mood"?)`},
		{"too few days", "leave li sick 2024-03-05", `4:1: li cannot have worked 21 days: calendar "cn-office" has 20 working days in 2024-03 that are not taken otherwise`},
		{"too many days", "agent zhao\nworked zhao 1\nclock zhao 2024-03-05..2024-03-06", `10:1: zhao cannot have worked 1 days: 2 are named by their dates`},
		{"answered before it came", "mail 2024-03-05 10:00 to li answered li 09:59", `9:1: 2024-03-05 09:59 happened before the conversation began at 2024-03-05 10:00`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := run(t, team+c.src+"\n")
			if err == nil || !strings.HasPrefix(err.Error(), "s.txt:"+c.want) {
				t.Errorf("got %v, want %s…", err, c.want)
			}
		})
	}
}

func TestMismatches(t *testing.T) {
	src := team + `calls li 21
calls wang 20
review li finding mood
agent gone until 2024-02-29
expect li
  section call-quality 20.00
  item execution 7.00
  line mood -3.00
  line mood -2.00 : review saw mood
  line contempt -5.00
  line tier 20.00 : 自己
  missing sampling
  proposal two-months-e
  total 99.00
  grade none
  pay 400.00
  lines all
expect gone
  total 0
expect li under leave-unit=day
  grade B
`
	r, err := run(t, src)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range r.Mismatches {
		got = append(got, m.String())
	}
	want := []string{
		"14: li: want section call-quality 20.00, got 18.00",
		"15: li: want item execution 7.00, got 8.00",
		"16: li: want line mood -3.00 takes -3.00, got line mood -2.00 takes -2.00 : review found: unstable, suddenly raised or stiff tone",
		"17: li: want the wording review saw mood, got review found: unstable, suddenly raised or stiff tone",
		"18: li: want line contempt -5.00 takes -5.00, got no such line",
		"19: li: want the wording 自己, got 日均 1.00 ÷ 平均 1.00 = 100.00 % → A",
		"20: li: want missing sampling, got line sampling shown : 2 reviewed",
		"21: li: want proposal two-months-e, got no such line",
		"22: li: want total 99.00, got 98.00",
		"23: li: want grade none, got A",
		"24: li: want pay 400.00, got 500.00",
		"25: li: want no other line, got line sampling shown : 2 reviewed",
		"25: li: want no other line, got line mail-rate shown : nothing measured: points kept",
		"25: li: want no other line, got line followup-rate shown : nothing measured: points kept",
		"25: li: want no other line, got line inquiry-late shown : nothing measured",
		"25: li: want no other line, got line execution 8.00 gives 8.00 : scored 8 of 8 by head",
		"25: li: want no other line, got line enthusiasm 4.00 gives 4.00 : scored 4 of 4 by head",
		"26: gone: want a card, got none: gone was not there in the month",
		"29: li: want grade B, got A (under leave-unit=day)",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("mismatches (-got, +want):\n%s", diff)
	}

	updated := string(scenario.Update([]byte(src), r))
	wantUpdated := strings.NewReplacer("review saw mood", "review found: unstable, suddenly raised or stiff tone", ": 自己", ": 日均 1.00 ÷ 平均 1.00 = 100.00 % → A").Replace(src)
	if diff := cmp.Diff(updated, wantUpdated); diff != "" {
		t.Errorf("only wordings are updated (-got, +want):\n%s", diff)
	}
}
