package predicate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/predicate"
)

// Whatever stands in a file, it is either told to be wrong, the same way each time and inside the text, or evaluates
// without an error.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		`event.channel in ["email", "chat"] && event.seconds > 600`, `event.tags.exists(t, t == "vip") || !event.reopened`,
		`event.tags.all(a, event.tags.exists(b, a == b))`, `event.subject.contains("x") ? true : event.seconds >= -3`,
		`1.0 == 1.0`, `event.tags[0]`, `event.`, `"\xff"`, "event.subject == '''a\nb'''", `event.reopened and true`, `{}.a`, `a{b: 1}`,
		"", "\x00", "((((", `event.tags.exists(event, event)`, `.event.subject`, `b"x"`, "// only a comment", `[[], [[]]] == []`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := &document.Node{Kind: document.Text, Text: text, At: document.Position{Line: 1, Column: 1}}
		p, problems := predicate.Compile[ticket](env, n)
		_, again := predicate.Compile[ticket](env, n)
		if diff := cmp.Diff(problems, again); diff != "" {
			t.Fatalf("%q is told differently the second time (-got, +want)\n%s", text, diff)
		}
		if (p == nil) != (len(problems) > 0) {
			t.Fatalf("%q: got %v and %v", text, p, problems)
		}
		for _, problem := range problems {
			if strings.Contains(problem.Message, "\n") || problem.Message == "" {
				t.Fatalf("%q: the problem %q is not one line", text, problem.Message)
			}
		}
		if p == nil {
			return
		}
		for _, v := range []ticket{{}, {Subject: "x", Channel: "email", Reopened: true, Seconds: -1, Tags: []string{"", "vip", "\xff"}}} {
			first, err := p.Holds(&v)
			if err != nil {
				t.Fatal(err)
			}
			if second, err := p.Holds(&v); err != nil || second != first {
				t.Fatalf("%q: first %v, then %v, %v", text, first, second, err)
			}
		}
	})
}
