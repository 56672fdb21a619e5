package predicate_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/predicate"
)

type channel string

// ticket is what the predicates of these tests speak of.
type ticket struct {
	Subject  string   `cel:"subject"`
	Channel  channel  `cel:"channel"`
	Reopened bool     `cel:"reopened"`
	Seconds  int64    `cel:"seconds"`
	Tags     []string `cel:"tags"`
	Internal time.Time
}

var vocabulary = map[string][]string{
	"channel": {"email", "chat", "phone"},
	"tags":    {"vip", "refund", "urgent"},
}

var env = predicate.NewEnv[ticket]("event", vocabulary)

// compile reads a predicate from a file in which it stands in quotes or not.
func compile(t testing.TB, yaml string) (*predicate.Predicate[ticket], []string) {
	t.Helper()
	root, err := document.Parse("policy.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	p, problems := predicate.Compile[ticket](env, root.Entry("when").Value)
	if (p == nil) != (len(problems) > 0) {
		t.Fatalf("got the predicate %v and the problems %v", p, problems)
	}
	var lines []string
	for _, problem := range problems {
		lines = append(lines, fmt.Sprintf("%d:%d: %s", problem.Line, problem.Column, problem.Message))
	}
	return p, lines
}

// block writes a predicate so that nothing in it needs an escape.
func block(source string) string {
	return "when: |\n  " + strings.ReplaceAll(source, "\n", "\n  ") + "\n"
}

func must(t testing.TB, source string) *predicate.Predicate[ticket] {
	t.Helper()
	p, problems := compile(t, block(source))
	if p == nil {
		t.Fatalf("%s: %v", source, problems)
	}
	return p
}

func TestHolds(t *testing.T) {
	email := ticket{Subject: "退货 request", Channel: "email", Seconds: 600, Tags: []string{"vip", "refund"}}
	cases := []struct {
		source string
		want   bool
	}{
		{`true`, true},
		{`event.reopened`, false},
		{`!event.reopened`, true},
		{`event.channel == "email"`, true},
		{`event.channel != "email"`, false},
		{`"email" == event.channel`, true},
		{`event.channel in ["chat", "email"]`, true},
		{`!(event.channel in ["chat", "phone"])`, true},
		{`event.channel in []`, false},
		{`event.seconds > 600`, false},
		{`event.seconds >= 600`, true},
		{`event.seconds > -1`, true},
		{`event.seconds == 600 ? event.reopened : event.channel == "email"`, false},
		{`event.seconds in [60, 600]`, true},
		{`event.subject.startsWith("退货")`, true},
		{`event.subject.endsWith("退货")`, false},
		{`event.subject.contains("req")`, true},
		{`event.subject.size() == 10 && size(event.tags) == 2`, true},
		{`event.subject < "a"`, false},
		{`"vip" in event.tags`, true},
		{`"urgent" in event.tags`, false},
		{`event.tags == ["vip", "refund"]`, true},
		{`event.tags == []`, false},
		{`event.tags.exists(t, t == "refund")`, true},
		{`event.tags.all(t, t == "refund")`, false},
		{`event.tags.all(t, t in ["vip", "refund"])`, true},
		{`event.tags.exists(t, event.tags.all(u, t == u))`, false},
		{`["email", "chat"].exists(c, c == event.channel)`, true},
		{`event.channel == (event.reopened ? "chat" : "email")`, true},
		{"event.reopened ||\n  // texts of one line\n  event.seconds < 1000", true},
	}
	for _, c := range cases {
		t.Run(c.source, func(t *testing.T) {
			p := must(t, c.source)
			got, err := p.Holds(&email)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if _, err := p.Holds(&ticket{}); err != nil {
				t.Errorf("of the zero value: %v", err)
			}
		})
	}
}

func TestSource(t *testing.T) {
	p, _ := compile(t, "when: 'event.seconds > 3'\n")
	if diff := cmp.Diff(p.Source(), "event.seconds > 3"); diff != "" {
		t.Errorf("(-got, +want)\n%s", diff)
	}
}

// A predicate is made once and asked by all who fold.
func TestHoldsConcurrently(t *testing.T) {
	p := must(t, `event.tags.exists(t, t == "vip") && event.seconds > 50`)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := range int64(100) {
				if got, err := p.Holds(&ticket{Seconds: i, Tags: []string{"refund", "vip"}}); err != nil || got != (i > 50) {
					t.Errorf("%d seconds: got %v, %v", i, got, err)
				}
			}
		})
	}
	wait.Wait()
}

// No value makes a predicate fail, however much longer it is than what the limit of the cost assumes.
func TestHoldsOfLongValues(t *testing.T) {
	p := must(t, `event.tags.all(t, t != "vip") && !event.subject.contains("x")`)
	v := ticket{Subject: strings.Repeat("a", 1_000_000), Tags: make([]string, 100_000)}
	if got, err := p.Holds(&v); err != nil || !got {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestMistakesOfTheProgram(t *testing.T) {
	type other struct {
		Name string `cel:"name"`
	}
	cases := []struct {
		name string
		do   func()
		want string
	}{
		{"another struct", func() { predicate.Compile[other](env, &document.Node{Kind: document.Text, Text: "true"}) },
			"predicate: compile over predicate_test.other in an environment of predicate_test.ticket"},
		{"a variable that is no name", func() { predicate.NewEnv[other]("Event", nil) },
			`predicate: variable "Event": want ^[a-z][a-z0-9_]*$`},
		{"a vocabulary of nothing", func() { predicate.NewEnv[other]("event", map[string][]string{"kind": nil}) },
			`predicate: vocabulary of "kind", which is no field of predicate_test.other`},
		{"a type that predicates do not compare", func() {
			predicate.NewEnv[struct {
				Rate float64 `cel:"rate"`
			}]("event", nil)
		}, "predicate: field Rate is float64: want a text, bool, int64 or []string"},
		{"the same name twice", func() {
			predicate.NewEnv[struct {
				A int64 `cel:"a"`
				B int64 `cel:"a"`
			}]("event", nil)
		}, "predicate: field B of struct { A int64 \"cel:\\\"a\\\"\"; B int64 \"cel:\\\"a\\\"\" }: tag \"a\": want a name of its own, ^[a-z][a-z0-9_]*$, on an exported field"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if diff := cmp.Diff(recover(), any(c.want)); diff != "" {
					t.Errorf("(-got, +want)\n%s", diff)
				}
			}()
			c.do()
		})
	}
}
