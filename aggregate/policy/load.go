package policy

import (
	"fmt"
	"strings"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/policies"
)

// Load returns the shipped policy of that name, or, when ref is a path, with a separator or the extension .yaml or .yml,
// the policy in that file, which readFile reads ([os.ReadFile] for one who may). The error is an [*Unknown], an [*Invalid]
// or that of readFile.
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
