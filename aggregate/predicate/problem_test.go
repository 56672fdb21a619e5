package predicate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/predicate"
)

const (
	fields    = "want one of channel, reopened, seconds, subject, tags"
	channels  = "want one of email, chat, phone"
	tags      = "want one of vip, refund, urgent"
	functions = "want one of all, exists, contains, endsWith, size, startsWith"
	whole     = "predicates compare whole numbers"
)

// Each source stands in a block, so that its first character is in line 2 and column 3.
func TestProblems(t *testing.T) {
	cases := []struct {
		name, source string
		want         []string
	}{
		{"unknown field", `event.subjct == "x"`, []string{`2:9: event has no field "subjct" (did you mean "subject"?); ` + fields}},
		{"unknown field after white space", `event . subjct == "x"`, []string{`2:11: event has no field "subjct" (did you mean "subject"?); ` + fields}},
		{"unknown variable", `evnt.subject == "x"`, []string{`2:3: unknown name "evnt" (did you mean "event"?)`}},
		{"field without its variable", `subject == "x"`, []string{`2:3: unknown name "subject" (did you mean "event.subject"?)`}},
		{"the variable itself", `event == event`, []string{
			"2:3: event: want one of its fields: channel, reopened, seconds, subject, tags",
			"2:12: event: want one of its fields: channel, reopened, seconds, subject, tags",
		}},
		{"field of a field", `event.subject.x == "y"`, []string{`2:17: "x": only event has fields`}},
		{"field of a member", `event.tags.exists(t, t.x == "y")`, []string{`2:26: "x": only event has fields`}},
		{"unknown member", `event.tags.exists(tag, tg == "vip")`, []string{`2:26: unknown name "tg" (did you mean "tag"?)`}},
		{"member behind its loop", `event.tags.exists(t, t == "vip") && t == "vip"`, []string{`2:39: unknown name "t"`}},
		{"member called like the variable", `event.tags.exists(event, event == "y")`, []string{
			"2:20: the members of the list cannot be called event too"}},

		{"unknown value", `event.channel == "mail"`, []string{`2:20: channel "mail": unknown value (did you mean "email"?); ` + channels}},
		{"unknown value on the left", `"e-mial" != event.channel`, []string{`2:3: channel "e-mial": unknown value (did you mean "email"?); ` + channels}},
		{"unknown value in a list", `event.channel in ["chat", "emial"]`, []string{`2:29: channel "emial": unknown value (did you mean "email"?); ` + channels}},
		{"unknown value of a member", `event.tags.exists(t, t == "vp")`, []string{`2:29: tags "vp": unknown value (did you mean "vip"?); ` + tags}},
		{"unknown value in a field", `"vp" in event.tags`, []string{`2:3: tags "vp": unknown value (did you mean "vip"?); ` + tags}},
		{"unknown value of a choice", `event.channel == (event.reopened ? "chat" : "fax")`, []string{`2:47: channel "fax": unknown value; ` + channels}},
		{"unknown value in a raw text", `event.channel == r"mail"`, []string{`2:20: channel "mail": unknown value (did you mean "email"?); ` + channels}},

		{"fraction", `event.seconds > 0.5`, []string{"2:19: " + whole}},
		{"fractions only", `48.0/49.0 >= 1.0`, []string{`2:7: "/": a predicate compares and does not calculate`, "2:16: " + whole}},
		{"fraction in a list", `event.seconds in [1, 1.5]`, []string{"2:24: " + whole}},
		{"conversion to a fraction", `double(event.seconds) > 1`, []string{"2:3: " + whole}},
		{"type of fractions", `event.seconds == double`, []string{"2:20: " + whole}},
		{"other numbers", `event.seconds > 3u`, []string{"2:19: want a text, a whole number, true or false"}},
		{"nothing", `event.subject == null`, []string{"2:20: want a text, a whole number, true or false"}},
		{"number too large", `event.seconds > 99999999999999999999`, []string{"2:19: invalid int literal"}},
		{"calculation", `event.seconds + 2 > 1`, []string{`2:17: "+": a predicate compares and does not calculate`}},
		{"negative field", `-event.seconds > 1`, []string{`2:3: "-": a predicate compares and does not calculate`}},
		{"index", `event.tags[0] == "vip"`, []string{"2:13: a place in a list may be empty; want in, exists or all"}},
		{"object", `{"a": 1} == {"a": 1}`, []string{
			"2:3: a predicate makes no maps and no objects", "2:15: a predicate makes no maps and no objects"}},

		{"misspelt function", `event.subject.startWith("x")`, []string{`2:17: unknown function "startWith" (did you mean "startsWith"?); ` + functions}},
		{"function with white space", `event.subject.matches ("x")`, []string{`2:17: unknown function "matches"; ` + functions}},
		{"other loop", `event.tags.map(t, t) == []`, []string{`2:14: unknown function "map"; ` + functions}},
		{"presence", `has(event.subject)`, []string{`2:3: unknown function "has"; ` + functions}},
		{"time", `timestamp(event.subject) > timestamp("x")`, []string{`2:3: unknown function "timestamp"; ` + functions, `2:30: unknown function "timestamp"; ` + functions}},
		{"loop without a condition", `event.tags.exists(t)`, []string{"2:14: exists: want list.exists(name, condition)"}},
		{"loop without a name", `event.tags.all("t", true)`, []string{"2:18: argument must be a simple name"}},

		{"not a condition", `event.seconds`, []string{"2:3: a predicate is true or false, this is a whole number"}},
		{"not a condition either", `event.tags`, []string{"2:3: a predicate is true or false, this is texts"}},
		{"two types", `event.seconds == "x"`, []string{`2:17: "==" does not fit (a whole number, a text)`}},
		{"two types in a function", `event.subject.contains(3)`, []string{`2:25: "contains" does not fit a text.(a whole number)`}},
		{"two types of a choice", `event.reopened ? 1 : "a"`, []string{`2:18: "?:" does not fit (true or false, a whole number, a text)`}},
		{"a number as a condition", `event.seconds && true`, []string{"2:3: want true or false, found a whole number"}},
		{"a text as a list", `event.subject.exists(t, true)`, []string{"2:3: exists and all ask a list, this is a text"}},
		{"list of two types", `event.seconds in [1, "a"]`, []string{"2:20: a list holds texts or whole numbers, not both and not nothing"}},
		{"list of no type", `size([]) == 0`, []string{"2:8: a list holds texts or whole numbers, not both and not nothing"}},

		{"nothing to compare with", `event.seconds >`, []string{"2:18: syntax error: unexpected end"}},
		{"parenthesis not closed", `event.seconds > (3`, []string{"2:21: syntax error: missing ')' at the end"}},
		{"parenthesis not opened", `event.seconds > 3)`, []string{`2:20: syntax error: unexpected ")"`}},
		{"text without an end", `event.subject == 'x`, []string{"2:20: syntax error: the text 'x has no end"}},
		{"assignment", `event.seconds = 3`, []string{`2:17: syntax error: unexpected "=" (did you mean "=="?)`}},
		{"and in words", `event.reopened and event.seconds > 3`, []string{`2:18: syntax error: unexpected "and" (did you mean "&&"?)`}},
		{"only the first syntax error", `event.seconds = 3 || event.reopened and )`, []string{`2:17: syntax error: unexpected "=" (did you mean "=="?)`}},
		{"point without a field", `event.`, []string{`2:9: syntax error: unexpected "."`}},
		{"nested too deeply", strings.Repeat("(", 60) + "true" + strings.Repeat(")", 60), []string{"2:3: nested deeper than 50 levels"}},
		{"chained too deeply", strings.Repeat("true == ", 300) + "true", []string{"2:3: nested deeper than 50 levels"}},
		{"too long", `event.subject == "` + strings.Repeat("x", 4000) + `"`, []string{"2:4003: the predicate is longer than 4000 characters"}},
		{"too dear", `event.tags.exists(a, event.tags.exists(b, event.tags.exists(c, a == b && b == c)))`, []string{
			"2:3: exists and all stand within each other too deeply: an evaluation may take more than 100000 steps"}},

		{"several, from left to right", `event.secnds > 3 && event.channel == "mail" && size(event.tags) > 1.5`, []string{
			`2:9: event has no field "secnds" (did you mean "seconds"?); ` + fields,
			`2:40: channel "mail": unknown value (did you mean "email"?); ` + channels,
			"2:69: " + whole,
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, got := compile(t, block(c.source))
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got, +want)\n%s", diff)
			}
		})
	}
}

