package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/goleak"

	"github.com/deskpulse/deskpulse/cmd/internal/cli"
	"github.com/deskpulse/deskpulse/deploy/embedded/embeddedtest"
)

func TestMain(m *testing.M) { embeddedtest.Main(m, func() error { return goleak.Find() }) }

// now is the current time of every test here.
var now = time.Date(2026, 11, 15, 12, 0, 0, 0, time.UTC)

// run runs a command line inside this process.
func run(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = cli.Run(context.Background(), cli.Env{
		In: strings.NewReader(""), Out: &out, Err: &err, Getenv: func(string) string { return "" },
		Now: func() time.Time { return now }, Version: "v1.2.3",
	}, args)
	return code, out.String(), err.String()
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	wrong, unknown := filepath.Join(dir, "wrong.yaml"), filepath.Join(dir, "unknown.yaml")
	write(t, wrong, "kafka: {brokers: [\"a:1\"]}\nclickhouse: {addresses: [nowhere]}\n")
	write(t, unknown, "kafka:\n  broker: a\n")
	tiers := []string{"tiers", "--data", dir, "--policy", "express-cs", "--month"}
	for _, test := range []struct {
		name string
		args []string
		code int
		want string // on standard error
	}{
		{"unknown verb", []string{"tier"}, 2, `unknown command "tier" (did you mean "tiers"?`},
		{"unknown verb of a group", []string{"verify", "turns"}, 2, `see ` + "`deskpulse verify --help`"},
		{"unknown flag", []string{"tiers", "--mont", "x"}, 2, "see `deskpulse tiers --help`"},
		{"unknown output", []string{"version", "--output", "xml"}, 2, "there is text and json"},
		{"missing flag", []string{"tiers", "--policy", "express-cs"}, 2, `"month" not set`},
		{"missing file", []string{"import", "bank-calls"}, 2, "want one FILE"},
		{"two files", []string{"import", "bank-calls", "a", "b"}, 2, "want one FILE, not 2"},
		{"no place", []string{"verify", "ingest"}, 2, "give --data DIR"},
		{"nothing runs there", []string{"verify", "ingest", "--data", dir}, 1, "deskpulse up --data " + dir},
		{"negative wait", []string{"verify", "ingest", "--data", dir, "--wait", "-1s"}, 2, "is negative"},
		{"unknown policy", []string{"tiers", "--data", dir, "--policy", "expres-cs", "--month", "2026-10"}, 2, `did you mean "express-cs"?`},
		{"no month", append(tiers, "October"), 2, "want a month such as"},
		{"future month", append(tiers, "2026-12"), 2, "has not begun yet"},
		{"unknown decision", append(tiers, "2026-10", "--decide", "days=x"), 2, "there are: grade-90"},
		{"unknown reading", append(tiers, "2026-10", "--decide", "workdays=x"), 2, "there are: company-days, own-vs-calendar, person-days"},
		{"two readings of one decision", append(tiers, "2026-10", "--decide", "workdays=person-days", "--decide", "workdays=company-days"), 2, "both"},
		{"up without a folder", []string{"up", "--data", ""}, 2, "--data is empty"},
		{"no decision", append(tiers, "2026-10", "--decide", "workdays"), 2, "want decision=reading"},
		{"unknown zone", []string{"import", "bank-calls", "f", "--data", dir, "--zone", "Mars"}, 2, `zone "Mars"`},
		{"unknown reason", []string{"deadletter", "list", "--data", dir, "--reason", "bad"}, 2, "there are: too_large"},
		{"limit", []string{"deadletter", "list", "--data", dir, "--limit", "0"}, 2, "want 1 to 10000"},
		{"list since", []string{"deadletter", "list", "--data", dir, "--since", "yesterday"}, 2, "want a date such as 2026-11-01"},
		{"show what", []string{"deadletter", "show", "--data", dir}, 2, "want one POSITION, not 0"},
		{"show no position", []string{"deadletter", "show", "events/0/3", "--data", dir}, 2, "want stream/epoch/partition/offset"},
		{"show raw JSON", []string{"deadletter", "show", "events/0/3/1", "--data", dir, "--raw", "--output", "json"}, 2, "[raw output]"},
		{"replay unknown reason", []string{"deadletter", "replay", "--data", dir, "--reason", "bad"}, 2, "there are: too_large"},
		{"replay limit", []string{"deadletter", "replay", "--data", dir, "--limit", "1000001"}, 2, "want 1 to 1000000"},
		{"replay wait", []string{"deadletter", "replay", "--data", dir, "--wait", "-1s"}, 2, "is negative"},
		{"replay position", []string{"deadletter", "replay", "--data", dir, "--position", "events/0/3"}, 2, "want stream/epoch/partition/offset"},
		{"replay since", []string{"deadletter", "replay", "--data", dir, "--since", "yesterday"}, 2, "want a date such as 2026-11-01"},
		{"month of simulate not over", []string{"simulate", "--data", dir, "--month", "2026-11"}, 2, "is not over"},
		{"too few agents", []string{"simulate", "--data", dir, "--month", "2026-10", "--agents", "1"}, 2, "want 8 to"},
		{"close without a month", []string{"close", "--data", dir, "--policy", "express-cs"}, 2, `"month" not set`},
		{"close: no month", []string{"close", "--data", dir, "--month", "October"}, 2, "want a month such as"},
		{"close: negative wait", []string{"close", "--data", dir, "--month", "2026-10", "--wait", "-1s"}, 2, "is negative"},
		{"close: unknown verb", []string{"close", "statu"}, 2, `did you mean "status"?`},
		{"nobody approves", []string{"approve", "--data", dir, "--month", "2026-10"}, 2, "--by NAME --role ROLE"},
		{"who without a role", []string{"approve", "--data", dir, "--month", "2026-10", "--by", "wang"}, 2, "in which role?"},
		{"a role without who", []string{"publish", "--data", dir, "--month", "2026-10", "--role", "leader"}, 2, "whose?"},
		{"two roles", []string{"publish", "--data", dir, "--month", "2026-10", "--by", "chen:supervisor", "--role", "leader"}, 2, "want one of them"},
		{"a name with a colon, and a role", []string{"publish", "--data", dir, "--month", "2026-10", "--by", "cs:chen", "--role", "leader"}, 1, "deskpulse up --data " + dir},
		{"source of no policy", []string{"policy", "show", "expres-cs", "--source"}, 2, `did you mean "express-cs"?`},
		{"source and a reading", []string{"policy", "show", "express-cs", "--source", "--decide", "workdays=person-days"}, 2, "source"},
		{"which folder", []string{"verify", "export", "--data", dir, "--month", "2026-10"}, 2, "want one FOLDER, not 0"},
		{"unknown role", []string{"adjust", "--data", dir, "--by", "wang:boss"}, 2, `unknown role "boss"`},
		{"approve what", []string{"approve", "--data", dir, "--by", "wang:leader"}, 2, "either --month MONTH or --adjustment"},
		{"approve both", []string{"approve", "--data", dir, "--by", "wang:leader", "--month", "2026-10", "--adjustment"}, 2, "either --month MONTH or --adjustment"},
		{"no sheet", []string{"score", "import", filepath.Join(dir, "none.csv"), "--data", dir, "--month", "2026-10", "--by", "chen:supervisor"}, 2, "no such file"},
		{"points in words", []string{"score", "set", "--data", dir, "--month", "2026-10", "--agent", "li", "--rule", "x", "--points", "all", "--by", "chen:supervisor"}, 2, "--points"},
		{"export nowhere", []string{"export", "--data", dir, "--month", "2026-10", "--by", "zhou:finance", "--out", ""}, 2, "--out is empty"},
		{"unknown verdict", []string{"incident", "rule", "i1", "--data", dir, "--verdict", "maybe"}, 2, "there is upheld and rejected"},
		{"which appeal", []string{"appeal", "decide", "--data", dir, "--month", "2026-10", "--verdict", "upheld"}, 2, "want the ID of one appeal"},
		{"activate: no date", []string{"activate", "policy", "express-cs", "--data", dir, "--effective", "soon", "--by", "zhang:hr"}, 2, "--effective"},
		{"close: nothing runs there", []string{"close", "--data", dir, "--month", "2026-10", "--policy", "express-cs"}, 1, "deskpulse up --data " + dir},
		{"config: no file", []string{"config", "check", filepath.Join(dir, "none.yaml")}, 2, "no such file"},
		{"config: unknown key", []string{"config", "check", unknown}, 2, `[2:3] unknown field "broker"`},
		{"config: wrong value", []string{"config", "check", wrong}, 2, `clickhouse.addresses[0]: "nowhere"`},
		{"up with a wrong config", []string{"up", "--data", dir, "--config", wrong}, 2, "clickhouse.addresses[0]"},
		{"up with a wrong address", []string{"up", "--data", dir, "--listen", "here"}, 2, "metrics.listen"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := run(test.args...)
			if code != test.code || !strings.Contains(joined(stderr), test.want) || !strings.HasPrefix(stderr, "deskpulse: ") {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, test.code, test.want, stderr)
			}
			if stdout != "" {
				t.Errorf("an error must not print on standard output:\n%s", stdout)
			}
		})
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVersionAndConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.yaml")
	write(t, file, "kafka: {brokers: [\"a:1\"]}\nclickhouse: {addresses: [\"b:2\"], password: geheim}\n")
	streams := filepath.Join(t.TempDir(), "streams.yaml")
	write(t, streams, "imports: a\nstreams: [{name: a, topic: a, company: c, zone: UTC}]\n")
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"version"}, "deskpulse v1.2.3 (go"},
		{[]string{"version", "-o", "json"}, `"version":"v1.2.3"`},
		{[]string{"config", "check", file}, file + ": ok (2 streams)"},
		{[]string{"config", "check", streams, "--up"}, streams + ": ok (1 stream)"},
		{[]string{"config", "dump"}, "max_bytes: 1048576"},
		{[]string{"config", "dump", "--config", file}, "password: <secret>"},
	} {
		code, stdout, stderr := run(test.args...)
		if code != 0 || !strings.Contains(stdout, test.want) || strings.Contains(stdout, "geheim") {
			t.Errorf("%v: exit code %d, want 0 and %q:\n%s%s", test.args, code, test.want, stdout, stderr)
		}
	}
}

