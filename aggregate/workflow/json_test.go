package workflow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/google/go-cmp/cmp"
)

// every is one action of every kind.
func every(t testing.TB) []workflow.Action {
	l := newLog(t)
	return []workflow.Action{
		document(workflow.PolicyDocument, "express", "a \"text\"\nof two lines: 质检\n"), freeze(march), calculate(march, "run-1", 2), l.give("li", "attitude", "-17.5"),
		waive("li", "calls", id(7)), incident("li"), approve("run-1"), linkedIncident(), approveSeen(7), linkedAdjustment(), withdraw(),
		workflow.Publish{Month: march, Run: "run-1", AppealUntil: start}, publish("run-1"), export("run-1", id(8)), appealOf("li", "attitude/c-1"), decide(id(9)),
		adjust("run-1", "run-2"), approveAdjustment(id(10)),
	}
}

func TestCommandsSurviveJSON(t *testing.T) {
	for _, a := range every(t) {
		c := workflow.Command{ID: id(1), By: chen, Why: "因为", Expect: []workflow.Expect{{Thing: workflow.MonthThing(march), Version: 3}}, Action: a}
		value := encode(t, c)
		back, err := workflow.ParseCommand(value)
		if diff := cmp.Diff(c, back); err != nil || diff != "" {
			t.Errorf("%s\n%v (-want, +got):\n%s", value, err, diff)
		}
		if again := encode(t, back); string(again) != string(value) {
			t.Errorf("written again:\n got %s\nwant %s", again, value)
		}
	}
}

// The log is read for years: what stands in it must not change its meaning.
func TestJSONOfAScore(t *testing.T) {
	l := newLog(t)
	a := l.give("li", "attitude", "17.5")
	a.Waivers, a.Appeal = waive("ma", "calls", "").Waivers, id(7)
	c := workflow.Command{ID: id(1), By: chen, Why: "heard", Expect: []workflow.Expect{{Thing: workflow.MonthThing(march), Version: 3}}, Action: a}
	want := `{"v":1,"id":"00000000-0000-4000-8000-000000000001","kind":"score.set","by":{"name":"chen","role":"supervisor"},"why":"heard",` +
		`"expect":[{"thing":"month/acme/express/2024-03","version":3}],"data":{"month":{"company":"acme","policy":"express","month":"2024-03"},` +
		`"scores":[{"agent":"li","rule":"attitude","points":"17.50","reason":"good"}],"waivers":[{"agent":"ma","rule":"calls","reason":"was ill"}],` +
		`"appeal":"00000000-0000-4000-8000-000000000007"}}`
	if got := string(encode(t, c)); got != want {
		t.Errorf("score\n got %s\nwant %s", got, want)
	}
}

func TestMarshalRefuses(t *testing.T) {
	for name, a := range map[string]workflow.Action{"no action": nil, "no month": workflow.Approve{}, "no UTF-8": approve("\xff"), "no date": workflow.Activate{}} {
		if _, err := (workflow.Command{ID: id(1), Action: a}).MarshalJSON(); err == nil || !strings.Contains(err.Error(), id(1)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseCommandIsStrict(t *testing.T) {
	const month = `"month":{"company":"acme","policy":"express","month":"2024-03"}`
	envelope := func(data string) string {
		return `{"v":1,"id":"x","kind":"month.approve","by":{"name":"a","role":"leader"},"data":` + data + `}`
	}
	for _, row := range []struct{ name, value, want string }{
		{"nothing", ``, "read command"},
		{"no JSON", `score`, "read command"},
		{"no object", `[]`, "read command"},
		{"more than one", envelope(`{}`) + `{}`, "read command"},
		{"unknown kind", `{"v":1,"id":"x","kind":"month.delete","data":{}}`, `unknown kind "month.delete"`},
		{"unknown version", `{"v":2,"id":"x","kind":"month.approve","data":{}}`, "version 2, known is 1"},
		{"unknown member", `{"v":1,"id":"x","when":1,"kind":"month.approve","data":{}}`, "when"},
		{"unknown member of data", envelope(`{` + month + `,"run":"r","force":true}`), "force"},
		{"another case", envelope(`{` + month + `,"Run":"r"}`), "Run"},
		{"member twice", `{"v":1,"v":1,"id":"x","kind":"month.approve","data":{}}`, "duplicate"},
		{"member of data twice", envelope(`{` + month + `,"run":"r","run":"s"}`), "duplicate"},
		{"bad UTF-8", envelope(`{` + month + `,"run":"` + "\xff" + `"}`), "UTF-8"},
		{"lone surrogate", envelope(`{` + month + `,"run":"\ud800"}`), "surrogate"},
		{"no data", `{"v":1,"id":"x","kind":"month.approve"}`, "data"},
		{"no month", envelope(`{"month":{"company":"acme","policy":"express","month":"2024-13"}}`), "month"},
		{"points of three places", `{"v":1,"id":"x","kind":"score.set","data":{"scores":[{"points":"1.234"}]}}`, "1.234"},
		{"points as a number", `{"v":1,"id":"x","kind":"score.set","data":{"scores":[{"points":1.5}]}}`, "points"},
		{"too large", `"` + strings.Repeat("x", workflow.MaxBytes) + `"`, "7340034 bytes, at most 7340032"},
	} {
		_, err := workflow.ParseCommand([]byte(row.value))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}

// What is no command is counted and changes nothing.
func TestForeignRecords(t *testing.T) {
	l := newLog(t).frozen()
	head := l.state.Head()
	for _, value := range []string{"", "garbage", `{"v":1,"id":"x","kind":"month.approve","by":{"name":"a","role":"leader"},"data":{}}`} {
		if v, ok := l.append([]byte(value)); ok || v != (workflow.Verdict{}) {
			t.Errorf("%q is a command: %+v", value, v)
		}
	}
	if l.state.Foreign() != 3 || l.state.Next() != 6 || l.state.Head() != head {
		t.Errorf("%d foreign records, next offset %d, head %+v", l.state.Foreign(), l.state.Next(), l.state.Head())
	}
	for _, r := range l.records { // read again
		l.state.Apply(r)
	}
	if l.state.Foreign() != 3 || l.state.Next() != 6 || l.state.Head() != head {
		t.Error("records that were read again changed something")
	}
}

// A command whose acknowledgement was lost is sent again, and counts once.
func TestCopies(t *testing.T) {
	l := newLog(t).calculated()
	c := l.command(chen, l.give("li", "attitude", "1"))
	first := l.send(c)
	c.Expect[0].Version = 7 // even a copy that says something else
	second := l.send(c)
	if first != second || len(l.state.Month(march).Scores) != 1 {
		t.Errorf("first %+v, copy %+v", first, second)
	}
	refused := l.command(li, approve("run-1"))
	if first, second := l.send(refused), l.send(refused); first != second || first.Accepted {
		t.Errorf("first %+v, copy %+v", first, second)
	}
	if v, ok := l.state.Verdict(refused.ID); !ok || v.Offset != 6 || !v.Time.Equal(start.Add(6*time.Second)) {
		t.Errorf("verdict %+v, %t", v, ok)
	}
	for _, unknown := range []string{id(99), "x"} {
		if _, ok := l.state.Verdict(unknown); ok {
			t.Errorf("a verdict on %q", unknown)
		}
	}
}
