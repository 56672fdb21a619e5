package event_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
	"pgregory.net/rapid"
)

// mutants are the values that take the place of a member, by name; the empty name stands for leaving the member out.
var mutants = map[string]string{
	"":              "",
	"null":          `null`,
	"true":          `true`,
	"false":         `false`,
	"zero":          `0`,
	"one":           `1`,
	"number":        `42`,
	"negative":      `-1`,
	"fraction":      `0.5`,
	"2^53-1":        `9007199254740991`,
	"2^53":          `9007199254740992`,
	"beyond int64":  `123456789012345678901234567890`,
	"empty text":    `""`,
	"text":          `"text"`,
	"256 bytes":     `"` + strings.Repeat("x", 256) + `"`,
	"257 bytes":     `"` + strings.Repeat("x", 257) + `"`,
	"1025 bytes":    `"` + strings.Repeat("x", 1025) + `"`,
	"control":       `"a\u0007b"`,
	"C1 control":    `"a\u0085b"`,
	"line break":    `"a\nb"`,
	"delete":        `"a\u007fb"`,
	"empty object":  `{}`,
	"object":        `{"x":1}`,
	"hold":          `{"start_ms":1,"duration_ms":2}`,
	"empty list":    `[]`,
	"list of text":  `["a","b"]`,
	"list of empty": `["a",""]`,
	"list of null":  `[null]`,
	"list of holds": `[{"start_ms":1,"duration_ms":2}]`,
	"bad hold":      `[{"start_ms":1,"duration_ms":2,"x":3}]`,
	"half a hold":   `[{"start_ms":1}]`,
	"list of bools": `[true,false]`,
	"check":         `[{"check":"x","met":false}]`,
	"bad check":     `[{"check":"","met":false}]`,
	"check of none": `[{"check":"x","met":null}]`,
	"finding":       `[{"finding":"x","count":1,"reason":"a\nb"}]`,
	"found never":   `[{"finding":"x","count":0}]`,
	"256 elements":  `[` + strings.Repeat(`"a",`, 255) + `"a"]`,
	"257 elements":  `[` + strings.Repeat(`"a",`, 256) + `"a"]`,
	"date":          `"2024-02-29"`,
	"no such date":  `"2023-02-29"`,
	"date in 1899":  `"1899-12-31"`,
	"short date":    `"2024-2-9"`,
	"month":         `"2024-03"`,
	"month 13":      `"2024-13"`,
	"month in 1899": `"1899-12"`,
	"short month":   `"2024-3"`,
	"month zero":    `"2024-00"`,
	"instant":       `"2024-03-04T09:59:00.123456789+08:00"`,
	"lower case":    `"2024-03-04t01:59:00z"`,
	"leap second":   `"2016-12-31T23:59:60Z"`,
	"24:00":         `"2024-03-03T24:00:00Z"`,
	"offset +24":    `"2024-03-04T01:59:00+24:00"`,
	"comma":         `"2024-03-04T01:59:00,5Z"`,
	"no zone":       `"2024-03-04T01:59:00"`,
	"zone":          `"Europe/Berlin"`,
	"worked":        `"worked"`,
}

// differences are the cases in which decoder and schema may disagree, each with its reason.
var differences = []struct {
	name   string
	reason string
	allows func(inv *event.Invalid, value string) bool
}{
	{"time bounds", "they belong to the stream, not to the type", func(inv *event.Invalid, _ string) bool {
		return inv.Reason == event.TimeOutOfBounds
	}},
	{"zones", "a schema has no list of them", func(inv *event.Invalid, _ string) bool {
		return strings.HasPrefix(inv.Detail, "zone ")
	}},
	{"bytes", "a schema counts characters", func(inv *event.Invalid, value string) bool {
		return inv.Reason == event.FieldTooLong && len(value) > len([]rune(value))
	}},
	{"1.0", "a schema takes it for an integer", func(inv *event.Invalid, value string) bool {
		return inv.Reason == event.WrongType && strings.Contains(inv.Detail, "want an integer") && strings.ContainsAny(value, ".eE")
	}},
	{"duplicate names", "the validator sees the last one only", func(inv *event.Invalid, _ string) bool {
		return inv.Reason == event.DuplicateKey
	}},
}

// agree fails when the schema accepts what the decoder rejects, or the other way round, without a listed reason.
func agree(t rapid.TB, accepts func(string) error, value string) {
	t.Helper()
	var envelope struct{ Subject any }
	_ = json.Unmarshal([]byte(value), &envelope)
	key, _ := envelope.Subject.(string)
	var row event.Row
	err := event.NewDecoder(stream()).Decode([]byte(key), []byte(value), appended, &row)
	schemaErr := accepts(value)
	if (err == nil) == (schemaErr == nil) {
		return
	}
	inv := new(event.Invalid)
	if errors.As(err, &inv) {
		for _, d := range differences {
			if d.allows(inv, value) {
				return
			}
		}
	}
	t.Errorf("decoder: %v\nschema: %v\nof %.1000s", err, schemaErr, value)
}

