package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/scenario"
	"github.com/deskpulse/deskpulse/aggregate/score"
)

// policyTryFlags are the flags of policy try.
type policyTryFlags struct {
	output
	language
	policy, scenario, agent string
	decide                  []string
}

func newPolicyTry(env Env) *cobra.Command {
	var f policyTryFlags
	cmd := &cobra.Command{
		Use:   "try --scenario FILE",
		Short: "Score a month that is told in a text file",
		Long: `Score a month that is told in a scenario, a text file that says who works there, what happened and what the
cards must say; docs/scenarios.md is its grammar. What happened becomes events, which are folded, measured and
scored as those of a real month are. Each agent's card is printed with every line and why it is so. What the
file expects and the cards do not say is listed on standard error, and the exit code is 1.`,
		Example: `  deskpulse policy try --scenario li.txt
  deskpulse policy try --policy express-cs --scenario li.txt --agent li --lang zh
  deskpulse policy try --policy ./our-policy.yaml --scenario li.txt --decide grade-90=above-90 --output json`,
		Args: cobra.NoArgs,
	}
	f.output.add(cmd)
	f.language.add(cmd)
	cmd.Flags().StringVar(&f.policy, "policy", "", "`name` of a shipped policy, or a file (default: the one that the scenario names)")
	cmd.Flags().StringVar(&f.scenario, "scenario", "", "the `file`; - is standard input")
	cmd.Flags().StringVar(&f.agent, "agent", "", "print the card of this `agent` only")
	cmd.Flags().StringArrayVar(&f.decide, "decide", nil, "try another reading, `decision=reading`; may be repeated")
	_ = cmd.MarkFlagRequired("scenario")
	cmd.RunE = verb(func(context.Context, []string) error { return runPolicyTry(env, f) })
	return cmd
}

func runPolicyTry(env Env, f policyTryFlags) error {
	s, err := readScenario(env, f.scenario)
	if err != nil {
		return err
	}
	r, err := f.run(env, s)
	if err != nil {
		return err
	}
	cards, err := f.chosen(s, r.Cards)
	if err != nil {
		return err
	}
	if f.output == outputJSON {
		err = writeCards(env.Out, cards)
	} else {
		err = showTry(env.Out, s, r.Policy, cards, f.language)
	}
	if err != nil {
		return err
	}
	return unexpected(f.scenario, r.Mismatches)
}

func readScenario(env Env, file string) (*scenario.Scenario, error) {
	src, err := []byte(nil), error(nil)
	if file == "-" {
		src, err = io.ReadAll(env.In)
	} else {
		src, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, usagef("read scenario %q: %w", file, err)
	}
	s, err := scenario.Parse(file, src)
	if err != nil {
		return nil, usageError{err}
	}
	return s, nil
}

// run runs the scenario. A policy that is asked for goes before the one that the scenario names, and so do readings.
func (f *policyTryFlags) run(env Env, s *scenario.Scenario) (scenario.Result, error) {
	ref := f.policy
	if ref == "" {
		ref = s.Policy
	}
	if ref == "" {
		return scenario.Result{}, usagef("the scenario names no policy: want --policy")
	}
	p, err := decided(ref, f.decide)
	if err != nil {
		return scenario.Result{}, err
	}
	if s.Policy != "" && s.Policy != p.Name {
		fmt.Fprintf(env.Err, "deskpulse: the scenario is written for policy %q, scored by %q\n", s.Policy, p.Name)
	}
	for _, d := range f.decide {
		r, _ := scenario.ParseReading(d) // it was decided above
		s.Readings = append(s.Readings, r)
	}
	r, err := s.Run(p, func(name string) (*calendar.Calendar, error) { return calendar.Load(name, os.ReadFile) })
	if err != nil {
		return r, usageError{err}
	}
	if len(f.decide) > 0 {
		r.Mismatches = nil // what the scenario expects was not said of another reading
	}
	return r, nil
}

// chosen returns the cards to print.
func (f *policyTryFlags) chosen(s *scenario.Scenario, cards []score.Card) ([]score.Card, error) {
	if f.agent == "" {
		return cards, nil
	}
	if !slices.Contains(s.Agents, f.agent) {
		return nil, usageError{&document.Unknown{What: "agent", Name: f.agent, Known: s.Agents}}
	}
	return slices.DeleteFunc(slices.Clone(cards), func(c score.Card) bool { return c.Agent != f.agent }), nil
}

// writeCards writes each card as one line of JSON.
func writeCards(w io.Writer, cards []score.Card) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, c := range cards {
		if err := e.Encode(c); err != nil {
			return err
		}
	}
	return nil
}

// unexpected returns an error that lists what the scenario expects otherwise, nil when it expects nothing else.
func unexpected(file string, all []scenario.Mismatch) error {
	if len(all) == 0 {
		return nil
	}
	lines := []string{fmt.Sprintf("%d things are not as the scenario expects:", len(all))}
	if len(all) == 1 {
		lines[0] = "one thing is not as the scenario expects:"
	}
	for _, m := range all {
		lines = append(lines, printable(fmt.Sprintf("%s:%s", file, m)))
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
}
