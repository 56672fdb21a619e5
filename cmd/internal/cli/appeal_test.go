package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// appeals wants an upheld appeal to open its line, and nothing else.
func appeals(t *testing.T, s *stack, before closedShape) {
	agent, other := before.Results[0].Agent, before.Results[1].Agent
	file := func(rule string, more ...string) []string {
		return append([]string{"appeal", "file", "--month", s.month, "--agent", agent, "--rule", rule, "--by", agent, "--role", "agent"}, more...)
	}
	s.want(t, 2, "needs a reason", file("execution")...)
	s.want(t, 2, "unknown rule", file("exec", "--why", "no")...)
	s.want(t, 0, "nobody appealed", "appeal", "list", "--month", s.month)
	filed := read[struct{ ID, Verdict string }](t, s, 0, file("execution", "--why", "I did \u202eall of it")...)
	decide := []string{"appeal", "decide", filed.ID, "--month", s.month, "--verdict", "upheld"}
	s.want(t, 2, "needs a reason", append(decide, "--by", "wang:leader")...)
	s.want(t, 0, "upheld by wang (leader)", append(decide, "--by", "wang:leader", "--why", "so it was")...)
	if out := s.want(t, 0, "upheld", "appeal", "list", "--month", s.month); strings.Contains(out, "\u202e") {
		t.Errorf("not safe to print: %q", out)
	}
	s.want(t, 0, "upheld, and nothing follows from it yet", "appeal", "list", "--month", s.month)
	s.want(t, 0, "upheld, and nothing follows from it yet", "close", "status", "--month", s.month)
	set := func(who, rule string) []string {
		return []string{"score", "set", "--month", s.month, "--agent", who, "--rule", rule, "--points", "3", "--reason", "heard again", "--appeal", filed.ID}
	}
	s.want(t, 1, "not of", set(other, "execution")...)
	s.want(t, 0, "1 score by chen", set(agent, "execution")...)
	for _, list := range [][]string{{"appeal", "list"}, {"close", "status"}} {
		if out := s.want(t, 0, "", append(list, "--month", s.month)...); strings.Contains(out, "nothing follows") {
			t.Errorf("a score follows from it, and %v says: %s", list, out)
		}
	}
	s.want(t, 0, "heard again", "adjust")
	s.want(t, 2, "was never reported", "incident", "rule", "none", "--verdict", "upheld", "--why", "heard")
	s.want(t, 2, "needs a reason", "incident", "rule", "none", "--verdict", "upheld")
	s.want(t, 2, "--loss", "incident", "rule", "none", "--verdict", "upheld", "--why", "heard", "--loss", "-1")
}

// activations puts documents into force and names the months that they would have touched.
func activations(t *testing.T, s *stack) {
	s.want(t, 1, "already activated", "activate", "policy", "express-cs")
	s.want(t, 2, "unknown calendar", "activate", "calendar", "mars")
	s.want(t, 2, "no such file", "activate", "roster", filepath.Join(s.dir, "none.jsonl"))
	roster := filepath.Join(s.dir, "team.jsonl")
	write(t, roster, `{"agent":"new.one","zone":"Asia/Shanghai","name":"New One","team":"express","duties":["calls"],"effective":"`+s.month+`-01"}`+"\n")
	a := read[struct {
		Name    string
		Touched []struct{ Month, State string }
	}](t, s, 0, "activate", "roster", roster, "--effective", s.month+"-01")
	if a.Name != "team" || len(a.Touched) != 1 || a.Touched[0].Month != s.month {
		t.Errorf("activated: %+v", a)
	}
}
