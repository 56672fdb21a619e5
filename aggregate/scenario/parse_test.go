package scenario_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/scenario"
)

const head = "month 2024-03\nagent li\nagent wang\n"

// Everything wrong is said with its place, as far as possible with what was meant.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      []string // after the head, whose lines are 1 to 3
	}{
		{"unknown statement", "polcy express-cs", []string{`4:1: unknown statement "polcy" (did you mean "policy"?)`}},
		{"stands there twice", "month 2024-04", []string{`4:1: "month" stands here twice, first in line 1`}},
		{"undeclared agent", "worked lii 21", []string{"4:8: nobody is called \"lii\" (did you mean \"li\"?): want a statement `agent lii`"}},
		{"agent twice", "agent li", []string{`4:7: agent "li" stands here twice, first in line 2`}},
		{"unknown clause", `agent zhao nam "赵"`, []string{`4:12: unknown word "nam" (did you mean "name"?); there may follow: duties, from, fte, name, team, until`}},
		{"clause twice", "agent zhao team a team b", []string{`4:19: "team" stands here twice`}},
		{"left before they came", "agent zhao from 2024-03-02 until 2024-03-01", []string{`4:1: until 2024-03-01: that is before the first day, 2024-03-02`}},
		{"moved when not there", "agent zhao until 2024-03-10\nmove zhao to x on 2024-03-16", []string{`5:1: move on 2024-03-16: zhao works from 2000-01-01 until 2024-03-10`}},
		{"no such date", "absent li 2024-02-30", []string{`4:11: "2024-02-30": want a date such as 2024-03-05 or dates such as 2024-03-04..2024-03-08`}},
		{"a day said twice", "absent li 2024-03-05\nclock li 2024-03-05", []string{`5:10: 2024-03-05: line 4 says already what li did on that day`}},
		{"days said twice", "worked li 20\nworked li 21", []string{`5:1: line 4 says already how many days li worked`}},
		{"sloppy time", "clock li 2024-03-05 in 9:6", []string{`4:24: "9:6": want a time such as 09:06 or 09:06:00`}},
		{"half of two days", "leave li personal 2024-03-12..2024-03-13 half", []string{`4:19: half a day is of one date, not of 2024-03-12..2024-03-13`}},
		{"too many", "calls li 1000000", []string{`4:10: "1000000": want a whole number from 1 to 100000`}},
		{"more late than there are", "mails li 3 late 4", []string{`4:1: 4 late of 3: want no more than there are`}},
		{"a complaint of nobody", "complaint X li about email reported 2024-03-05", []string{"4:1: complaint \"X\": want `from customer`, `from colleague` or `from abroad`"}},
		{"no report", "incident X li about email", []string{"4:1: incident \"X\": want `reported DATE`"}},
		{"incident twice", "incident X li about email reported 2024-03-05\nincident X wang about email reported 2024-03-05", []string{`5:10: incident "X" stands here twice, first in line 4`}},
		{"unknown word of a ruling", "incident X li about email reported 2024-03-05 upheld 2024-03-06 serius", []string{`4:65: unknown word "serius" (did you mean "serious"?); a ruling may say: about, by, followed-up, loss, not-followed-up, not-reputation, not-serious, reputation, serious`}},
		{"a word is missing", "score li execution", []string{`4:10: want points such as 6 or 1.50 after "execution"`}},
		{"too much", "score li execution 6 7", []string{`4:22: "7": the statement "score" ends before this`}},
		{"a waiver without a reason", "waive li sampling", []string{`4:1: a waiver wants a reason in quotes`}},
		{"a relief without a reason", "relief li mood 0", []string{`4:1: a relief wants a reason in quotes`}},
		{"a relief of nothing", `relief li mood "so"`, []string{`4:16: "so": want points such as 6 or 1.50`}},
		{"indented without a block", "  total 90.00", []string{"4:3: an indented line that belongs to no `expect`: begin it at the left, or put an `expect AGENT` before"}},
		{"unknown word of a card", "expect li\n  totl 90.00", []string{`5:3: unknown word "totl" (did you mean "total"?); a card may say: grade, item, line, lines, missing, pay, proposal, section, total`}},
		{"text without an end", `title "Li`, []string{`4:7: the text has no end: want " in the same line`}},
		{"after a comment", "# none\n \t # none\ncalls li 5 # many # words\ncalls li 5#", []string{`7:10: "5#": want a whole number from 1 to 100000`}},
		{"event of no type", `event {"specversion":"1.0","id":"1","source":"x","type":"order.lost","subject":"o","time":"2024-03-05T01:00:00Z","data":{}}`,
			[]string{`4:7: event: unknown_type: "order.lost"`}},
		{"event with a typing error", `event {"specversion":"1.0","id":"1","source":"x","type":"conversation.rated","subject":"o","time":"2024-03-05T01:00:00Z","data":{"score":1,"out_of":5,"agnt":"li"}}`,
			[]string{`4:7: event: invalid_value: it has members that no schema knows`}},
		{"column after wide characters", `agent zhao name "赵" nam`, []string{`4:21: unknown word "nam" (did you mean "name"?); there may follow: duties, from, fte, name, team, until`}},
		{"goes on in the next line", "agent zhao \\\n  name \"赵\" \\\n  nam", []string{`6:3: unknown word "nam" (did you mean "name"?); there may follow: duties, from, fte, name, team, until`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scenario.Parse("s.txt", []byte(head+c.src+"\n"))
			var invalid *document.Invalid
			if !errors.As(err, &invalid) {
				t.Fatalf("got %v, want problems", err)
			}
			if diff := cmp.Diff(strings.Split(strings.ReplaceAll(err.Error(), "s.txt:", ""), "\n"), c.want); diff != "" {
				t.Errorf("problems (-got, +want):\n%s", diff)
			}
		})
	}
}

