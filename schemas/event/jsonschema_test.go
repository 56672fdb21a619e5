package event_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:generate go test -run ^TestSchemaFiles$ -update .

var update = flag.Bool("update", false, "write the generated files instead of comparing them")

// schemaFolder holds one generated file for each version of each type.
const schemaFolder = "../events"

func TestSchemaFiles(t *testing.T) {
	for _, typ := range event.Types() {
		t.Run(typ.Name, func(t *testing.T) {
			path, want := filepath.Join(schemaFolder, typ.SchemaFile()), typ.JSONSchema()
			if *update {
				writeFile(t, path, want)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v (go generate ./schemas/event writes it)", err)
			}
			if diff := cmp.Diff(string(got), string(want)); diff != "" {
				t.Errorf("%s is not what the struct says; go generate ./schemas/event (-got, +want):\n%s", path, diff)
			}
		})
	}
}

// TestSchemaFolderHoldsNothingElse keeps the file of a type that was renamed or removed from staying behind. The schema of
// an older version of a type stays: its events are still in the log.
func TestSchemaFolderHoldsNothingElse(t *testing.T) {
	entries, err := os.ReadDir(schemaFolder)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, typ := range event.Types() {
		known[typ.Name] = true
	}
	for _, e := range entries {
		if name, _, ok := strings.Cut(e.Name(), ".v"); !ok || !known[name] {
			t.Errorf("%s belongs to no type", e.Name())
		}
	}
}

// TestEveryTypeIsComplete is what makes adding a type the adding of one file: declaration, documentation and examples.
func TestEveryTypeIsComplete(t *testing.T) {
	for _, typ := range event.Types() {
		t.Run(typ.Name, func(t *testing.T) {
			if typ.Doc == "" || typ.Subject == "" || typ.Version == 0 || len(typ.Examples) == 0 {
				t.Fatal("want Doc, Subject, Version and Examples")
			}
			data := decode(t, wholeEvent(typ, typ.Examples[0])).Data
			v := reflect.ValueOf(data)
			for i := range v.NumField() {
				f := v.Type().Field(i)
				if v.Field(i).IsZero() {
					t.Errorf("the first example has no %s", f.Name)
				}
				checkDocumented(t, f)
			}
		})
	}
}

// TestOneFileDeclaresAType keeps a type's name out of every file but its own: nothing else has to change for a new type.
func TestOneFileDeclaresAType(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, typ := range event.Types() {
		own := strings.ReplaceAll(typ.Name, ".", "_") + ".go"
		declaration := regexp.MustCompile(`Name:\s+"` + regexp.QuoteMeta(typ.Name) + `"`)
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if declares := declaration.Match(source); declares != (file == own) {
				t.Errorf("%s declares %s: %t; want it in %s", file, typ.Name, declares, own)
			}
		}
	}
}

func checkDocumented(t *testing.T, f reflect.StructField) {
	if f.Tag.Get("doc") == "" || f.Tag.Get("json") == "" {
		t.Errorf("%s: want the tags json and doc", f.Name)
	}
	if f.Type.Kind() != reflect.Slice || f.Type.Elem().Kind() != reflect.Struct {
		return
	}
	for i := range f.Type.Elem().NumField() {
		checkDocumented(t, f.Type.Elem().Field(i))
	}
}

func TestExamplesAreValid(t *testing.T) {
	for _, typ := range event.Types() {
		schema := compile(t, typ)
		for _, example := range typ.Examples {
			if err := validate(t, schema, typ.ExampleEvent(example)); err != nil {
				t.Errorf("%s: %v", example, err)
			}
		}
	}
}

// wholeEvent returns an event whose subject is "x", as decode expects it.
func wholeEvent(typ *event.Type, data string) string {
	return strings.Replace(typ.ExampleEvent(data), `"subject":"s-1"`, `"subject":"x"`, 1)
}

func compile(t *testing.T, typ *event.Type) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(typ.JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(typ.DataSchema(), doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(typ.DataSchema())
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, value string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(value))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
