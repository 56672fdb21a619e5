package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
)

func newPolicyCheck(env Env) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:   "check POLICY",
		Short: "Check a policy and say what it probably does not mean",
		Long: `Check a policy, a shipped one by name or a file, under every reading of every decision. Everything wrong is
listed with line and column: unknown keys, wrong types, predicates, grades that nobody can reach, undecided
readings. What is valid but probably not meant, such as a cap below a deduction or items that do not add
up, is a warning. Exit code 2 when something is wrong; warnings alone are 0.`,
		Example: `  deskpulse policy check express-cs
  deskpulse policy check ./our-policy.yaml --output json`,
		Args: onePolicy,
	}
	out.add(cmd)
	cmd.RunE = verb(func(_ context.Context, args []string) error { return runPolicyCheck(env, out, args[0]) })
	return cmd
}

// policyCheck is what a check says.
type policyCheck struct {
	Policy    string          `json:"policy"`
	File      string          `json:"file"`
	Valid     bool            `json:"valid"`
	Hash      string          `json:"hash,omitempty"`
	Sections  int             `json:"sections"`
	Items     int             `json:"items"`
	Rules     int             `json:"rules"`
	Decisions int             `json:"decisions"`
	Findings  []policyFinding `json:"findings"`
}

type policyFinding struct {
	Line     int             `json:"line"`
	Column   int             `json:"column"`
	Severity policy.Severity `json:"severity"`
	Message  string          `json:"message"`
}

func runPolicyCheck(env Env, out output, ref string) error {
	p, err := policy.Load(ref, os.ReadFile)
	var invalid *document.Invalid
	switch {
	case errors.As(err, &invalid):
		c := policyCheck{Policy: ref, File: invalid.File, Findings: []policyFinding{}}
		for _, problem := range invalid.Problems {
			c.Findings = append(c.Findings, policyFinding{problem.Line, problem.Column, policy.Error, problem.Message})
		}
		return c.show(env, out, usageError{err})
	case err != nil:
		return usageError{err}
	}
	if _, err := calendar.Load(p.Calendar, os.ReadFile); err != nil {
		return usagef("policy %q: calendar: %w", p.Name, err)
	}
	return checked(p).show(env, out, nil)
}

// checked lints a valid policy.
func checked(p *policy.Policy) policyCheck {
	c := policyCheck{Policy: p.Name, File: p.File(), Valid: true, Hash: p.Hash(), Sections: len(p.Sections), Decisions: len(p.Decisions), Findings: []policyFinding{}}
	for _, s := range p.Sections {
		c.Items += len(s.Items)
	}
	for range p.Rules() {
		c.Rules++
	}
	for _, f := range p.Lint() {
		c.Findings = append(c.Findings, policyFinding{f.Line, f.Column, f.Severity, f.Message})
		c.Valid = c.Valid && f.Severity != policy.Error
	}
	return c
}

// show prints the check. Where the policy is wrong the error is returned, which as text says all of it already.
func (c policyCheck) show(env Env, out output, wrong error) error {
	if wrong == nil && !c.Valid {
		wrong = usagef("policy %q is not valid", c.Policy)
	}
	err := out.show(env.Out, c, func(w io.Writer) error {
		if c.Hash == "" {
			return nil
		}
		for _, f := range c.Findings {
			fmt.Fprintf(w, "%s:%d:%d: %s: %s\n", printable(c.File), f.Line, f.Column, f.Severity, printable(f.Message))
		}
		if !c.Valid {
			return nil
		}
		_, err := fmt.Fprintf(w, "Policy %s is valid: %d sections, %d items, %d rules, %d decisions; %s; hash %.12s\n",
			c.Policy, c.Sections, c.Items, c.Rules, c.Decisions, counted(len(c.Findings), "warning", "warnings"), c.Hash)
		return err
	})
	return errors.Join(err, wrong)
}
