package workflow_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	months = []workflow.MonthID{march, april}
	people = []workflow.Actor{chen, wang, zhou, hr, money, li, as("ma", policy.Supervisor), as("zhao", policy.Leader), as("204", policy.Supervisor),
		as("Chen", policy.Leader), as("LI", policy.Supervisor), as("li.chat", policy.Leader)}
	agents = []string{"li", "ma", "zhao", "new", "nobody"}
	rules  = []string{"attitude", "attitude/c-1", "calls"}
	runs   = []string{"run-1", "run-2", "run-3"}
)

// sender is somebody who reads the log now and then, and acts on what it said then.
type sender struct {
	state *workflow.State
	read  int
}

// world is a log that several senders write to.
type world struct {
	t       *rapid.T
	records []workflow.Record
	senders []*sender
	ids     int
}

func (w *world) append(value []byte) {
	n := len(w.records)
	w.records = append(w.records, workflow.Record{Offset: int64(n + n/7), Time: start.Add(time.Duration(n) * time.Second), Value: value}) // offsets have gaps
}

// act lets one of the senders do something.
func (w *world) act() {
	s := rapid.SampledFrom(w.senders).Draw(w.t, "sender")
	if rapid.IntRange(0, 2).Draw(w.t, "reads") > 0 {
		for ; s.read < len(w.records); s.read++ {
			s.state.Apply(w.records[s.read])
		}
	}
	switch rapid.IntRange(0, 19).Draw(w.t, "kind") {
	case 0:
		w.append(rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(w.t, "garbage"))
	case 1, 2:
		if len(w.records) > 0 {
			w.append(rapid.SampledFrom(w.records).Draw(w.t, "copy").Value)
		}
	default:
		w.send(s.state)
	}
}

func (w *world) send(s *workflow.State) {
	m := s.Month(rapid.SampledFrom(months).Draw(w.t, "month"))
	a := w.next(s, m)
	by := rapid.SampledFrom(people).Draw(w.t, "by")
	if rapid.IntRange(0, 3).Draw(w.t, "able") > 0 {
		by = w.able(a)
	}
	w.ids++
	c := workflow.Command{ID: id(w.ids), By: by, Why: "because", Expect: s.Expect(a), Action: a}
	value, err := c.MarshalJSON()
	if err != nil {
		w.t.Fatal(err)
	}
	w.append(value)
}

// able returns somebody who may do it, most of the time.
func (w *world) able(a workflow.Action) workflow.Actor {
	switch a := a.(type) {
	case workflow.Approve, workflow.ApproveAdjustment:
		return wang
	case workflow.FileAppeal:
		return as(a.Agent, policy.Agent)
	case workflow.DecideAppeal:
		return hr
	}
	return rapid.SampledFrom([]workflow.Actor{chen, wang}).Draw(w.t, "by")
}

// next returns what a month waits for, or anything.
func (w *world) next(s *workflow.State, m workflow.Month) workflow.Action {
	usual := map[workflow.Phase][]int{
		workflow.PhaseOpen: {1}, workflow.PhaseCalculated: {2, 11}, workflow.PhaseScored: {3}, workflow.PhaseApproved: {4},
		workflow.PhasePublished: {5, 6, 7, 8, 9, 11}, workflow.PhaseExported: {5, 6, 7, 8, 9, 11},
	}[m.Phase]
	if m.Frozen == nil {
		usual = []int{0}
	}
	which := rapid.SampledFrom(usual).Draw(w.t, "usual")
	if rapid.IntRange(0, 1).Draw(w.t, "anything") == 0 {
		which = rapid.IntRange(0, 11).Draw(w.t, "action")
	}
	return w.action(s, m, which)
}

