package predicate

import (
	"fmt"
	"regexp"
	"strings"

	"cel.dev/cel-go/common/operators"
)

// translations of what CEL says into the words of somebody who writes predicates: with the operators as they are written,
// and without the list of everything that could have stood in a place.
var translations = []struct {
	said *regexp.Regexp
	mean func(m []string) string
}{
	{regexp.MustCompile(`^found no matching overload for '(.*)' applied to '(.*)'$`), func(m []string) string {
		return fmt.Sprintf("%q does not fit %s", sign(m[1]), named(m[2]))
	}},
	{regexp.MustCompile(`^expected type '(.*)' but found '(.*)'$`), func(m []string) string {
		return fmt.Sprintf("want %s, found %s", named(m[1]), named(m[2]))
	}},
	{regexp.MustCompile(`^expression of type '(.*)' cannot be range of a comprehension`), func(m []string) string {
		return fmt.Sprintf("exists and all ask a list, this is %s", named(m[1]))
	}},
	{regexp.MustCompile(`^(expression recursion limit|max recursion depth) exceeded`), func([]string) string {
		return fmt.Sprintf("nested deeper than %d levels", maxNesting)
	}},
	{regexp.MustCompile(`^error recovery .* limit exceeded`), func([]string) string {
		return "syntax error: nothing from here on makes sense"
	}},
	{regexp.MustCompile(`(?s)^Syntax error: token recognition error at: '\s*(.*?)\s*'$`), func(m []string) string {
		if m[1] != "" && strings.Contains(`"'`, m[1][:1]) {
			return fmt.Sprintf("syntax error: the text %s has no end", m[1])
		}
		return fmt.Sprintf("syntax error: unexpected %q%s", m[1], instead(m[1]))
	}},
	{regexp.MustCompile(`(?s)^Syntax error: .* input '(.*?)(?:\\n)*'(?: expecting .*)?$`), func(m []string) string {
		if m[1] == "<EOF>" {
			return "syntax error: unexpected end"
		}
		return fmt.Sprintf("syntax error: unexpected %q%s", m[1], instead(m[1]))
	}},
	{regexp.MustCompile(`(?s)^Syntax error: missing (.*) at '(.*)'$`), func(m []string) string {
		if m[2] == "<EOF>" {
			return fmt.Sprintf("syntax error: missing %s at the end", m[1])
		}
		return fmt.Sprintf("syntax error: missing %s before %q", m[1], m[2])
	}},
}

func translate(message string) string {
	for _, t := range translations {
		if m := t.said.FindStringSubmatch(message); m != nil {
			message = t.mean(m)
			break
		}
	}
	return strings.Join(strings.Fields(message), " ") // a problem is one line
}

// sign returns an operator as it is written.
func sign(function string) string {
	if function == operators.Conditional {
		return "?:"
	}
	if written, ok := operators.FindReverse(function); ok {
		return written
	}
	return function
}

// named replaces the types of CEL by what people call them.
var named = strings.NewReplacer("list(string)", "texts", "list(int)", "whole numbers", "string", "a text", "int", "a whole number",
	"bool", "true or false").Replace

// instead suggests the operator for what other languages write.
func instead(token string) string {
	meant := map[string]string{"=": "==", "&": "&&", "and": "&&", "AND": "&&", "|": "||", "or": "||", "OR": "||"}
	if s := meant[token]; s != "" {
		return fmt.Sprintf(" (did you mean %q?)", s)
	}
	return ""
}
