package document_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/amount"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/google/go-cmp/cmp"
)

func parse(t testing.TB, src string) *document.Node {
	t.Helper()
	root, err := document.Parse("d.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestParse(t *testing.T) {
	const src = `# a comment
text: hello
quoted: "1"
number: -1.50
bool: true
nothing:
date: 2024-02-29
hours: ["09:00-18:00", 9:00]
block: |
  two
  lines
object: {a: 1, b: [~]}
`
	got := outline(parse(t, src))
	want := strings.TrimSpace(`
an object 2:1
 text=a text "hello" 2:7
 quoted=a text "1" 3:9
 number=a number "-1.50" 4:9
 bool=true or false "true" 5:7
 nothing=nothing 6:9
 date=a text "2024-02-29" 7:7
 hours=a list 8:8
  -a text "09:00-18:00" 8:9
  -a text "9:00" 8:24
 block=a text "two\nlines\n" 9:8
 object=an object 12:10
  a=a number "1" 12:13
  b=a list 12:19
   -nothing 12:20`)
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("tree (-got, +want):\n%s", diff)
	}
}

// outline writes a tree with the place of each value, a line for each.
func outline(n *document.Node) string {
	var b strings.Builder
	var write func(mark string, n *document.Node, indent string)
	write = func(mark string, n *document.Node, indent string) {
		text := ""
		if n.Text != "" && n.Kind != document.Null {
			text = fmt.Sprintf(" %q", n.Text)
		}
		fmt.Fprintf(&b, "%s%s%s%s %d:%d\n", indent, mark, n.Kind, text, n.At.Line, n.At.Column)
		for _, e := range n.Entries {
			write(e.Key+"=", e.Value, indent+" ")
		}
		for _, item := range n.Items {
			write("-", item, indent+" ")
		}
	}
	write("", n, "")
	return strings.TrimSpace(b.String())
}

func TestParseInvalid(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "d.yaml:1:1: the file is empty"},
		{"only a comment", "# nothing\n", "the file is empty"},
		{"syntax", "a: [1\nb: 2\n", "d.yaml:"},
		{"tab", "a:\n\tb: 1\n", "d.yaml:2:1: "},
		{"two documents", "a: 1\n---\nb: 2\n", "a second document; a file holds one"},
		{"a second document that is empty", "a: 1\n---\n", "d.yaml:2:1: a second document"},
		{"key twice", "a: 1\nb: 2\na: 3\n", `d.yaml:3:1: key "a" stands here twice, first in line 1`},
		{"number as a key", "a:\n  1: 2\n", `d.yaml:2:3: key "1": want a plain text`},
		{"anchor", "a: &x 1\n", "anchors, aliases, tags and merges have no place here"},
		{"alias", "a: *x\n", "anchors, aliases, tags and merges have no place here"},
		{"tag", "a: !!str 1\n", "anchors, aliases, tags and merges have no place here"},
		{"too deep", "a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "nested deeper than 64 levels"},
	} {
		root, err := document.Parse("d.yaml", []byte(c.src))
		var invalid *document.Invalid
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %+v, %v, want %s", c.name, root, err, c.want)
		}
	}
}

// What is read, and what is wrong, of one object whose members are called after what they are.
func TestReader(t *testing.T) {
	good := parse(t, `
name: C-1
id: c-1
title: {zh: 中, en: Middle}
text: some words
one: b
flag: true
points: 12.50
percent: 97.96
whole: 3
list: [1, 2]
`)
	r := document.Reader{}
	o := r.Object(good)
	if got, want := o.Title("title"), (document.Title{ZH: "中", EN: "Middle"}); got != want {
		t.Errorf("title: got %+v, want %+v", got, want)
	}
	if o.Name("name") != "C-1" || o.ID("id") != "c-1" || o.Text("text") != "some words" || o.OneOf("one", "a", "b") != "b" || !o.Bool("flag") {
		t.Error("texts: not what is written")
	}
	if o.OneOfOr("absent", "x", "y") != "x" || o.Bool("absent") || o.Optional("absent") != nil || o.Has("absent") {
		t.Error("absent keys: not their defaults")
	}
	if o.Points("points") != 1250 || o.Percent("percent").Cmp(amount.Ratio{Num: 9796, Den: 10000}) != 0 || o.Integer("whole", 0, 3) != 3 || len(o.List("list", 2)) != 2 {
		t.Error("numbers: not what is written")
	}
	o.Done()
	if len(r.Problems) > 0 {
		t.Errorf("problems of a good object: %+v", r.Problems)
	}
}