func (w *world) action(s *workflow.State, m workflow.Month, which int) workflow.Action {
	run, agent, ruleID := rapid.SampledFrom(runs).Draw(w.t, "run"), rapid.SampledFrom(agents).Draw(w.t, "agent"), rapid.SampledFrom(rules).Draw(w.t, "rule")
	held, appeal, adjustment := run, id(999), id(999)
	if m.Run != nil {
		held = m.Run.ID
	}
	if len(m.Appeals) > 0 {
		appeal = rapid.SampledFrom(m.Appeals).Draw(w.t, "appeal").ID
	}
	if all := s.Adjustments(m.ID.Company, m.ID.Policy); len(all) > 0 {
		adjustment = rapid.SampledFrom(all).Draw(w.t, "adjustment").ID
	}
	switch which {
	case 0:
		f := freeze(m.ID)
		f.Again, f.Terms.FourEyes = rapid.Bool().Draw(w.t, "again"), rapid.Bool().Draw(w.t, "four eyes")
		return f
	case 1, 2:
		return calculate(m.ID, run, rapid.IntRange(0, 1).Draw(w.t, "missing"))
	case 3:
		return workflow.Approve{Month: m.ID, Run: held, Seen: rapid.SampledFrom([]int64{0, s.Head().Sequence}).Draw(w.t, "seen")}
	case 4:
		return workflow.Publish{Month: m.ID, Run: held, AppealUntil: start.Add(time.Duration(rapid.IntRange(0, 400).Draw(w.t, "until")) * time.Second)}
	case 5:
		e := workflow.Export{Month: m.ID, Run: held, Files: []workflow.File{{Name: "pay.csv", SHA256: hash(run)}}}
		if rapid.Bool().Draw(w.t, "adjusted") {
			e.Adjustments = []string{adjustment}
		}
		return e
	case 6:
		return workflow.FileAppeal{Month: m.ID, Agent: agent, Rule: ruleID}
	case 7:
		return workflow.DecideAppeal{Month: m.ID, Appeal: appeal, Upheld: rapid.Bool().Draw(w.t, "upheld")}
	case 8:
		if rapid.IntRange(0, 4).Draw(w.t, "withdraws") == 0 {
			return withdraw()
		}
		a := missing()
		a.Months = []workflow.AdjustedMonth{{Month: m.ID.Month, From: m.Holds(), Run: workflow.Run{ID: run, Input: hash(run), Result: hash(run), Head: hash(run)}}}
		a.Months[0].Run.Missing = rapid.IntRange(0, 1).Draw(w.t, "lacks")
		return a
	case 9:
		return workflow.ApproveAdjustment{Company: "acme", Policy: "express", Adjustment: adjustment}
	case 10:
		return incident(agent)
	}
	scores := workflow.SetScores{Month: m.ID, Scores: []workflow.Score{{Agent: agent, Rule: ruleID, Points: new(amount.Points(rapid.IntRange(-100, 100).Draw(w.t, "points")))}}}
	if m.Phase.Locked() && rapid.Bool().Draw(w.t, "appealed") {
		scores.Appeal = appeal
	}
	if rapid.Bool().Draw(w.t, "waives") {
		scores.Waivers = []workflow.Waiver{{Agent: "ma", Rule: "exam", Reason: "was ill"}}
	}
	return scores
}

// worldOf returns a log with the documents that months are frozen from, to which several senders wrote.
func worldOf(t *rapid.T) *world {
	w := &world{t: t, ids: 2}
	for range rapid.IntRange(1, 4).Draw(t, "senders") {
		w.senders = append(w.senders, &sender{state: workflow.New()})
	}
	for i, a := range []workflow.Activate{document(workflow.PolicyDocument, "express", "the policy"), document(workflow.CalendarDocument, "cn", "the calendar")} {
		value, err := workflow.Command{ID: id(i + 1), By: chen, Expect: workflow.New().Expect(a), Action: a}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		w.append(value)
	}
	for range rapid.IntRange(20, 120).Draw(t, "length") {
		w.act()
	}
	return w
}

// summary is everything that a reader can ask a state for.
func summary(t *rapid.T, s *workflow.State) string {
	text := fmt.Sprintf("%d %d %+v\n", s.Next(), s.Foreign(), s.Head())
	for _, all := range []any{s.Months("acme"), s.Adjustments("acme", "express"), s.Events("acme"), s.Documents("acme", workflow.PolicyDocument)} {
		b, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		text += string(b) + "\n"
	}
	for _, m := range s.Months("acme") {
		scores, waivers := m.Manual()
		text += fmt.Sprintf("%s %+v %+v\n", m.Holds(), scores, waivers)
	}
	return text
}

// In one go, in pieces, or with records read again: the verdicts are the same.
func TestFoldingIsTheSameHoweverTheLogIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worldOf(t)
		one, pieces := workflow.New(), workflow.New()
		var verdicts []workflow.Verdict
		for _, r := range w.records {
			v, _ := one.Apply(r)
			verdicts = append(verdicts, v)
		}
		for end := 0; end < len(w.records); {
			from := rapid.IntRange(0, end).Draw(t, "from")
			end = rapid.IntRange(end+1, len(w.records)).Draw(t, "end")
			for i := from; i < end; i++ {
				got, ok := pieces.Apply(w.records[i])
				if ok != (verdicts[i] != workflow.Verdict{}) || got.Accepted != verdicts[i].Accepted || got.Hash != verdicts[i].Hash || got.Offset != verdicts[i].Offset {
					t.Fatalf("record %d: %+v, in pieces %+v", i, verdicts[i], got)
				}
			}
		}
		if diff := cmp.Diff(summary(t, one), summary(t, pieces)); diff != "" {
			t.Fatalf("in one go and in pieces (-want, +got):\n%s", diff)
		}
		for _, s := range w.senders {
			for ; s.read < len(w.records); s.read++ {
				s.state.Apply(w.records[s.read])
			}
			if s.state.Head() != one.Head() {
				t.Fatal("a sender has another head")
			}
		}
	})
}

