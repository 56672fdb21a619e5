package predicate

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"

	"cel.dev/cel-go/cel"
)

// Env says what predicates may speak of: the fields of a struct under the name of a variable. It is safe for concurrent
// use.
type Env struct {
	of         reflect.Type
	variable   string
	fields     map[string]field    // by qualified name, such as "event.subject"
	names      []string            // of the fields, sorted
	vocabulary map[string][]string // the known values of a field, by its name
	cel        *cel.Env
}

// name is what a variable and a field may be called.
var name = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Limits of what a predicate may be. A text of that length takes a screen.
const (
	maxCharacters = 4000
	maxNesting    = 50
)

// NewEnv returns the environment of predicates over T, a struct whose fields with a tag such as `cel:"subject"` can be
// asked for as "variable.subject". They are texts (string and types made of it), bool, int64 and []string. The vocabulary
// lists the known values of fields, by their name: another constant compared with such a field is an error. A T or a
// vocabulary that does not fit is a mistake of the program and panics.
func NewEnv[T any](variable string, vocabulary map[string][]string) *Env {
	e := &Env{of: reflect.TypeFor[T](), variable: variable, fields: map[string]field{}, vocabulary: vocabulary}
	if !name.MatchString(variable) {
		panic(fmt.Sprintf("predicate: variable %q: want %s", variable, name))
	}
	e.readFields()
	for _, known := range slices.Sorted(maps.Keys(vocabulary)) {
		if !slices.Contains(e.names, known) {
			panic(fmt.Sprintf("predicate: vocabulary of %q, which is no field of %s", known, e.of))
		}
	}
	e.cel = e.newCEL()
	return e
}

// readFields notes the tagged fields of the struct.
func (e *Env) readFields() {
	for i := range e.of.NumField() {
		f := e.of.Field(i)
		tag, ok := f.Tag.Lookup("cel")
		if !ok {
			continue
		}
		if !name.MatchString(tag) || !f.IsExported() || slices.Contains(e.names, tag) {
			panic(fmt.Sprintf("predicate: field %s of %s: tag %q: want a name of its own, %s, on an exported field", f.Name, e.of, tag, name))
		}
		e.names = append(e.names, tag)
		e.fields[e.variable+"."+tag] = newField(i, f)
	}
	slices.Sort(e.names)
}

// newCEL declares each field as a variable with a qualified name. The alternative, a variable of an object type, needs a
// type provider, and makes a value of the whole struct that a predicate has no use for.
func (e *Env) newCEL() *cel.Env {
	options := []cel.EnvOption{
		cel.ClearMacros(),
		cel.Macros(cel.ExistsMacro, cel.AllMacro),
		cel.ParserRecursionLimit(maxNesting),
	}
	for _, n := range slices.Sorted(maps.Keys(e.fields)) {
		options = append(options, cel.Variable(n, e.fields[n].kind))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		panic(fmt.Sprintf("predicate: environment of %s: %v", e.of, err))
	}
	return env
}