// TestEveryVerbExplainsItself wants of every verb a short and a long description and examples that are its own.
func TestEveryVerbExplainsItself(t *testing.T) {
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			visit(sub)
		}
		if c.HasSubCommands() && c.Long == "" {
			return // it only groups others
		}
		for _, line := range strings.Split(c.Long, "\n") {
			if wider(line) {
				t.Errorf("%s: a line of its description is too wide: %s", c.CommandPath(), line)
			}
		}
		switch {
		case c.Short == "" || c.Long == "" || c.Example == "":
			t.Errorf("%s: wants Short, Long and Example", c.CommandPath())
		case !strings.Contains(c.Example, c.CommandPath()):
			t.Errorf("%s: the example is another command's:\n%s", c.CommandPath(), c.Example)
		}
		args := append(strings.Fields(c.CommandPath())[1:], "--help")
		if code, stdout, _ := run(args...); code != 0 || !strings.Contains(stdout, "Examples:") {
			t.Errorf("%v: exit code %d:\n%s", args, code, stdout)
		} else {
			for line := range strings.Lines(stdout) {
				if wider(line) {
					t.Errorf("%v: wider than 100 columns: %s", args, line)
				}
			}
		}
	}
	visit(cli.Command(cli.Env{}))
}

func TestHelpListsTheVerbs(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"help"}} {
		code, stdout, _ := run(args...)
		for _, verb := range []string{"up", "ingest", "tiers", "verify", "import", "simulate", "deadletter", "migrate", "config", "demo", "version"} {
			if !strings.Contains(stdout, fmt.Sprintf("\n  %-11s ", verb)) {
				t.Errorf("%v: exit code %d, no verb %q", args, code, verb)
			}
		}
	}
}
