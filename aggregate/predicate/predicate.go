// Package predicate reads the conditions that people write in policies, such as `event.channel == "email" &&
// event.seconds > 600`: expressions of CEL (cel.dev) over the fields of a struct, which are true or false.
//
// Everything is checked when a file is read: names, types, the constants that a field is compared with, and what an
// evaluation may cost. What remains cannot go wrong for any value, because a condition that failed for one event would
// keep a month from being closed. That is why there is no arithmetic (an overflow, a division by zero, fractions that
// are not exact: CEL holds 48.0/49.0 >= 98/100 to be true), no index into a list, no time and no regular expression:
// a predicate says which facts a rule is about, and the rules calculate.
package predicate

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"github.com/deskpulse/deskpulse/aggregate/document"
)

// Predicate is a condition over values of T. It is safe for concurrent use.
type Predicate[T any] struct {
	source  string
	fields  map[string]field
	program cel.Program
}

// Compile reads the predicate that a text of a file holds. Either it or the list of problems is nil. The environment must
// have been made for T: anything else is a mistake of the program and panics.
func Compile[T any](env *Env, n *document.Node) (*Predicate[T], []document.Problem) {
	if t := reflect.TypeFor[T](); t != env.of {
		panic(fmt.Sprintf("predicate: compile over %s in an environment of %s", t, env.of))
	}
	program, problems := env.compile(n)
	if len(problems) > 0 {
		return nil, problems
	}
	return &Predicate[T]{n.Text, env.fields, program}, nil
}

// Source returns the predicate as it is written.
func (p *Predicate[T]) Source() string { return p.source }

// Holds reports whether the predicate is true of a value. An error would be a mistake of this package, as what is
// compiled cannot go wrong; it names the source.
func (p *Predicate[T]) Holds(v *T) (bool, error) {
	out, _, err := p.program.Eval(&activation{p.fields, reflect.ValueOf(v).Elem()})
	if err != nil {
		return false, fmt.Errorf("evaluate predicate %q: %w", p.source, err)
	}
	holds, ok := out.(types.Bool)
	if !ok {
		return false, fmt.Errorf("evaluate predicate %q: it is %s", p.source, out.Type().TypeName())
	}
	return bool(holds), nil
}
