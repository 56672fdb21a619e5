package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// choice is a flag that takes one of some words.
type choice struct {
	word  string // "" while none was chosen
	words []string
}

// String implements pflag.Value.
func (c *choice) String() string { return c.word }

// Type implements pflag.Value.
func (c *choice) Type() string { return strings.Join(c.words, "|") }

// Set implements pflag.Value.
func (c *choice) Set(s string) error {
	if !slices.Contains(c.words, s) {
		last := len(c.words) - 1
		return fmt.Errorf("there is %s and %s", strings.Join(c.words[:last], ", "), c.words[last])
	}
	c.word = s
	return nil
}

// add makes it a flag. The short name and the default may be "".
func (c *choice) add(cmd *cobra.Command, name, short, usage, def string, words ...string) {
	c.word, c.words = def, words
	cmd.Flags().VarP(c, name, short, usage)
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}
