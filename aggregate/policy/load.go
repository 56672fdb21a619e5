package policy

import (
	"fmt"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/schemas/policies"
)

// Load returns the shipped policy of that name, or, when ref is a path, with a separator or the extension .yaml or .yml,
// the policy in that file, which readFile reads ([os.ReadFile] for one who may). The error is a [*document.Unknown], a
// [*document.Invalid] or that of readFile.
func Load(ref string, readFile func(string) ([]byte, error)) (*Policy, error) {
	if isPath(ref) {
		src, err := readFile(ref)
		if err != nil {
			return nil, fmt.Errorf("read policy %q: %w", ref, err)
		}
		return Parse(ref, src)
	}
	file, src, ok := policies.Read(ref)
	if !ok {
		return nil, &document.Unknown{What: "policy", Name: ref, Known: policies.Names()}
	}
	return Parse(file, src)
}

func isPath(ref string) bool {
	return strings.ContainsAny(ref, `/\`) || strings.HasSuffix(ref, ".yaml") || strings.HasSuffix(ref, ".yml")
}

// Parse reads a policy file. The error is a [*document.Invalid] that names everything wrong with it, also what only shows
// under a reading that is not chosen.
func Parse(file string, src []byte) (*Policy, error) {
	root, err := document.Parse(file, src)
	if err != nil {
		return nil, err
	}
	body := reader{known: &known{rules: map[string]rule.Rule{}}}
	p := body.policy(root)
	p.file, p.root, p.choices = file, root, map[string]string{}
	if len(body.Problems) > 0 {
		return nil, &document.Invalid{File: file, Problems: body.Problems}
	}
	body.known.decisions = p.Decisions
	if problems := p.tryReadings(body.known); len(problems) > 0 {
		return nil, &document.Invalid{File: file, Problems: problems}
	}
	for _, d := range p.Decisions {
		p.choices[d.ID] = d.Chosen
	}
	return p.build(body.known)
}
