package cli

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/cmd/internal/app"
	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func ratio(num, den int64) *amount.Ratio { return &amount.Ratio{Num: num, Den: den} }

// exampleTable has an agent in each tier, one without a value, one without a name, and names that are wide, long, and meant
// to harm a terminal.
func exampleTable() tierTable {
	return tierTable{
		Table: rule.Table{
			Tiers: rule.TierCounts{{Tier: "A", Points: 2000, Agents: 2}, {Tier: "C", Points: 1050, Agents: 1}},
			Team:  rule.Sum{Calls: 3300, Days: 60},
			Agents: []rule.Agent{
				{Agent: "zhang.min", Name: "张敏", Calls: 2000, Days: 20, Figure: ratio(100, 1), Share: ratio(20, 11), Tier: "A", Points: 2000},
				{Agent: "x", Name: "A very long name that goes on and on", Calls: 1000, Days: 20, Figure: ratio(50, 1), Share: ratio(10, 11), Tier: "A", Points: 2000},
				{Agent: "evil\x1b[2J\u202e", Calls: 300, Days: 20, Figure: ratio(15, 1), Share: ratio(3, 11), Tier: "C", Points: 1050},
				{Agent: "new", Name: "new"},
			},
			Notes: rule.Notes{
				Source: metric.FromAttendance, Figure: rule.OwnDays, AverageBy: rule.PersonDays, Average: ratio(55, 1),
				CompanyDays: 20, Headcount: 3, Nobody: 1491, NotOnRoster: []string{"x"}, NoValue: []string{"new"}, NoCalls: []string{"idle"},
				NoDuty: []rule.Count{{Agent: "boss", Calls: 3}},
			},
		},
		policy: &policy.Policy{Name: "express-cs"}, month: calendar.Month{Year: 2026, Month: 10}, company: "default", team: "parcels",
	}
}

func TestShowTiers(t *testing.T) {
	var out strings.Builder
	if err := showTiers(&out, exampleTable()); err != nil {
		t.Fatal(err)
	}
	const want = `Efficiency tiers of 2026-10, team parcels of company default, policy express-cs

agent                         calls  days  per day  % of average  tier
──────────────────────────────────────────────────────────────────────────────────────────────────
张敏 (zhang.min)              2,000    20   100.00        181.82  A     ████████████████████████
A very long name that g… (x)  1,000    20    50.00         90.91  A     ████████████
evil·[2J·                       300    20    15.00         27.27  C     ███▌
new                               0     0        -             -  -
──────────────────────────────────────────────────────────────────────────────────────────────────
average of 3                  3,300    60    55.00        100.00

A 2 (20 points)   C 1 (10.50 points)

· Per day: calls ÷ the agent's own days worked. Average: 3,300 calls ÷ 60 days of 3 people.
· Days worked are known from the recorded attendance.
· 1,491 answered calls name no agent; they do not count in the average.
· Not on the roster in 2026-10, but with calls, so they take part: x.
· Without any call, but in the average: idle.
· Without a tier, because too few days worked are recorded: new.
· With calls, but without the duty, so not listed: boss (3).
`
	if diff := cmp.Diff(out.String(), want); diff != "" {
		t.Errorf("table (-got, +want):\n%s", diff)
	}
	for line := range strings.Lines(out.String()) {
		if w := text.StringWidth(strings.TrimSuffix(line, "\n")); w > maxWidth {
			t.Errorf("%d columns: %s", w, line)
		}
	}
}

func TestShowTiersInColours(t *testing.T) {
	text.EnableColors()
	plain, coloured := exampleTable(), exampleTable()
	coloured.colours = true
	var without, with strings.Builder
	if err := showTiers(&without, plain); err != nil {
		t.Fatal(err)
	}
	if err := showTiers(&with, coloured); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(without.String(), "\x1b") || !strings.Contains(with.String(), "\x1b[32mA\x1b[0m") {
		t.Error("colours must be there when asked for and not otherwise")
	}
	if diff := cmp.Diff(text.StripEscape(with.String()), without.String()); diff != "" {
		t.Errorf("colours change more than colours (-with, +without):\n%s", diff)
	}
}

