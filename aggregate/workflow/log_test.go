package workflow_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
)

var (
	chen  = workflow.Actor{Name: "chen", Role: policy.Supervisor}
	wang  = workflow.Actor{Name: "wang", Role: policy.Leader}
	zhou  = workflow.Actor{Name: "zhou", Role: policy.Leader}
	hr    = workflow.Actor{Name: "sun", Role: policy.HR}
	money = workflow.Actor{Name: "qian", Role: policy.Finance}
	li    = workflow.Actor{Name: "li", Role: policy.Agent}
)

var march = workflow.MonthID{Company: "acme", Policy: "express", Month: calendar.Month{Year: 2024, Month: time.March}}

var april = workflow.MonthID{Company: "acme", Policy: "express", Month: calendar.Month{Year: 2024, Month: time.April}}

// start is when the first command of a log is appended, one second before the second.
var start = time.Date(2024, 4, 12, 9, 30, 0, 0, time.UTC)

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func points(t testing.TB, text string) *amount.Points {
	t.Helper()
	p, err := amount.ParsePoints(text)
	if err != nil {
		t.Fatal(err)
	}
	return &p
}

func document(kind workflow.DocumentKind, name, text string) workflow.Activate {
	return workflow.Activate{Company: "acme", Kind: kind, Name: name, Effective: calendar.Date{Year: 2024, Month: 1, Day: 1}, SHA256: hash(text), Text: text}
}

func freeze(m workflow.MonthID) workflow.Freeze {
	return workflow.Freeze{
		Month: m, Policy: hash("the policy"), Calendar: hash("the calendar"), Positions: positions(),
		Terms: workflow.Terms{Scorers: []policy.Role{policy.Supervisor, policy.Leader}, Approvers: []policy.Role{policy.Leader}, FourEyes: true},
	}
}

func positions() []workflow.Position {
	return []workflow.Position{{Stream: "events", Partition: 0, Last: 41}, {Stream: "events", Partition: 1, Last: -1}}
}

func run(name string, people, missing int) workflow.Run {
	return workflow.Run{ID: name, Input: hash("input"), Result: hash(name), Agents: people, Missing: missing, Head: hash("head")}
}

func calculate(m workflow.MonthID, name string, missing int) workflow.Calculate {
	return workflow.Calculate{Month: m, Run: run(name, 3, missing), People: []string{"li", "ma", "zhao"},
		Accounts: map[string][]string{"li": {"204", "li@mail"}}}
}

func incident(about string) workflow.RuleIncident {
	return workflow.RuleIncident{Company: "acme", Incident: "c-1", About: about, Zone: "Asia/Shanghai",
		Ruling: event.IncidentRuled{Verdict: event.Upheld, Serious: new(true)}}
}

func adjust(from, name string) workflow.Adjust {
	return workflow.Adjust{Company: "acme", Policy: "express", Positions: positions(), People: []string{"li"},
		Months: []workflow.AdjustedMonth{{Month: march.Month, From: from, Run: run(name, 3, 0), Changed: 1}}}
}

// linkedIncident is a ruling about somebody whose other ids are said with it.
func linkedIncident() workflow.RuleIncident {
	a := incident("li")
	a.Accounts = []string{"li.chat", "lì"}
	return a
}

// linkedAdjustment is an adjustment with an id that li got after the lock.
func linkedAdjustment() workflow.Adjust {
	a := adjust("run-2", "run-3")
	a.Accounts = map[string][]string{"li": {"204", "li.chat"}, "zhou": {"zhou.chat"}}
	return a
}

// missing is an adjustment that lacks a score of li, and one of somebody new.
func missing() workflow.Adjust {
	a := linkedAdjustment()
	a.People, a.Months[0].Run.Missing = []string{"li", "new"}, 2
	a.Accounts["new"] = []string{"new.chat"}
	return a
}

// withdraw is an adjustment of nothing.
func withdraw() workflow.Adjust {
	return workflow.Adjust{Company: "acme", Policy: "express", Positions: positions(), Months: []workflow.AdjustedMonth{}, People: []string{}}
}

func approveSeen(sequence int64) workflow.Approve {
	return workflow.Approve{Month: march, Run: "run-2", Seen: sequence}
}

// log is a log and the state of whoever reads it.
type log struct {
	t       testing.TB
	state   *workflow.State
	records []workflow.Record
	ids     int
}

func newLog(t testing.TB) *log { return &log{t: t, state: workflow.New()} }

func id(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// command returns one that has seen everything.
func (l *log) command(by workflow.Actor, a workflow.Action) workflow.Command {
	l.ids++
	return workflow.Command{ID: id(l.ids), By: by, Why: "as agreed", Expect: l.state.Expect(a), Action: a}
}

func (l *log) append(value []byte) (workflow.Verdict, bool) {
	l.t.Helper()
	n := len(l.records)
	r := workflow.Record{Offset: int64(n), Time: start.Add(time.Duration(n) * time.Second), Value: value}
	l.records = append(l.records, r)
	return l.state.Apply(r)
}

func encode(t testing.TB, c workflow.Command) []byte {
	t.Helper()
	value, err := c.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func (l *log) send(c workflow.Command) workflow.Verdict {
	l.t.Helper()
	v, ok := l.append(encode(l.t, c))
	if !ok {
		l.t.Fatalf("%T is read as no command", c.Action)
	}
	return v
}

// do sends a command that is accepted, and returns its id.
func (l *log) do(by workflow.Actor, a workflow.Action) string {
	l.t.Helper()
	c := l.command(by, a)
	if err := l.send(c).Err(); err != nil {
		l.t.Fatalf("%T: %v", a, err)
	}
	return c.ID
}

// give is a single score.
func (l *log) give(agent, rule, value string) workflow.SetScores {
	return workflow.SetScores{Month: march, Scores: []workflow.Score{{Agent: agent, Rule: rule, Points: points(l.t, value), Reason: "good"}}}
}

// The following bring March to a phase.

func (l *log) frozen() *log {
	l.t.Helper()
	l.do(chen, document(workflow.PolicyDocument, "express", "the policy"))
	l.do(chen, document(workflow.CalendarDocument, "cn", "the calendar"))
	l.do(chen, freeze(march))
	return l
}

func (l *log) calculated() *log {
	l.t.Helper()
	l.frozen().do(chen, calculate(march, "run-1", 2))
	return l
}

func (l *log) scored() *log {
	l.t.Helper()
	l.calculated().do(chen, l.give("li", "attitude", "17.5"))
	l.do(chen, calculate(march, "run-2", 0))
	return l
}

func (l *log) approved() *log {
	l.t.Helper()
	l.scored().do(wang, workflow.Approve{Month: march, Run: "run-2"})
	return l
}

func (l *log) published() *log {
	l.t.Helper()
	l.approved().do(hr, workflow.Publish{Month: march, Run: "run-2", AppealUntil: start.Add(time.Minute)})
	return l
}

// appealed returns the id of an appeal of li about "attitude" that is upheld or rejected.
func (l *log) appealed(upheld bool) string {
	l.t.Helper()
	appeal := l.published().do(li, workflow.FileAppeal{Month: march, Agent: "li", Rule: "attitude"})
	l.do(hr, workflow.DecideAppeal{Month: march, Appeal: appeal, Upheld: upheld})
	return appeal
}

// adjusted returns the id of an adjustment that waits.
func (l *log) adjusted() string {
	l.t.Helper()
	return l.published().do(chen, adjust("run-2", "run-3"))
}

// lines joins lines of a text.
func lines(all ...string) string { return strings.Join(all, "\n") + "\n" }
