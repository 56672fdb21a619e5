package policy_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/metric"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/aggregate/rule"
	"github.com/deskpulse/deskpulse/schemas/policies"
	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

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

func TestSchemaAcceptsShipped(t *testing.T) {
	check := compile(t)
	for _, name := range policy.Shipped.Names() {
		_, src, _ := policy.Shipped.Read(name, nil)
		if err := check(t, string(src)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The shipped schema is the one that the code describes.
func TestSchemaIsGenerated(t *testing.T) {
	want, err := policy.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(policies.Schema, want) {
		t.Errorf("policy.schema.json is not what the code says: run `make generate`")
	}
}

// What the reference lists is what the loader asks for: the language describes no key that does nothing and hides none.
func TestLanguageIsWhatTheLoaderReads(t *testing.T) {
	got, err := policy.Keys("express-cs.yaml", []byte(source(t)))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for _, o := range policy.Language() {
		if o.Name == "rule" {
			continue // its keys are those of its kind: TestKindsAreWhatTheLoaderReads
		}
		want[o.Name] = document.IDs(o.Keys, func(k rule.Key) string { return k.Name })
		slices.Sort(want[o.Name])
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-loader, +language):\n%s", diff)
	}
}

// vocabulary is what the examples of the kinds speak of.
var vocabulary = rule.Vocabulary{
	Subjects:  []string{"call-attitude", "email", "inquiry", "work-error", "refusal", "own-error"},
	Findings:  []string{"contempt", "language"},
	Leaves:    []string{"personal"},
	Templates: []string{"call-wording"},
}

// Each kind's example is a rule, and each of its keys is one that the loader knows.
func TestKindsAreWhatTheLoaderReads(t *testing.T) {
	for _, k := range rule.Kinds() {
		root, err := document.Parse(k.Kind, []byte(k.Example))
		if err != nil {
			t.Errorf("%s: %v", k.Kind, err)
			continue
		}
		r := document.Reader{}
		o := r.Object(root)
		made := rule.Read(o, rule.Context{ID: "example", Bound: 4000, Section: 4000, Vocabulary: vocabulary})
		asked := slices.DeleteFunc(o.Asked(), func(key string) bool { return key == "kind" })
		o.Done()
		if made == nil || len(r.Problems) > 0 {
			t.Errorf("%s: %+v", k.Kind, r.Problems)
		}
		slices.Sort(asked)
		keys := document.IDs(k.Keys, func(k rule.Key) string { return k.Name })
		for _, key := range asked {
			if !slices.Contains(keys, key) {
				t.Errorf("%s: the loader asks for %q, which the reference does not list", k.Kind, key)
			}
		}
	}
}

// Every metric that a rule may name has settings that the schema knows.
func TestSettingsAreKnown(t *testing.T) {
	known := document.IDs(metric.AllSettings(), func(s metric.Setting) string { return s.Key })
	for _, m := range metric.All() {
		for _, key := range m.Doc().Settings {
			if !slices.Contains(known, key) {
				t.Errorf("metric %q reads %q, which is no setting", m.Doc().ID, key)
			}
		}
	}
}
