package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/policy"
)

func newPolicy(env Env) *cobra.Command {
	return parent("policy", "Check, read and try policies", groupCare, newPolicyCheck(env), newPolicyShow(env), newPolicyTry(env))
}

// onePolicy wants one argument, a name or a file.
func onePolicy(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one POLICY, a name or a file, not %d (see `%s --help`)", len(args), cmd.CommandPath())
	}
	return nil
}

// decided loads a policy, a shipped one by name or a file, and applies readings given as decision=reading. Whatever is
// unknown or wrong there is wrong usage.
func decided(ref string, decide []string) (*policy.Policy, error) {
	p, err := policy.Load(ref, os.ReadFile)
	if err != nil {
		return nil, usageError{err}
	}
	if p, err = p.DecideAll(decide); err != nil {
		return nil, usageError{err}
	}
	return p, nil
}
