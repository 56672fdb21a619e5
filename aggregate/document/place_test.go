package document_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

func TestPlace(t *testing.T) {
	cases := []struct {
		name, yaml, text string
		want             []document.Position // of each character, and of the end
	}{
		{"plain", "a:  b c # d\n", "b c", []document.Position{{1, 5}, {1, 6}, {1, 7}, {1, 8}}},
		{"folded", "a: 'b\n\n   c'\n", "b\nc", []document.Position{{1, 5}, {1, 6}, {3, 4}, {3, 5}}},
		{"quote", "a: '''客'''\n", "'客'", []document.Position{{1, 5}, {1, 7}, {1, 8}, {1, 10}}},
		{"escapes", `a: "\"\t\u5ba2\x20\\"`, "\"\t客 \\", []document.Position{{1, 5}, {1, 7}, {1, 9}, {1, 15}, {1, 19}, {1, 21}}},
		{"escaped line", "a: \"b\\\n   c\"\n", "bc", []document.Position{{1, 5}, {2, 4}, {2, 5}}},
		{"literal", "a: |-\n    b\n      c\n", "b\n  c", []document.Position{{2, 5}, {2, 6}, {2, 6}, {2, 6}, {3, 7}, {3, 8}}},
		{"blank behind", "a: b  \n", "b", []document.Position{{1, 4}, {1, 5}}},
		{"blank behind several lines", "a: b  \n   c \t\r\nd: e\n", "b c", []document.Position{{1, 4}, {1, 5}, {2, 4}, {2, 5}}},
		{"behind a comment of Windows", "# d\r\na: b\r\n", "b", []document.Position{{2, 4}, {2, 5}}},
		{"tab before", "a: \t'b'\n", "b", []document.Position{{1, 6}, {1, 7}}},
		{"white space only", "a: ' '\nb: c\n", " ", []document.Position{{1, 4}, {1, 4}}},
		{"white space first", "a: ' b'\n", " b", []document.Position{{1, 6}, {1, 6}, {1, 7}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			root, err := document.Parse("f.yaml", []byte(c.yaml))
			if err != nil {
				t.Fatal(err)
			}
			n := root.Entry("a").Value
			if diff := cmp.Diff(n.Text, c.text); diff != "" {
				t.Errorf("text (-got, +want)\n%s", diff)
			}
			var got []document.Position
			for i := range len([]rune(c.text)) + 1 {
				got = append(got, n.Place(i))
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Errorf("(-got, +want)\n%s", diff)
			}
		})
	}
}

// Each character of a text stands where Place says, or its escape does.
func FuzzPlace(f *testing.F) {
	for _, s := range []string{
		"a: b c\n", "a: 'it''s\n  b'\n", "a: \"\\\"b\\\" \\u5ba2\\n c\\\n  d\"\n", "a: |\n  b\n\n    c\n", "a: >-  # d\n  b\n  c\n\n  d\n",
		"a: {b: 'c', d: [客, \"e\"]}\n", "- a\n-   b\n- |\n c\n", "a:\n  b\n  c\n", "a: b\nc: |\n  d\n  e\nf: g\n", "a: |2\n   b\n", "a: \"\\x41\\U0001F600 b\"\n",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, src string, windows bool) {
		src = strings.ReplaceAll(src, "\r", "")
		if windows {
			src = strings.ReplaceAll(src, "\n", "\r\n")
		}
		root, err := document.Parse("f.yaml", []byte(src))
		if err != nil {
			return
		}
		lines := strings.Split(src, "\n")
		for _, n := range texts(root) {
			if err := stands(n, lines); err != nil {
				t.Errorf("%q: %v", src, err)
			}
		}
	})
}

func texts(n *document.Node) []*document.Node {
	if n.Kind == document.Text {
		return []*document.Node{n}
	}
	var all []*document.Node
	for _, e := range n.Entries {
		all = append(all, texts(e.Value)...)
	}
	for _, item := range n.Items {
		all = append(all, texts(item)...)
	}
	return all
}

func stands(n *document.Node, lines []string) error {
	for i, want := range []rune(n.Text) {
		at := n.Place(i)
		if at.Line < 1 || at.Line > len(lines) || at.Column < 1 || at.Column > len([]rune(lines[at.Line-1]))+1 {
			return fmt.Errorf("character %d of %q stands at %v, outside the file", i, n.Text, at)
		}
		if unicode.IsSpace(want) {
			continue
		}
		line := append([]rune(lines[at.Line-1]), '\n')
		if got := line[at.Column-1]; got != want && got != '\\' {
			return fmt.Errorf("character %d of %q stands at %v, where the file has %q", i, n.Text, at, got)
		}
	}
	return nil
}
