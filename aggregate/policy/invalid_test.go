package policy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/schemas/policies"
	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Each row breaks the shipped policy by replacing one text. The loader must name the place; the schema must refuse as
// well, unless the fault is one that no schema can express.
func TestInvalid(t *testing.T) {
	const loaderOnly = true
	check := compile(t)
	for _, c := range []struct {
		name, old, new string
		want           string // in the loader's error
		loaderOnly     bool
	}{
		{"unknown key", "figure: own-days #", "figur: own-days #", `unknown key "figur" (did you mean "figure"?)`, false},
		{"missing key", "kind: tier\n          metric: calls_per_workday", "kind: tier", `key "metric" is missing`, false},
		{"unknown top key", "sections:\n", "grades: []\nsections:\n", `unknown key "grades"`, false},
		{"no decisions", "decisions:\n", "decision:\n", `key "decisions" is missing`, false},
		{"wrong type", "points: 20\n    items", "points: twenty\n    items", `points: want a number, found a text`, false},
		{"number for a text", "why: Whoever is not there to take calls, or was away all month, says nothing about what an average day brings.", "why: 7", `why: want a text, found a number`, false},
		{"nothing for a text", "chosen_by: deskpulse", "chosen_by:", `chosen_by: want a text, found nothing`, false},
		{"blank text", "chosen_by: deskpulse", "chosen_by: '  '", `chosen_by: the text is empty`, false},
		{"text for an object", "title: {zh: 人均效能, en: Productivity}", "title: Productivity", `title: want an object, found a text`, false},
		{"object for a list", "days: [attendance, calls]", "days: {attendance: calls}", `days: want a list, found an object`, false},
		{"empty list", "days: [attendance, calls]", "days: []", `days: want at least 1, found 0`, false},
		{"repeated source", "days: [attendance, calls]", "days: [calls, calls]", `days: "calls" stands here twice`, false},
		{"unknown source", "days: [attendance, calls]", "days: [attendence]", `days: "attendence" (did you mean "attendance"?); want one of attendance, calls`, false},
		{"unknown metric", "metric: calls_per_workday", "metric: calls_answered", `metric: "calls_answered"; want one of calls_per_workday`, false},
		{"unknown kind", "kind: tier", "kind: tiers", `kind: "tiers" (did you mean "tier"?); want one of tier`, false},
		{"negative points", "{name: C, points: 10}", "{name: C, points: -1}", `points: -1: want 0 to 100000 with at most two places`, false},
		{"points too fine", "{name: C, points: 10}", "{name: C, points: 1.005}", `points: 1.005: want 0 to 100000 with at most two places`, false},
		{"days in halves", "{duty: calls, min_days: 1} # d", "{duty: calls, min_days: 0.5} # d", `min_days: 0.5: want a whole number from 0 to 31`, false},
		{"operator without percent", `{name: A, operator: ">=", percent: 90, points: 20}`, `{name: A, operator: ">=", points: 20}`, `key "percent" is missing`, false},
		{"percent without operator", `{name: A, operator: ">=", percent: 90, points: 20}`, `{name: A, percent: 90, points: 20}`, `key "operator" is missing`, false},
		{"unknown operator", `{name: A, operator: ">="`, `{name: A, operator: "<"`, `operator: "<"`, false},
		{"one tier", "- {name: A, operator: \">=\", percent: 90, points: 20}\n            - {name: B, operator: \">=\", percent: 80, points: 15} # decision tier-operators\n            - ", "- ", `tiers: want at least 2, found 1`, false},
		{"id in capitals", "id: headcount", "id: Headcount", `id: "Headcount": want a letter, then small letters`, false},
		{"no patch", "patch:\n          sections.productivity.items.calls.rule.nobody: included", "patch: {}", `an empty patch`, false},
		{"patch outside", "sections.productivity.items.calls.rule.nobody: included", "name: other", `path "name": a reading replaces parts of the sections`, false},
		{"date in another form", "date: 2026-11-22", "date: 22 Nov 2026", `date "22 Nov 2026": want a day`, false},

		{"day that does not exist", "date: 2026-11-22", "date: 2026-02-30", `date "2026-02-30": want a day`, loaderOnly},
		{"percent without last", `{name: C, points: 10}`, `{name: C, operator: ">=", percent: 1, points: 10}`, `the last tier takes what is left`, loaderOnly},
		{"rest before the last", `{name: B, operator: ">=", percent: 80, points: 15}`, `{name: B, points: 15}`, `only the last tier has no percent`, loaderOnly},
		{"unreachable tier", "percent: 80", "percent: 90", `tier "B": nobody can reach it`, loaderOnly},
		{"two tiers of a name", "{name: C,", "{name: A,", `name "A" stands here twice`, loaderOnly},
		{"more points than the item", "{name: C, points: 10}", "{name: C, points: 20.01}", `item "calls" gives at most 20.00 points, its rule 20.01`, loaderOnly},
		{"more points than the section", "points: 20\n        #", "points: 21\n        #", `item "calls" gives 21.00 points, its section at most 20.00`, loaderOnly},
		{"duplicate key", "kind: tier", "kind: tier\n          kind: tier", `key "kind" stands here twice, first in line`, loaderOnly},
		{"duplicate decision", "id: headcount", "id: workdays", `id "workdays" stands here twice`, loaderOnly},
		{"duplicate reading", "id: all-answered", "id: credited-only", `id "credited-only" stands here twice`, loaderOnly},
		{"chosen does not exist", "chosen: person-days", "chosen: persons-days", `decision "workdays": unknown reading "persons-days" (did you mean "person-days"?)`, loaderOnly},
		{"path to nowhere", "rule.nobody: included", "rule.nobdy: included", `nothing is called "nobdy" there (did you mean "nobody"?)`, loaderOnly},
		{"patch with a wrong value", "rule.nobody: included", "rule.nobody: all", `nobody: "all"; want one of excluded, included`, loaderOnly},
		{"patch with a wrong type", "rule.members: {duty: any, min_days: 1}", "rule.members: any", `members: want an object, found a text`, loaderOnly},
		{"two decisions on one thing", "rule.nobody: included", "rule.figure: own-days", `decision "workdays" already replaces "sections.productivity.items.calls.rule.figure"`, loaderOnly},
		{"a decision inside another's", "rule.nobody: included", "rule.members.min_days: 2", `decision "headcount" already replaces`, loaderOnly},
		{"anchor", "name: express-cs", "name: &n express-cs", `anchors, aliases, tags and merges have no place`, loaderOnly},
		{"tag", "name: express-cs", "name: !!str express-cs", `anchors, aliases, tags and merges have no place`, loaderOnly},
		{"second document", "decisions:\n", "---\ndecisions:\n", `a second document`, loaderOnly},
		{"broken YAML", "sections:\n", "sections: [\n", ``, loaderOnly},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := source(t)
			at := strings.Index(src, c.old)
			if at < 0 {
				t.Fatalf("%q is not in the policy", c.old)
			}
			broken := strings.Replace(src, c.old, c.new, 1)
			_, err := policy.Parse("p.yaml", []byte(broken))
			var invalid *document.Invalid
			if !errors.As(err, &invalid) {
				t.Fatalf("got %v, want an Invalid", err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got:\n%v\nwant: %s", err, c.want)
			}
			if len(invalid.Problems) == 0 || invalid.Problems[0].Line < 1 || invalid.Problems[0].Column < 1 {
				t.Errorf("problems without a place: %+v", invalid.Problems)
			}
			if !c.loaderOnly && check(t, broken) == nil {
				t.Errorf("the schema accepts it")
			}
		})
	}
}

