package score_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/scenario"
)

var update = flag.Bool("update", false, "write the wording of cards into the scenarios; points and totals stay as people wrote them")

// Every file under testdata is a month that people worked out by hand; its folder holds the policy, or is named after a
// shipped one.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	policies := map[string]*policy.Policy{}
	calendars := map[string]*calendar.Calendar{}
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		p := policies[name]
		if p == nil {
			if p, err = policy.Load(policyOf(file), os.ReadFile); err != nil {
				t.Fatal(err)
			}
			policies[name] = p
		}
		t.Run(name+"/"+filepath.Base(file), func(t *testing.T) { runScenario(t, file, p, calendars) })
	}
}

func policyOf(file string) string {
	own := filepath.Join(filepath.Dir(file), "policy.yaml")
	if _, err := os.Stat(own); err == nil {
		return own
	}
	return filepath.Base(filepath.Dir(file))
}

func runScenario(t *testing.T, file string, p *policy.Policy, calendars map[string]*calendar.Calendar) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Parse(file, src)
	if err != nil {
		t.Fatal(err)
	}
	result, err := s.Run(p, func(name string) (*calendar.Calendar, error) {
		c := calendars[name]
		if c == nil {
			if c, err = calendar.Load(name, os.ReadFile); err != nil {
				return nil, err
			}
			calendars[name] = c
		}
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, scenario.Update(src, result), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range result.Mismatches {
		t.Errorf("%s:%s", file, m)
	}
}