// What holds after every record, whatever came before.
func TestEveryRecordKeepsThePromises(t *testing.T) {
	seen := tally{phases: map[workflow.Phase]int{}, codes: map[workflow.RefusalCode]int{}}
	rapid.Check(t, func(t *rapid.T) {
		w := worldOf(t)
		s := workflow.New()
		approvals := map[workflow.MonthID]int{}
		for _, r := range w.records {
			before := map[workflow.MonthID]workflow.Month{}
			for _, m := range months {
				before[m] = s.Month(m)
			}
			c, err := workflow.ParseCommand(r.Value)
			_, copied := s.Verdict(c.ID)
			things, waits := expected(s, c), waiting(s)
			head := s.Head()
			v, ok := s.Apply(r)
			if ok != (err == nil) || ok && v.Accepted != (v.Refusal == nil) {
				t.Fatalf("%q: verdict %+v, %t", r.Value, v, ok)
			}
			counts := ok && v.Accepted && !copied
			switch {
			case copied:
				seen.copies++
			case v.Refusal != nil:
				seen.codes[v.Refusal.Code]++
			}
			if counts != (s.Head() != head) || counts && (s.Head().Sequence != head.Sequence+1 || s.Head().Hash != v.Hash) {
				t.Fatalf("verdict %+v: head %+v, then %+v", v, head, s.Head())
			}
			for thing, version := range things {
				if now := s.Version(thing); counts && now != version+1 || !counts && now != version {
					t.Fatalf("%s: version %d, then %d", thing, version, now)
				}
			}
			if a, approves := c.Action.(workflow.Approve); approves && counts {
				approvals[a.Month]++
			}
			for _, m := range months {
				keeps(t, before[m], s.Month(m), counts, waits)
				seen.late += len(late(s.Month(m))) - len(late(before[m]))
			}
			promisesOfAdjustments(t, s, waits, c, counts)
		}
		for m, n := range approvals {
			if n != 1 {
				t.Fatalf("month %s was approved %d times", m, n)
			}
		}
		seen.add(s)
	})
	seen.check(t)
}

// expected returns the versions of what a command expects.
func expected(s *workflow.State, c workflow.Command) map[workflow.Thing]int64 {
	all := map[workflow.Thing]int64{}
	for _, e := range c.Expect {
		all[e.Thing] = s.Version(e.Thing)
	}
	return all
}

// waiting returns the adjustment that nobody has approved, nil when there is none.
func waiting(s *workflow.State) *workflow.Adjustment {
	if all := s.Adjustments("acme", "express"); len(all) > 0 && all[len(all)-1].Approved == nil {
		return &all[len(all)-1]
	}
	return nil
}

// late returns the scores that were given after the lock without an appeal.
func late(m workflow.Month) (all []workflow.Given) {
	for _, g := range m.Scores {
		if m.Approved != nil && g.Sequence > m.Approved.Sequence && g.Appeal == "" {
			all = append(all, g)
		}
	}
	return all
}

// promisesOfAdjustments: of those that nobody approved there is one at most, and what holds lacks nothing.
func promisesOfAdjustments(t *rapid.T, s *workflow.State, before *workflow.Adjustment, c workflow.Command, counts bool) {
	all := s.Adjustments("acme", "express")
	for i, a := range all {
		if a.Approved == nil && i < len(all)-1 || a.Approved != nil && a.Months[0].Run.Missing > 0 || len(a.Months) == 0 {
			t.Fatalf("adjustments %+v", all)
		}
	}
	if a, ok := c.Action.(workflow.Adjust); ok && counts && len(a.Months) == 0 && (before == nil || waiting(s) != nil) {
		t.Fatalf("taken away: %+v, and then waits %+v", before, waiting(s))
	}
}