func TestShowTiersOfAnEmptyMonth(t *testing.T) {
	table := exampleTable()
	table.Agents = nil
	var out strings.Builder
	if err := showTiers(&out, table); err != nil || !strings.Contains(out.String(), "Nothing to rank: in 2026-10") {
		t.Errorf("%v:\n%s", err, out.String())
	}
}

func TestShowVerified(t *testing.T) {
	end := int64(1500)
	v := app.Verified{Behind: 500, Report: clickhouse.Report{Gaps: 1, Partitions: []clickhouse.PartitionReport{
		{Stream: "events", Partition: 0, First: 0, Last: 999, End: &end, Accepted: 990, Rejected: 10},
		{Stream: "events", Epoch: 2, Partition: 1, First: 5, Last: 9, Accepted: 4, Problems: []clickhouse.Problem{
			{Kind: clickhouse.ProblemGap, First: 7, Last: 7, Detail: "no range has these 1 offsets"},
		}},
		{Stream: "imports", Partition: 0, Last: -1},
	}}}
	var out strings.Builder
	if err := showVerified(&out, v); err != nil {
		t.Fatal(err)
	}
	const want = `stream    partition  offsets  accepted  rejected  absent  lost  state
───────────────────────────────────────────────────────────────────────────────────────
events            0    0-999       990        10       0     0  500 to go
events/2          1      5-9         4         0       0     0  1 problems, see below
imports           0        -         0         0       0     0  ok

events partition 1 offsets 7-7: gap: no range has these 1 offsets
NOT CLEAN: 1 gaps, 0 overlaps, 0 steps backward; see the problems above
`
	if diff := cmp.Diff(out.String(), want); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

func TestShowVerifiedThatWaitedInVain(t *testing.T) {
	var out strings.Builder
	if err := showVerified(&out, app.Verified{Behind: 500, Sound: true}); err != nil ||
		!strings.Contains(out.String(), "NOT CLEAN: 500 records were not applied in the time of --wait: is ingest running?") {
		t.Errorf("%v:\n%s", err, out.String())
	}
}

func TestShowRejectedIsSafeToPrint(t *testing.T) {
	r := app.Rejected{
		Counts: []clickhouse.RejectedCount{{Reason: event.InvalidJSON, Records: 1}},
		Records: []clickhouse.RejectedRecord{{Rejected: event.Rejected{
			Reason: event.InvalidJSON, Detail: "at byte 0\x07", Key: []byte("k\n"), Value: []byte("\x1b]0;title\x07\xff{" + strings.Repeat("x", 1<<20)),
		}}},
	}
	var out strings.Builder
	if err := showRejected(&out, r, clickhouse.RejectedFilter{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\x07") || !utf8.ValidString(out.String()) {
		t.Errorf("not safe: %q", out.String())
	}
	if d := deadLettersOf(r, time.Now()); len(d.Records[0].Preview) > 4*previewWidth || strings.ContainsAny(d.Records[0].Preview+d.Records[0].Key, "\x1b\x07\n") {
		t.Errorf("not safe: %+q", d.Records[0].Preview+d.Records[0].Key)
	}
}

func FuzzPreview(f *testing.F) {
	f.Add([]byte("\x1b[2J\u202e张敏\xff"), 10)
	f.Fuzz(func(t *testing.T, b []byte, width int) {
		width = 1 + max(width, -width)&0xff
		s := preview(b, width)
		if text.StringWidth(s) > width {
			t.Errorf("%d columns, want at most %d: %q", text.StringWidth(s), width, s)
		}
		for _, r := range s {
			if !safe(r) {
				t.Errorf("%q is not safe: %q", r, s)
			}
		}
	})
}

func TestGroups(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := groups(n); got != want {
			t.Errorf("groups(%d) = %q, want %q", n, got, want)
		}
	}
}
