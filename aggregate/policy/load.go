package policy

import (
	"cmp"
	"slices"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/policies"
)

// Shipped is the policies that ship with deskpulse.
var Shipped = document.Shipped{What: "policy", Files: policies.Files}

// Load returns the shipped policy of that name, or the one in a file that readFile reads; see [document.Shipped.Read]. The
// error is a [*document.Unknown], a [*document.Invalid] or that of readFile.
func Load(ref string, readFile func(string) ([]byte, error)) (*Policy, error) {
	file, src, err := Shipped.Read(ref, readFile)
	if err != nil {
		return nil, err
	}
	return Parse(file, src)
}

// Parse reads a policy file. The error is a [*document.Invalid] that names everything wrong with it, also what only shows
// under a reading that is not chosen.
func Parse(file string, src []byte) (*Policy, error) {
	root, err := document.Parse(file, src)
	if err != nil {
		return nil, err
	}
	body := reader{known: &known{}}
	p := body.policy(root)
	if len(body.Problems) > 0 {
		return nil, invalid(file, body.Problems)
	}
	body.known.decisions = p.Decisions
	if problems := p.tryReadings(root, body.known); len(problems) > 0 {
		return nil, invalid(file, problems)
	}
	p.file, p.root, p.known, p.choices = file, root, body.known, map[string]string{}
	p.known.complete = true
	for _, d := range p.Decisions {
		p.choices[d.ID] = d.Chosen
	}
	return p.build()
}

// invalid says what is wrong from the top of the file down, whatever was read first.
func invalid(file string, problems []document.Problem) error {
	slices.SortStableFunc(problems, func(a, b document.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return &document.Invalid{File: file, Problems: slices.Compact(problems)}
}