func TestMonthIsRequired(t *testing.T) {
	_, err := scenario.Parse("s.txt", []byte("agent li\n"))
	if want := `s.txt:1:1: the statement "month" is missing`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestHeader(t *testing.T) {
	s := parse(t, "\ufefftitle “Li’s month”\r\npolicy express-cs\r\nmonth 2024-03  # 21 days\r\nzone Europe/Berlin\r\ncalendar always\r\n"+
		"agent wang\r\nagent li\r\nreading grade-90 above-90\r\n")
	got := []string{s.Title, s.Policy, s.Month.String(), s.Zone, s.Calendar, s.Readings[0].String(), s.Agents[0], s.Agents[1]}
	want := []string{"Li’s month", "express-cs", "2024-03", "Europe/Berlin", "always", "grade-90=above-90", "wang", "li"}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("head (-got, +want):\n%s", diff)
	}
}

func parse(t *testing.T, src string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Parse("s.txt", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func load(name string) (*calendar.Calendar, error) { return calendar.Load(name, os.ReadFile) }

// Whatever is read, the parser ends with a scenario or with problems that have a place in the file.
func FuzzParse(f *testing.F) {
	for _, file := range []string{"../score/testdata/express-cs/li.txt", "../score/testdata/express-cs/zhao.txt"} {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(everything))
	f.Add([]byte(head + "query Q 2024-03-05 10:00 to li promised 2024-03-08 10:00 made 11:00 followed li 2024-03-07 10:00 empty asked 11:00\n"))
	f.Add([]byte(head + "mail 2024-03-05T9:30 to li, unanswered // x\nleave li \"事假\" 2024-03-05, half day\nreview li finding mood x2、contempt,mood and a\n"))
	f.Add([]byte(head + "incident X li about a,b , c and \"d e\" loss ¥1,200元 CNY reported 2024-03-05, upheld 2024-03-06 about e， f not-serious\nscore li r/X 7/8\n"))
	f.Add([]byte(head + "expect li under a=b\n  line x -1 takes 0 : \\\n  lines all\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := scenario.Parse("s.txt", src)
		var invalid *document.Invalid
		switch {
		case err == nil && s == nil:
			t.Fatal("neither a scenario nor problems")
		case err == nil:
			if string(scenario.Update(src, scenario.Result{})) != string(src) {
				t.Error("an update without a change changes the file")
			}
		case !errors.As(err, &invalid) || len(invalid.Problems) == 0:
			t.Fatalf("%v is no list of problems", err)
		default:
			lines := strings.Count(string(src), "\n") + 1
			for _, p := range invalid.Problems {
				if p.Line < 1 || p.Line > lines || p.Column < 1 {
					t.Errorf("problem %v lies outside the file of %d lines", p, lines)
				}
			}
		}
	})
}

// A file that is no scenario at all is not read to its end.
func TestAnotherFile(t *testing.T) {
	_, err := scenario.Parse("s.txt", []byte(strings.Repeat("no such thing # here\n", 100_000)))
	if err == nil || strings.Count(err.Error(), "\n") > 300 {
		t.Errorf("got %d bytes", len(err.Error()))
	}
}
