package scenario_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/scenario"
)

// The page that people write scenarios by knows every statement, and its example comes true.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range scenario.Statements() {
		if !regexp.MustCompile("`" + name + "[ `]").Match(page) {
			t.Errorf("the page does not explain the statement %q", name)
		}
	}
	_, example, _ := strings.Cut(string(page), "```\ntitle")
	example, _, ok := strings.Cut("title"+example, "```")
	if !ok {
		t.Fatal("the page has no example")
	}
	r, err := run(t, example)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Mismatches {
		t.Error(m)
	}
	if len(r.Cards) != 2 {
		t.Errorf("%d cards, want 2", len(r.Cards))
	}
}
