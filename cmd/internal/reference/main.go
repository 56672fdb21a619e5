// Command reference writes the references in docs, and the JSON Schema of a policy, from the code: the verbs with their
// flags, the keys of the configuration with their defaults and the comments of their fields, the language of policies,
// the kinds of rules and the metrics. So the references cannot say anything else than the program does.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . ../../..

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: reference ROOT, the folder of go.mod")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func write(root string) error {
	configuration, err := configReference(root)
	if err != nil {
		return err
	}
	if err := writePolicySchema(root); err != nil {
		return err
	}
	for name, content := range map[string]string{
		"cli.md": cliReference(), "config.md": configuration, "policy-language.md": policyReference(), "policy-rules.md": ruleReference(),
		"metrics.md": metricReference(),
	} {
		if err := os.WriteFile(filepath.Join(root, "docs", name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}