func keeps(t *rapid.T, before, after workflow.Month, counts bool, waits *workflow.Adjustment) {
	switch {
	case after.Version < before.Version || after.Version > before.Version && !counts:
		t.Fatalf("version %d, then %d", before.Version, after.Version)
	case after.Version == before.Version && (after.Phase != before.Phase || len(after.Scores) != len(before.Scores) || len(after.Appeals) != len(before.Appeals) || after.Holds() != before.Holds()):
		t.Fatalf("changed without a version: %+v, then %+v", before, after)
	case before.Phase.Locked() && (!after.Phase.Locked() || after.Run.ID != before.Run.ID || after.Frozen.Sequence != before.Frozen.Sequence || *after.Approved != *before.Approved):
		t.Fatalf("changed after the lock: %+v, then %+v", before, after)
	}
	for _, g := range after.Scores[len(before.Scores):] {
		self := g.By.Name == g.Agent || g.Agent == "li" && (g.By.Name == "204" || g.By.Name == "LI")
		opened := waits != nil && waits.Months[0].Month == after.ID.Month && waits.Months[0].Run.Missing > 0 && slices.Contains(waits.People, g.Agent)
		if self || before.Phase.Locked() && g.Appeal == "" && !opened {
			t.Fatalf("in phase %s: score %+v", before.Phase, g)
		}
	}
}

// tally counts what worlds came to: only those that go deep prove anything.
type tally struct {
	worlds, adjusted, copies int
	late                     int // scores after the lock without an appeal
	phases                   map[workflow.Phase]int
	codes                    map[workflow.RefusalCode]int
}

func (c *tally) add(s *workflow.State) {
	c.worlds++
	for _, m := range s.Months("acme") {
		c.phases[m.Phase]++
		if m.Run != nil && m.Holds() != m.Run.ID {
			c.adjusted++
		}
	}
}

func (c *tally) check(t *testing.T) {
	t.Logf("%+v", *c)
	for _, p := range []workflow.Phase{workflow.PhaseOpen, workflow.PhaseCalculated, workflow.PhaseScored, workflow.PhaseApproved, workflow.PhasePublished, workflow.PhaseExported} {
		if c.phases[p] == 0 {
			t.Errorf("no month ends %s", p)
		}
	}
	for _, code := range []workflow.RefusalCode{workflow.CodeStale, workflow.CodePhase, workflow.CodeRole, workflow.CodeSelf, workflow.CodeFourEyes,
		workflow.CodeUnknown, workflow.CodeDuplicate, workflow.CodeLate, workflow.CodeLocked, workflow.CodeInvalid} {
		if c.codes[code] == 0 {
			t.Errorf("nothing is refused as %s", code)
		}
	}
	// Scores that an adjustment waits for come up now and then, and not in every run: TestScoresThatAnAdjustmentWaitsFor has them.
	if c.adjusted == 0 || c.copies == 0 {
		t.Error("no month is adjusted, or no command copied")
	}
}

// Of any number of people who approve the same month at once, whoever comes first wins, and the others learn it.
func TestOneApprovalWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := workflow.New()
		n := 0
		apply := func(c workflow.Command) workflow.Verdict {
			value, err := c.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			v, _ := s.Apply(workflow.Record{Offset: int64(n), Time: start.Add(time.Duration(n) * time.Second), Value: value})
			n++
			return v
		}
		for i, a := range []workflow.Action{document(workflow.PolicyDocument, "express", "the policy"), document(workflow.CalendarDocument, "cn", "the calendar"), freeze(march), calculate(march, "run-1", 0)} {
			if v := apply(workflow.Command{ID: id(i + 1), By: chen, Expect: s.Expect(a), Action: a}); !v.Accepted {
				t.Fatal(v.Err())
			}
		}
		var commands []workflow.Command
		for i := range rapid.IntRange(2, 30).Draw(t, "approvers") {
			a := workflow.Approve{Month: march, Run: "run-1"}
			c := workflow.Command{ID: id(100 + i), By: as(fmt.Sprintf("leader-%d", i), policy.Leader), Expect: s.Expect(a), Action: a}
			commands = append(commands, c)
			if rapid.Bool().Draw(t, "sent again") {
				commands = append(commands, c)
			}
		}
		commands = rapid.Permutation(commands).Draw(t, "order")
		for i, c := range commands {
			v := apply(c)
			if first := commands[0]; v.Accepted != (c.ID == first.ID) || !v.Accepted && (v.Refusal.Code != workflow.CodeStale || v.Refusal.Winner.Command.By != first.By || !v.Refusal.Winner.Time.Equal(start.Add(4*time.Second))) {
				t.Fatalf("command %d of %s: %+v %v", i, c.By, v, v.Err())
			}
		}
	})
}
