package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

// language is the flag --lang.
type language string

const (
	english language = "en"
	chinese language = "zh"
)

// String implements pflag.Value.
func (l *language) String() string { return string(*l) }

// Type implements pflag.Value.
func (l *language) Type() string { return "en|zh" }

// Set implements pflag.Value.
func (l *language) Set(s string) error {
	switch v := language(s); v {
	case english, chinese:
		*l = v
		return nil
	}
	return fmt.Errorf("there is en and zh")
}

func (l *language) add(cmd *cobra.Command) {
	*l = english
	cmd.Flags().Var(l, "lang", "in which language to print")
	_ = cmd.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions([]cobra.Completion{string(english), string(chinese)}, cobra.ShellCompDirectiveNoFileComp))
}

// of returns what the title is in the language.
func (l language) of(t document.Title) string {
	if l == chinese {
		return t.ZH
	}
	return t.EN
}

// say returns one of two texts of our own.
func (l language) say(en, zh string, args ...any) string {
	return fmt.Sprintf(l.of(document.Title{ZH: zh, EN: en}), args...)
}

// policyShowFlags are the flags of policy show.
type policyShowFlags struct {
	output
	language
	decide []string
	source bool
}

func newPolicyShow(env Env) *cobra.Command {
	var f policyShowFlags
	cmd := &cobra.Command{
		Use:   "show POLICY",
		Short: "Print a policy as a document that a supervisor can read",
		Long: `Print a policy, a shipped one by name or a file, as a document: each section and item with its rules as
sentences, grades and pay, the cycle with its deadlines, every decision with all its readings and the one that
holds, and the templates. Another reading of a decision is shown with --decide; the policy stays as it is.

With --source the file is printed as it is: the beginning of a policy of your own.`,
		Example: `  deskpulse policy show express-cs
  deskpulse policy show express-cs --lang zh
  deskpulse policy show ./our-policy.yaml --decide grade-90=above-90 --output json
  deskpulse policy show express-cs --source > our-policy.yaml`,
		Args: onePolicy,
	}
	f.output.add(cmd)
	f.language.add(cmd)
	cmd.Flags().StringArrayVar(&f.decide, "decide", nil, "show another reading, `decision=reading`; may be repeated")
	cmd.Flags().BoolVar(&f.source, "source", false, "print the file as it is, to edit it")
	cmd.MarkFlagsMutuallyExclusive("source", "decide")
	cmd.MarkFlagsMutuallyExclusive("source", "output")
	cmd.MarkFlagsMutuallyExclusive("source", "lang")
	cmd.RunE = verb(func(_ context.Context, args []string) error {
		if f.source {
			_, src, err := policy.Shipped.Read(args[0], os.ReadFile)
			if err != nil {
				return usageError{err}
			}
			_, err = env.Out.Write(src)
			return err
		}
		p, err := decided(args[0], f.decide)
		if err != nil {
			return err
		}
		return f.show(env.Out, policyOf(p), func(w io.Writer) error { return showPolicy(w, p, f.language) })
	})
	return cmd
}
