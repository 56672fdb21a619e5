package monthend_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/cmd/internal/monthend"
)

// TestReadSheet reads what spreadsheets make of a sheet.
func TestReadSheet(t *testing.T) {
	t.Parallel()
	want := []monthend.Judgement{
		{Line: 2, Agent: "li", Rule: "execution", Points: new(amount.Points(750)), Reason: "well, done"},
		{Line: 3, Agent: "李", Rule: "sampling", Waived: true, Reason: "ill"},
	}
	const sheet = "agent,rule,points,reason\nli,execution,7.5,\"well, done\"\n李,sampling,waived,ill\n"
	with := func(separator string) string {
		text := strings.ReplaceAll(sheet, ", done", "\x00 done")
		return strings.ReplaceAll(strings.ReplaceAll(text, ",", separator), "\x00", ",")
	}
	for _, c := range []struct {
		name, text string
		leftOut    int
	}{
		{"as it is written", sheet, 0},
		{"semicolons", with(";"), 0},
		{"tabs", with("\t"), 0},
		{"byte order mark and CRLF", "\ufeff" + strings.ReplaceAll(sheet, "\n", "\r\n"), 0},
		{"names with blanks in other letters", strings.Replace(sheet, "agent,rule,points", " Agent ,RULE, Points", 1), 0},
		{"empty columns", "agent,rule,points,reason,,\nli,execution,7.5,\"well, done\",,\n李,sampling,Waived,ill,,,,\n", 0},
		{"empty lines", sheet + ",,,\n\n,,,\n", 0},
		{"lines that nobody filled in", sheet + "wang,execution,,\nwang,sampling, , \n", 2},
		{"short lines", sheet + "wang,execution\n", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := monthend.ReadSheet(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got.Judgements, want); diff != "" || got.LeftOut != c.leftOut {
				t.Errorf("%d left out, want %d (-got, +want):\n%s", got.LeftOut, c.leftOut, diff)
			}
		})
	}
	for name, text := range map[string]string{
		"GBK": "agent,rule,points\n\xc0\xee,execution,1\n", "UTF-16": "\xff\xfea\x00g\x00", "UTF-16 without a mark": "a\x00g\x00e\x00n\x00t\x00",
	} {
		if _, err := monthend.ReadSheet(strings.NewReader(text)); !errors.Is(err, monthend.ErrEncoding) || !strings.Contains(err.Error(), "CSV UTF-8") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := monthend.ReadSheet(strings.NewReader("agent,rule,points\n" + strings.Repeat(" ", 17<<20))); err == nil {
		t.Error("a sheet that is too large was read in part")
	}
}

// TestSheetFaults names every faulty line once, whatever is wrong with it, and counts nothing.
func TestSheetFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store(w.simulated(small("2024-03")))
	d := w.desk()
	c := w.close(d, march)
	agent, other := c.Summary.Results[0].Agent, c.Summary.Results[1].Agent
	long := strings.Repeat("x", 60)
	s, err := monthend.ReadSheet(strings.NewReader(strings.Join([]string{
		"agent,rule,points,reason",
		agent + ",execution,many,",
		"nobody,execution,1,",
		agent + ",execution,2,",
		other + ",execution,99,",
		agent + ",enthusiasm,2,",
		long + ",execution," + strings.Repeat("7", 60) + ",",
		other + ",enthusiasm,1,a,reason",
		other + ",execution,,",
		other + ",enthusiasm,\"1",
	}, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.JudgeSheet(w.context(), judgeRequest("", march, nil), s)
	found, ok := errors.AsType[*monthend.JudgementError](err)
	if !ok {
		t.Fatalf("got %v, want the faults", err)
	}
	for i, want := range []string{
		"line 2: agent \"" + agent, "line 3: unknown agent", "line 4: agent \"" + agent + "\", rule \"execution\": it stands in line 2 already", "line 5: ",
		"line 7: agent \"" + long[:40] + "…\"", "line 8: ", "line 10: ",
	} {
		if i >= len(found.Problems) || !strings.HasPrefix(found.Problems[i], want) {
			t.Fatalf("problem %d: want %q in:\n%v", i, want, err)
		}
	}
	if text := err.Error(); len(found.Problems) != 7 || strings.Contains(text, long) || strings.Contains(text, strings.Repeat("7", 41)) || !strings.Contains(found.Problems[4], "unknown agent") {
		t.Errorf("got %d problems, want 7 with short cells:\n%s", len(found.Problems), text)
	}
	if m, err := d.Month(w.context(), "", march); err != nil || len(m.Scores) > 0 {
		t.Errorf("%d scores count, %v", len(m.Scores), err)
	}
}

// FuzzReadSheet has no text break the reader, and no line be made up.
func FuzzReadSheet(f *testing.F) {
	f.Add("agent,rule,points,reason\nli,execution,7.5,done\n")
	f.Add("\ufeffAGENT;rule;points\r\nli;x;waived\r\n;;\r\n")
	f.Add("agent\trule\tpoints\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := monthend.ReadSheet(strings.NewReader(text))
		if lines := strings.Count(text, "\n") + 1; err == nil && len(s.Judgements)+s.LeftOut >= lines {
			t.Errorf("%d judgements and %d left out on %d lines", len(s.Judgements), s.LeftOut, lines)
		}
	})
}
