package predicate

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// field is how a field of the struct becomes a value of CEL.
type field struct {
	kind *cel.Type
	get  func(reflect.Value) ref.Val // from the struct
}

func newField(index int, f reflect.StructField) field {
	switch {
	case f.Type.Kind() == reflect.String:
		return field{cel.StringType, func(v reflect.Value) ref.Val { return types.String(v.Field(index).String()) }}
	case f.Type == reflect.TypeFor[bool]():
		return field{cel.BoolType, func(v reflect.Value) ref.Val { return types.Bool(v.Field(index).Bool()) }}
	case f.Type == reflect.TypeFor[int64]():
		return field{cel.IntType, func(v reflect.Value) ref.Val { return types.Int(v.Field(index).Int()) }}
	case f.Type == reflect.TypeFor[[]string]():
		return field{cel.ListType(cel.StringType), func(v reflect.Value) ref.Val {
			list := v.Field(index).Addr().Interface().(*[]string) // by its address: as a value it would be copied to the heap
			return types.NewStringList(types.DefaultTypeAdapter, *list)
		}}
	}
	panic(fmt.Sprintf("predicate: field %s is %s: want a text, bool, int64 or []string", f.Name, f.Type))
}

// activation answers CEL's question for a field with that of one struct.
type activation struct {
	fields map[string]field
	value  reflect.Value
}

// ResolveName implements [cel.Activation].
func (a *activation) ResolveName(name string) (any, bool) {
	f, ok := a.fields[name]
	if !ok {
		return nil, false
	}
	return f.get(a.value), true
}

// Parent implements [cel.Activation].
func (a *activation) Parent() cel.Activation { return nil }
