package clickhouse_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/sinks/clickhouse"
)

func TestStatements(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		err        string
	}{
		{name: "none", text: " \n"},
		{name: "one without end", text: "SELECT 1", want: []string{"SELECT 1"}},
		{name: "two", text: "SELECT 1;\nSELECT 2;\n", want: []string{"SELECT 1", "SELECT 2"}},
		{name: "empty ones", text: ";;SELECT 1;;", want: []string{"SELECT 1"}},
		{name: "in a string", text: `SELECT ';', 'a\';', 'b'';';SELECT 2`, want: []string{`SELECT ';', 'a\';', 'b'';'`, "SELECT 2"}},
		{name: "in names", text: "SELECT \";\", `;`", want: []string{"SELECT \";\", `;`"}},
		{name: "in comments", text: "-- a;\nSELECT 1 /* ; */; # b;\n#! c;\n/* ' */", want: []string{"-- a;\nSELECT 1 /* ; */"}},
		{name: "in a heredoc", text: "SELECT $x$;'$$;$x$;SELECT $1", want: []string{"SELECT $x$;'$$;$x$", "SELECT $1"}},
		{name: "minus", text: "SELECT 1 - -1; SELECT 2", want: []string{"SELECT 1 - -1", "SELECT 2"}},
		{name: "string without end", text: "SELECT 1;\nSELECT 'x", err: "line 2: ' without end"},
		{name: "comment without end", text: "SELECT /*/", err: "line 1: comment without end"},
		{name: "heredoc without end", text: "SELECT $a$", err: "line 1: $a$ without end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := clickhouse.Statements(c.text)
			if c.err != "" {
				if err == nil || err.Error() != c.err {
					t.Fatalf("got %q, %v, want error %q", got, err, c.err)
				}
				return
			}
			if diff := cmp.Diff(got, c.want); err != nil || diff != "" {
				t.Errorf("%v (-got, +want):\n%s", err, diff)
			}
		})
	}
}

// FuzzStatements joins what was cut and cuts it again: nothing may change.
func FuzzStatements(f *testing.F) {
	for _, s := range []string{"SELECT 1; SELECT ';'", "-- x\nA;/* ; */B", "$a$;$a$;'\\';'", "`;`\";\"#!;\nC"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := clickhouse.Statements(text)
		if err != nil {
			return
		}
		again, err := clickhouse.Statements(strings.Join(first, "\n;\n"))
		if diff := cmp.Diff(again, first); err != nil || diff != "" {
			t.Errorf("%v (-again, +first):\n%s", err, diff)
		}
	})
}