func TestDecoderAndSchemaAgreeOnEveryMutant(t *testing.T) {
	for _, typ := range event.Types() {
		schema := compile(t, typ)
		for i, example := range typ.Examples {
			tree := parse(t, typ.ExampleEvent(example))
			for _, path := range paths(tree) {
				if i > 0 && !strings.HasPrefix(path, "data.") { // the envelope was tried with the first example
					continue
				}
				for name, mutant := range mutants {
					value := render(t, mutate(t, tree, path, mutant))
					t.Run(fmt.Sprintf("%s/%s/%s", typ.Name, path, name), func(t *testing.T) {
						agree(t, func(v string) error { return validate(t, schema, v) }, value)
					})
				}
			}
		}
	}
}

func TestDecoderAndSchemaAgreeOnMutantsOfMutants(t *testing.T) {
	names := slices.Sorted(maps.Keys(mutants))
	for _, typ := range event.Types() {
		schema := compile(t, typ)
		rapid.Check(t, func(rt *rapid.T) {
			tree := parse(t, typ.ExampleEvent(rapid.SampledFrom(typ.Examples).Draw(rt, "example")))
			for range rapid.IntRange(2, 4).Draw(rt, "mutations") {
				path := rapid.SampledFrom(paths(tree)).Draw(rt, "path")
				tree = mutate(t, tree, path, mutants[rapid.SampledFrom(names).Draw(rt, "mutant")])
			}
			agree(rt, func(v string) error { return validate(t, schema, v) }, render(t, tree))
		})
	}
}

func TestListedDifferences(t *testing.T) {
	schema := compile(t, event.TypeOf(event.CallEnded{}))
	for name, value := range map[string]string{
		"time bounds":     edit("2024-03-04", "1999-03-04"),
		"zones":           edit(`"id"`, `"zone":"Mars/Olympus","id"`),
		"bytes":           edit(`"li"`, `"`+strings.Repeat("李", 100)+`"`),
		"1.0":             edit("1000", "1000.0"),
		"duplicate names": edit(`"agent":"li"`, `"agent":"li","agent":"li"`),
	} {
		t.Run(name, func(t *testing.T) {
			var row event.Row
			if err := event.NewDecoder(stream()).Decode([]byte("c1"), []byte(value), appended, &row); err == nil {
				t.Error("the decoder accepts it: no difference any more")
			}
			if err := validate(t, schema, value); err != nil {
				t.Errorf("the schema rejects it: no difference any more: %v", err)
			}
			agree(t, func(v string) error { return validate(t, schema, v) }, value)
		})
	}
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber() // a number keeps its spelling
	var tree map[string]any
	if err := dec.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

func render(t *testing.T, tree map[string]any) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(tree); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// paths lists the members of the envelope and, after "data.", those of data, down to the members of a list's objects:
// "data.findings.0.count".
func paths(tree map[string]any) []string {
	var ps []string
	var walk func(prefix string, v any)
	walk = func(prefix string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				ps = append(ps, prefix+name)
				walk(prefix+name+".", inner)
			}
		case []any:
			for i, inner := range v {
				ps = append(ps, prefix+strconv.Itoa(i))
				walk(prefix+strconv.Itoa(i)+".", inner)
			}
		}
	}
	walk("", tree)
	slices.Sort(ps)
	return ps
}

func mutate(t *testing.T, tree map[string]any, path, mutant string) map[string]any {
	t.Helper()
	var to any
	if mutant != "" {
		to = parse(t, `{"v":`+mutant+`}`)["v"]
	}
	return replaced(tree, strings.Split(path, "."), to, mutant == "").(map[string]any)
}

// replaced returns a copy of the tree in which the value at the path is another one, or gone.
func replaced(tree any, path []string, to any, drop bool) any {
	if len(path) == 0 {
		return to
	}
	last := drop && len(path) == 1
	switch tree := tree.(type) {
	case map[string]any:
		tree = maps.Clone(tree)
		if last {
			delete(tree, path[0])
			return tree
		}
		tree[path[0]] = replaced(tree[path[0]], path[1:], to, drop)
		return tree
	case []any:
		tree = slices.Clone(tree)
		i, _ := strconv.Atoi(path[0])
		if last {
			return slices.Delete(tree, i, i+1)
		}
		tree[i] = replaced(tree[i], path[1:], to, drop)
		return tree
	}
	return tree
}