func TestReaderProblems(t *testing.T) {
	for _, c := range []struct {
		name, src string
		read      func(*document.Object)
		want      string // as "line:column: message"
	}{
		{"unknown key", "nmae: a", func(o *document.Object) { o.Has("name") }, `1:1: unknown key "nmae" (did you mean "name"?)`},
		{"missing key", "b: 1", func(o *document.Object) { o.Text("a"); o.Has("b") }, `1:1: key "a" is missing`},
		{"wrong kind", "a: 1", func(o *document.Object) { o.Text("a") }, `1:4: a: want a text, found a number`},
		{"empty text", "a: ' '", func(o *document.Object) { o.Text("a") }, `1:4: a: the text is empty`},
		{"title without a language", "a: {zh: 中}", func(o *document.Object) { o.Title("a") }, `1:5: key "en" is missing`},
		{"title in a third language", "a: {zh: 中, en: M, de: M}", func(o *document.Object) { o.Title("a") }, `1:19: unknown key "de"`},
		{"no title", "a: M", func(o *document.Object) { o.Title("a") }, `1:4: a: want an object, found a text`},
		{"no id", "a: Upper", func(o *document.Object) { o.ID("a") }, `1:4: a: "Upper": want a letter, then small letters, digits and '-'`},
		{"no name", "a: a_b", func(o *document.Object) { o.Name("a") }, `1:4: a: "a_b": want a letter, then letters, digits and '-'`},
		{"none of them", "a: maybe", func(o *document.Object) { o.OneOf("a", "yes", "no") }, `1:4: a: "maybe"; want one of yes, no`},
		{"no flag", "a: yes", func(o *document.Object) { o.Bool("a") }, `1:4: a: want true or false, found a text`},
		{"points below 0", "a: -1", func(o *document.Object) { o.Points("a") }, `1:4: a: -1: want 0 to 100000 with at most two places`},
		{"points too fine", "a: 1.234", func(o *document.Object) { o.Points("a") }, `1:4: a: 1.234: want 0 to 100000`},
		{"percent too large", "a: 100001", func(o *document.Object) { o.Percent("a") }, `1:4: a: 100001: want 0 to 100000 with at most four places`},
		{"not whole", "a: 1.5", func(o *document.Object) { o.Integer("a", 0, 9) }, `1:4: a: 1.5: want a whole number from 0 to 9`},
		{"too large", "a: 10", func(o *document.Object) { o.Integer("a", 0, 9) }, `1:4: a: 10: want a whole number from 0 to 9`},
		{"too short", "a: [1]", func(o *document.Object) { o.List("a", 2) }, `1:4: a: want at least 2, found 1`},
		{"no list", "a: 1", func(o *document.Object) { o.Optional("a") }, `1:4: a: want a list, found a number`},
		{"no object", "a: 1", func(o *document.Object) { o.Reader.Object(o.Get("a")).Text("x") }, `1:4: want an object, found a number`},
		{"parser's error", "a: x", func(o *document.Object) {
			document.Scalar(o, "a", document.Text, func(string) (int, error) { return 7, errors.New("no good") })
		}, `1:4: a: no good`},
		{"the same twice", "a: x\nb: x", func(o *document.Object) {
			u := document.Unique{"x": {Line: 1, Column: 4}}
			o.Has("a")
			u.Check(o, "b")
		}, `2:4: b "x" stands here twice, first in line 1`},
	} {
		r := document.Reader{}
		o := r.Object(parse(t, c.src))
		c.read(o)
		o.Done()
		if len(r.Problems) != 1 {
			t.Errorf("%s: got %+v, want one problem", c.name, r.Problems)
			continue
		}
		p := r.Problems[0]
		if got := fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Message); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestProblemIsToldOnce(t *testing.T) {
	r := document.Reader{}
	for range 2 {
		r.Problem(document.Position{Line: 1, Column: 2}, "wrong: %d", 1)
	}
	r.Problem(document.Position{Line: 1, Column: 3}, "wrong: %d", 1)
	if len(r.Problems) != 2 {
		t.Errorf("got %+v", r.Problems)
	}
}

func TestFind(t *testing.T) {
	root := parse(t, "sections:\n  - id: mail\n    points: 20\n  - name: B\n    points: 10\n")
	for path, want := range map[string]string{"sections.mail.points": "20", "sections.B.points": "10"} {
		if n, err := root.Find(path); err != nil || n.Text != want {
			t.Errorf("%s: got %+v, %v, want %s", path, n, err, want)
		}
	}
	if _, err := root.Find("sections.mial.points"); err == nil || !strings.Contains(err.Error(), `nothing is called "mial" there (did you mean "mail"?)`) {
		t.Errorf("no such path: got %v", err)
	}
	clone := root.Clone()
	n, err := clone.Find("sections.mail.points")
	if err != nil {
		t.Fatal(err)
	}
	n.Text = "21"
	if old, _ := root.Find("sections.mail.points"); old.Text != "20" {
		t.Error("a change of the clone changes the original")
	}
}

func TestUnknown(t *testing.T) {
	for _, c := range []struct {
		err  document.Unknown
		want string
	}{
		{document.Unknown{What: "calendar", Name: "cn-ofice", Known: []string{"always", "cn-office"}}, `unknown calendar "cn-ofice" (did you mean "cn-office"?); there are: always, cn-office`},
		{document.Unknown{What: "calendar", Name: "mars", Known: []string{"always"}}, `unknown calendar "mars"; there are: always`},
		{document.Unknown{What: "calendar", Name: "mars"}, `unknown calendar "mars"; there are none`},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// Two trees have the same canonical text exactly when they say the same.
func TestCanonical(t *testing.T) {
	first := parse(t, "a: [1, x]\nb: {c: ~, d: true}\n").Canonical()
	for _, c := range []struct {
		name, src string
		same      bool
	}{
		{"layout", "# more\nb:\n  d: true\n  c:\na:\n  - 1\n  - x\n", true},
		{"order of a list", "a: [x, 1]\nb: {c: ~, d: true}\n", false},
		{"kind of a value", "a: ['1', x]\nb: {c: ~, d: true}\n", false},
		{"another value", "a: [1, x]\nb: {c: ~, d: false}\n", false},
		{"one key more", "a: [1, x]\nb: {c: ~, d: true, e: 1}\n", false},
		{"another nesting", "a: [1, x]\nb: {c: {d: true}}\n", false},
	} {
		if got := parse(t, c.src).Canonical(); (got == first) != c.same {
			t.Errorf("%s: %s\nand %s", c.name, got, first)
		}
	}
}

// Whatever the bytes, Parse returns a tree whose values have places, or says what is wrong and where.
func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"", "a: 1\n", "a:\n  - {b: [1, 2.5, ~, true, 'x', \"\\u4e2d\"]}\n", "a: |\n  text\n? b\n: c\n<<: *d\n", "- &x 1\n- *x\n- !!str 2\n",
		"a: 1\n---\nb: 2\n", "a: 1\n---", "a: >-\n  folded\n  text\n", "\"a\\\"b\": 1\n", "{a: {b: {c: d}}}", "\t", "a: 0x1F\nb: .inf\nc: 1e400\n",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		root, err := document.Parse("d.yaml", src)
		if err != nil {
			var invalid *document.Invalid
			if !errors.As(err, &invalid) || len(invalid.Problems) == 0 {
				t.Fatalf("got %v, want an Invalid with problems", err)
			}
			for _, p := range invalid.Problems {
				if p.Line < 1 || p.Column < 1 || p.Message == "" {
					t.Fatalf("problem without a place or a message: %+v", p)
				}
			}
			return
		}
		check(t, root)
		if got := root.Clone().Canonical(); got != root.Canonical() {
			t.Fatalf("the clone says %s, the original %s", got, root.Canonical())
		}
	})
}

func check(t *testing.T, n *document.Node) {
	t.Helper()
	if n.At.Line < 1 || n.At.Column < 1 || n.Kind == "" {
		t.Fatalf("a value without a place or a kind: %+v", n)
	}
	seen := map[string]bool{}
	for _, e := range n.Entries {
		if seen[e.Key] {
			t.Fatalf("key %q twice", e.Key)
		}
		seen[e.Key] = true
		check(t, e.Value)
	}
	for _, item := range n.Items {
		check(t, item)
	}
}
