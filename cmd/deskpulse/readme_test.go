package main_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shell is a command of the README and what it prints, as the README quotes it.
type shell struct {
	command, output string
	code            int
}

// readme returns the commands that the README shows being typed, in order.
func readme(t *testing.T) []shell {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var all []shell
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllSubmatch(text, -1) {
		for line := range strings.Lines(string(block[1])) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				s := shell{command: strings.TrimSpace(command)}
				if strings.Contains(command, "# exit code 3") {
					s.code = 3
				}
				all = append(all, s)
			} else {
				all[len(all)-1].output += line
			}
		}
	}
	return all
}

// misquoted returns the first line of a quotation that does not stand where it should, "" when all do. A line "…" stands for
// any lines, and " …" at the end of a line for its rest; empty lines are for the eye.
func misquoted(output, quotation string) string {
	printed, any := filled(output), false
	for _, line := range filled(quotation) {
		if line == "…" {
			any = true
			continue
		}
		begin, open := strings.CutSuffix(line, "…")
		i := slices.IndexFunc(printed, func(p string) bool { return p == line || open && strings.HasPrefix(p, begin) })
		if i < 0 || i > 0 && !any {
			return line
		}
		printed, any = printed[i+1:], false
	}
	if len(printed) > 0 && !any {
		return "(nothing more)"
	}
	return ""
}

// filled returns the lines that are not empty.
func filled(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "\n"), func(line string) bool { return line == "" })
}

// TestReadme types what the README shows, one command after the other, and wants what it shows.
func TestReadme(t *testing.T) {
	file, found := realCalls(t)
	if !found {
		return
	}
	dir := t.TempDir()
	repository, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if file, err = filepath.Abs(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{
		"bin/deskpulse": binary, filepath.Base(file): file, "aggregate": filepath.Join(repository, "aggregate"),
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	start(t, "up", "--data", filepath.Join(dir, "data"))
	commands := readme(t)
	if len(commands) < 10 {
		t.Fatalf("the README shows %d commands: want the two scripts", len(commands))
	}
	for _, c := range commands {
		typed(t, dir, c)
	}
	namesEverybody(t, filepath.Join(dir, "scores.csv"))
	keepsTiers(t, filepath.Join(dir, "payroll", "payroll.csv"))
}

// typed runs a command as a shell does in a folder.
func typed(t *testing.T, dir string, c shell) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), verbLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", c.command)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the exit code says it
	if code := cmd.ProcessState.ExitCode(); code != c.code {
		t.Fatalf("%s: exit code %d, want %d:\n%s%s", c.command, code, c.code, &stdout, &stderr)
	}
	if c.output == "" {
		return // nothing is said about it
	}
	if line := misquoted(stdout.String(), c.output); line != "" {
		t.Errorf("%s: the README quotes\n%s\nand it prints\n%s", c.command, line, &stdout)
	}
}

// namesEverybody wants the sheet to name each of the 24 agents under each of the three rules that only people can judge.
func namesEverybody(t *testing.T, sheet string) {
	t.Helper()
	rules := map[string][]string{}
	for _, row := range table(t, sheet) {
		rules[row["agent"]] = append(rules[row["agent"]], row["rule"])
	}
	if len(rules) != 24 {
		t.Errorf("the sheet names %d agents, want 24", len(rules))
	}
	for agent, got := range rules {
		slices.Sort(got)
		if diff := cmp.Diff(got, []string{"enthusiasm", "execution", "sampling"}); diff != "" {
			t.Errorf("%s: missing (-got, +want):\n%s", agent, diff)
		}
	}
}

// keepsTiers wants the points of the tiers to be paid that `tiers` shows.
func keepsTiers(t *testing.T, payroll string) {
	t.Helper()
	got := map[string]int{}
	for _, row := range table(t, payroll) {
		got[row["section.productivity"]]++
	}
	if diff := cmp.Diff(got, map[string]int{"20.00": 16, "15.00": 2, "10.00": 6}); diff != "" {
		t.Errorf("agents by the points of their tier (-got, +want):\n%s", diff)
	}
}

// table reads a CSV file whose first line has the names of the columns.
func table(t *testing.T, name string) []map[string]string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("read %q: %v", name, err)
	}
	var all []map[string]string
	for _, fields := range rows[1:] {
		row := map[string]string{}
		for i, column := range rows[0] {
			row[column] = fields[i]
		}
		all = append(all, row)
	}
	return all
}
