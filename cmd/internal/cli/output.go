package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// output is the flag --output.
type output string

const (
	outputText output = "text" // for people
	outputJSON output = "json" // for programs: one JSON value on one line, and nothing else
)

// String implements pflag.Value.
func (o *output) String() string { return string(*o) }

// Type implements pflag.Value.
func (o *output) Type() string { return "text|json" }

// Set implements pflag.Value.
func (o *output) Set(s string) error {
	switch v := output(s); v {
	case outputText, outputJSON:
		*o = v
		return nil
	}
	return fmt.Errorf("there is text and json")
}

func (o *output) add(cmd *cobra.Command) {
	*o = outputText
	cmd.Flags().VarP(o, "output", "o", "how to print the result")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]cobra.Completion{string(outputText), string(outputJSON)}, cobra.ShellCompDirectiveNoFileComp))
}

// show prints v as JSON, or calls text.
func (o *output) show(w io.Writer, v any, text func(io.Writer) error) error {
	if *o == outputText {
		return text(w)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // names are for people; this is no web page
	return e.Encode(v)
}

// isTerminal reports whether a person is looking.
func isTerminal(w any) bool {
	if q, ok := w.(*quotation); ok {
		w = q.of // where it is shown in the end
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colours reports whether to use colours: on a terminal that can, and nobody asked not to (https://no-color.org).
func (e Env) colours() bool {
	return isTerminal(e.Out) && e.Getenv("NO_COLOR") == "" && e.Getenv("TERM") != "dumb"
}