// What is wrong stands where the file has it, however YAML writes the text.
func TestWhereProblemsStand(t *testing.T) {
	double := func(at string) []string { return []string{at + ": " + whole} }
	cases := []struct {
		name, yaml string
		want       []string
	}{
		{"plain", "when: event.seconds > 1.5\n", double("1:23")},
		{"plain after more space", "id: x\nwhen:    event.seconds > 1.5 # a comment\n", double("2:26")},
		{"plain in the next line", "when:\n    event.seconds > 1.5\n", double("2:21")},
		{"plain of several lines", "when: event.reopened &&\n\n   event.seconds\n   > 1.5\nid: x\n", double("4:6")},
		{"plain in a flow", "{id: x, when: event.seconds > 1.5, n: 3}\n", double("1:31")},
		{"plain behind wide characters", "{id: 客户, when: event.seconds > 1.5}\n", double("1:32")},
		{"plain with wide characters", "when: event.subject == \"客户\" || event.seconds > 1.5\n", double("1:48")},
		{"plain with the ends of Windows", "id: x\r\nwhen: event.reopened &&\r\n  event.seconds > 1.5\r\n", double("3:19")},
		{"single quotes", "when: 'event.seconds > 1.5'\n", double("1:24")},
		{"single quotes with quotes", "when: 'event.subject == ''x'' || event.seconds > 1.5'\n", double("1:50")},
		{"single quotes of several lines", "when: 'event.subject == ''x''\n  ||\n\n  event.seconds > 1.5'\n", double("4:19")},
		{"double quotes", "when: \"event.seconds > 1.5\"\n", double("1:24")},
		{"double quotes with escapes", `when: "event.subject == \"\\t\u5ba2\x41\" ||\n\tevent.seconds > 1.5"` + "\n", double("1:65")},
		{"double quotes with white space as a number", `when: "event.seconds\u0020>\x20\x31.5"` + "\n", double("1:32")},
		{"double quotes of several lines", "when: \"event.subject == \\\"x\\\"\n  || event\\\n  .seconds > 1.5\"\n", double("3:14")},
		{"literal block", "when: |\n  event.seconds > 1.5\n", double("2:19")},
		{"literal block of several lines", "id: x\nwhen: |- # a comment\n    event.reopened &&\n\n      event.seconds > 1.5\nn: 3\n", double("5:23")},
		{"literal block with its indentation", "when: |2\n    event.seconds > 1.5\n", double("2:21")},
		{"literal block after empty lines", "when: |\n\n\n  event.seconds > 1.5\n", double("4:19")},
		{"literal block with a comment of CEL", "when: |\n  // \"quotes' count\n  event.seconds > 1.5\n", double("3:19")},
		{"folded block", "when: >\n  event.seconds > 1.5\n", double("2:19")},
		{"folded block of several lines", "when: >-\n  event.reopened &&\n  event.subject != \"客户\" &&\n\n  event.seconds > 1.5\n", double("5:19")},

		{"the end of a plain text", "when: event.seconds > # a comment\nid: x\n", []string{"1:22: syntax error: unexpected end"}},
		{"the end of a quoted text", "when: 'event.seconds > '\n", []string{"1:23: syntax error: unexpected end"}},
		{"the end of a text in escapes", `when: "event.subject == \"x\" || "` + "\n", []string{"1:33: syntax error: unexpected end"}},
		{"the end of a block", "when: |\n  event.reopened\n  ||\nid: x\n", []string{"3:5: syntax error: unexpected end"}},
		{"a type in the second line", "when: |\n  event.reopened ||\n  event.seconds ||\n  event.seconds == true\n", []string{
			"3:3: want true or false, found a whole number", `4:17: "==" does not fit (a whole number, true or false)`}},

		{"a text that is empty", "when: ''\n", []string{"1:7: the predicate is empty"}},
		{"a block that is empty", "when: |\n\nid: x\n", []string{"1:7: the predicate is empty"}},
		{"a number", "when: 3\n", []string{"1:7: want a predicate, found a number"}},
		{"true", "when: true\n", []string{"1:7: want a predicate, found true or false"}},
		{"a list", "when: [event.reopened]\n", []string{"1:7: want a predicate, found a list"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, got := compile(t, c.yaml)
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got, +want)\n%s", diff)
			}
		})
	}
}

// A node that a program made has no other place.
func TestWhereProblemsStandWithoutAFile(t *testing.T) {
	at := document.Position{Line: 3, Column: 9}
	for _, text := range []string{"event.seconds > 1.5", "event.seconds >", "\xff", ""} {
		_, problems := predicate.Compile[ticket](env, &document.Node{Kind: document.Text, Text: text, At: at})
		if len(problems) != 1 || problems[0].Position != at {
			t.Errorf("%q: got %v, want one at %v", text, problems, at)
		}
	}
}
