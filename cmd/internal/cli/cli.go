// Package cli is the command line: one verb per file, each of which reads its flags, calls the part that does the work
// and shows the result. Everything a verb knows of the world outside, the clock included, comes in by [Env], so that a
// test runs a verb as the shell does, but inside its own process.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
)

// Env is the process as a verb sees it.
type Env struct {
	In       io.Reader
	Out, Err io.Writer // results, and everything else
	Getenv   func(string) string
	Now      func() time.Time
	Version  string
}

// System returns the real process. An empty version is replaced by what the Go toolchain recorded.
func System(version string) Env {
	if info, ok := debug.ReadBuildInfo(); ok && version == "" {
		version = info.Main.Version
	}
	return Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Now: time.Now, Version: version}
}

// The exit codes of every verb.
const (
	ExitOK      = 0
	ExitFailed  = 1 // the verb could not do its work
	ExitUsage   = 2 // wrong flags, wrong configuration, or a name that does not exist: repeating it cannot help
	ExitUnclean = 3 // the verb did its work and the answer is not clean, for example `verify` found a gap
)

// usageError is an error that repeating the same command cannot cure.
type usageError struct{ error }

// Unwrap returns the cause.
func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errUnclean says that the answer, which has been shown, is not clean.
var errUnclean = errors.New("the answer is not clean")

// Run runs one command line and returns its exit code. Errors say on env.Err what to do, in lines that fit the width.
func Run(ctx context.Context, env Env, args []string) int {
	root := newRoot(env)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	code := exitCode(cmd, err)
	if code == ExitFailed || code == ExitUsage {
		line := "deskpulse: " + message(ctx, cmd, err)
		if isTerminal(env.Err) { // a program that reads it wants one line
			line = fitted(line)
		}
		fmt.Fprintln(env.Err, line)
	}
	return code
}

// Command returns the command line with all its verbs, for the reference that is generated from it.
func Command(env Env) *cobra.Command { return newRoot(env) }

func exitCode(cmd *cobra.Command, err error) int {
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, errUnclean):
		return ExitUnclean
	case errors.As(err, new(usageError)), !hasBegun(cmd):
		return ExitUsage
	}
	return ExitFailed
}

// message keeps to one line, unless the error is a list of faults, which has one fault a line.
func message(ctx context.Context, cmd *cobra.Command, err error) string {
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return "interrupted"
	case strings.HasPrefix(err.Error(), "required flag"):
		return fmt.Sprintf("%v (see `%s --help`)", err, cmd.CommandPath())
	}
	return strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "\n  ")
}

// located is a problem at a place of a file, which editors find if it stands on one line.
var located = regexp.MustCompile(`^(deskpulse:)? *\S+:\d+:\d+: `)

// fitted breaks the sentences of an error into lines that fit the width; what cannot be broken, such as a path, is left whole.
func fitted(message string) string {
	lines := strings.Split(message, "\n")
	for i, line := range lines {
		if text.StringWidth(line) > maxWidth && !located.MatchString(line) {
			words := strings.TrimLeft(line, " ")
			lines[i] = strings.Replace(wrap("    ", words), "    ", line[:len(line)-len(words)], 1)
		}
	}
	return strings.Join(lines, "\n")
}

// begun marks a command whose own code was reached: what fails before that is the command line itself.
const begun = "begun"

func hasBegun(cmd *cobra.Command) bool { return cmd != nil && cmd.Annotations[begun] != "" }

// verb makes the body of a command.
func verb(run func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		cmd.Annotations = map[string]string{begun: "yes"}
		return run(cmd.Context(), args)
	}
}