// The place is told to the column.
func TestInvalidPlace(t *testing.T) {
	src := source(t)
	lines := strings.Split(src[:strings.Index(src, "figure: own-days #")], "\n")
	want := fmt.Sprintf("p.yaml:%d:%d: unknown key %q", len(lines), len(lines[len(lines)-1])+1, "figur")
	_, err := policy.Parse("p.yaml", []byte(strings.Replace(src, "figure: own-days #", "figur: own-days #", 1)))
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got:\n%v\nwant: %s", err, want)
	}
}

func TestInvalidWhole(t *testing.T) {
	for name, src := range map[string]string{
		"empty": "", "only a comment": "# nothing\n", "a text": "express", "a list": "- a\n- b\n", "null": "~", "key without value": "name:",
		"deep": strings.Repeat("[", 3000) + strings.Repeat("]", 3000), "number as a key": "1: 2",
	} {
		var invalid *document.Invalid
		if _, err := policy.Parse("p.yaml", []byte(src)); !errors.As(err, &invalid) {
			t.Errorf("%s: got %v, want an Invalid", name, err)
		}
	}
}

func TestSchemaAcceptsShipped(t *testing.T) {
	check := compile(t)
	for _, name := range policies.Names() {
		_, src, _ := policies.Read(name)
		if err := check(t, string(src)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What the schema lists is what the loader knows.
func TestSchemaEnumerations(t *testing.T) {
	var perDay, sources []string
	for _, m := range metric.All() {
		if m.Doc().Denominator == "days_worked" {
			perDay = append(perDay, m.Doc().ID)
		}
	}
	for _, s := range metric.DaySources {
		sources = append(sources, string(s))
	}
	var schema struct {
		Defs map[string]struct {
			Properties map[string]struct {
				Enum  []string
				Items struct{ Enum []string }
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(policies.Schema, &schema); err != nil {
		t.Fatal(err)
	}
	tier := schema.Defs["tier-rule"].Properties
	for key, c := range map[string]struct{ schema, loader []string }{
		"metric":  {tier["metric"].Enum, perDay},
		"days":    {tier["days"].Items.Enum, sources},
		"figure":  {tier["figure"].Enum, []string{string(policy.OwnDays), string(policy.CompanyDays)}},
		"average": {tier["average"].Enum, []string{string(policy.PersonDays), string(policy.CompanyDaysByHead)}},
	} {
		if diff := cmp.Diff(c.schema, c.loader); diff != "" {
			t.Errorf("%s (-schema, +loader):\n%s", key, diff)
		}
	}
}

// compile returns what checks a policy's source against the shipped schema.
func compile(t *testing.T) func(t *testing.T, src string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(policies.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("policy.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("policy.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, src string) error {
		t.Helper()
		doc, err := yaml.YAMLToJSON([]byte(src))
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v)
	}
}

func FuzzParse(f *testing.F) {
	_, src, _ := policies.Read("express-cs")
	f.Add(src)
	f.Add([]byte("name: {a: [1, 2.5, ~, true, 'x']}\n"))
	f.Add([]byte("a: |\n  text\n? b\n: c\n<<: *d\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := policy.Parse("p.yaml", src)
		var invalid *document.Invalid
		if err != nil && !errors.As(err, &invalid) {
			t.Errorf("got %v, want an Invalid", err)
		}
		if err == nil && len(p.Hash()) != 64 {
			t.Errorf("hash %q", p.Hash())
		}
	})
}
