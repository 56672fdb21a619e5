package main_test

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"
)

// wantRefused wants a command to fail with a code and one line that holds all the texts.
func wantRefused(t *testing.T, r result, code int, texts ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d:\n%s", r.code, code, r.err)
	}
	lines := strings.Split(strings.TrimSpace(r.err), "\n")
	last := lines[len(lines)-1]
	for _, text := range append(texts, "deskpulse: ") {
		if !strings.Contains(last, text) {
			t.Errorf("the last line has no %q:\n%s", text, r.err)
		}
	}
}

func TestSecondUpOnOneFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	up := start(t, "up", "--data", dir)
	wantRefused(t, run(t, nil, "up", "--data", dir), 1, "in use", "--data")
	ok(t, "verify", "ingest", "--data", dir) // the first one does not care
	up.stop()
	wantRefused(t, run(t, nil, "verify", "ingest", "--data", dir), 1, "deskpulse up --data")
	if _, err := os.Stat(filepath.Join(dir, "endpoints.json")); err == nil {
		t.Error("endpoints.json is still there after a clean stop")
	}
}

func TestPortClash(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := run(t, nil, "up", "--data", t.TempDir(), "--listen", l.Addr().String())
	wantRefused(t, r, 1, l.Addr().String(), "--listen")
}

func TestMissingNPM(t *testing.T) {
	r := run(t, []string{"PATH=", "DESKPULSE_CACHE=" + t.TempDir()}, "up", "--data", t.TempDir())
	wantRefused(t, r, 1, "npm", "install", "--clickhouse")
}

// TestEngineDeath wants an end with an error when the engine is gone, rather than a process that only looks alive.
func TestEngineDeath(t *testing.T) {
	dir := t.TempDir()
	up := start(t, "up", "--data", dir)
	_, rest, _ := strings.Cut(up.said(), `msg="engine is up"`)
	_, rest, _ = strings.Cut(rest, "pid=")
	var pid int
	if err := json.Unmarshal([]byte(strings.Fields(rest)[0]), &pid); err != nil {
		t.Fatalf("no process id of the engine in:\n%s", up.said())
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-up.done:
	case <-time.After(stopLimit):
		t.Fatal("still running without its engine")
	}
	wantRefused(t, result{code: up.cmd.ProcessState.ExitCode(), err: firstError(up.said())}, 1, "engine ended by itself")
}

// firstError returns the line of the error itself; the end of the engine's log may follow it.
func firstError(said string) string {
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "deskpulse: ") {
			return line
		}
	}
	return said
}

// TestIngestProcesses lets two processes share the partitions, kills one without notice and lets the other one end: what
// was produced in the meantime is there once.
func TestIngestProcesses(t *testing.T) {
	dir := t.TempDir()
	start(t, "up", "--data", dir, "--no-ingest")
	simulate := func(month string) {
		ok(t, "simulate", "--data", dir, "--month", month, "--agents", "8", "--calls-per-day", "20")
	}
	simulate("2026-08")
	r := run(t, nil, "verify", "ingest", "--data", dir, "--wait", "1s")
	if r.code != 3 || !strings.Contains(r.stdout, "is ingest running?") {
		t.Errorf("without ingest: exit code %d, want 3:\n%s", r.code, r.stdout)
	}
	first := start(t, "ingest", "--data", dir)
	second := start(t, "ingest", "--data", dir)
	simulate("2026-07")
	first.kill()
	simulate("2026-06")
	verifyClean(t, dir)
	start(t, "ingest", "--data", dir)
	second.stop()
	simulate("2026-05")
	verifyClean(t, dir)
}

// TestDemo wants the story to reach its end within a terminal's width, and two of one seed to differ in where the payroll is
// and how long it took.
func TestDemo(t *testing.T) {
	var told [2]string
	t.Run("twice", func(t *testing.T) {
		for i := range told {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				out := t.TempDir()
				told[i] = strings.ReplaceAll(ok(t, "demo", "--seed", "3", "--out", out), out, "OUT")
				for _, file := range []string{"march/payroll.xlsx", "adjusted/payroll.xlsx", "adjusted/control.csv"} {
					if _, err := os.Stat(filepath.Join(out, file)); err != nil {
						t.Error(err)
					}
				}
			})
		}
	})
	for _, want := range []string{
		"(exit code 3)", ": scored\n", "reversal,2024-03,", "\nclean: nothing was changed", "matches the truth of the generator: 40 of 40 agents, 12 of 12 reasons",
		"\nresult hash of seed 3: ", "\nadjusted: OUT/adjusted/payroll.xlsx\n",
	} {
		if !strings.Contains(told[0], want) {
			t.Errorf("the demo does not say %q:\n%s", want, told[0])
		}
	}
	for line := range strings.Lines(told[0]) {
		if strings.Contains(line, "\x1b") || text.StringWidth(strings.TrimSuffix(line, "\n")) > 100 {
			t.Errorf("colours, or more than 100 columns: %q", line)
		}
	}
	first, _, _ := strings.Cut(told[0], "all of it in ")
	second, _, _ := strings.Cut(told[1], "all of it in ")
	if diff := cmp.Diff(second, first); diff != "" {
		t.Errorf("told again, the demo says something else (-got, +want):\n%s", diff)
	}
}
