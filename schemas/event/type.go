package event

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// Data is the typed content of an event: one of the structs registered in this package.
type Data any

// Date is a calendar date without a zone, written "2006-01-02".
type Date string

// Month is a calendar month without a zone, written "2006-01".
type Month string

// Instant is a point in time, written as RFC 3339 with a zone offset.
type Instant string

// Type describes one type of event. The struct it is registered with is the only place where its fields are declared; the
// decoder, the JSON Schema and the columns follow from the struct's tags:
//
//	json     the member's name; the field is optional with omitempty or, for a bool that is no pointer, omitzero
//	column   the hot column that holds it; without one it goes into the column ext
//	names    person: the id of somebody who works here, as the source knows them (see [Identify]); so is the column agent
//	enum     the values it may have, separated by commas
//	min      the smallest value of an integer, 0 when absent
//	max      the largest value of an integer
//	maxlen   the longest text in bytes, 256 when absent
//	minitems the fewest elements of a list, when it is given at all; without it an empty list is one that was not given
//	doc      what it means
//
// A pointer tells "not given" from zero; a bool that is no pointer and optional is false when it is not given.
type Type struct {
	Name     string   // for example "call.ended"
	Version  uint16   // of the schema; written as the last part of the dataschema attribute
	Subject  string   // what the envelope's subject names, for people
	Doc      string   // what it is, for people
	Examples []string // data objects: the first with every member, the others as they come

	goType     reflect.Type
	fields     []field
	shape      *shape // of data
	people     []int  // members that name a person, by their index in the Go struct
	dataSchema string

	plan       plan
	newScratch func() scratch
	pointer    func(unsafe.Pointer) any // the typed pointer to scratch, for the JSON library
}

// field is one member of a type's data.
type field struct {
	name     string
	doc      string
	kind     kind
	required bool
	pointer  bool // in the Go struct: not given differs from zero
	enum     []string
	min, max int64   // of an integer
	minLen   int     // of a text, bytes
	maxLen   int     // of a text, bytes
	text     int     // hot text column, -1 when none
	number   int     // hot integer column, -1 when none
	index    int     // in the Go struct
	person   bool    // it names somebody who works here
	elem     []field // members of a list's objects; nil for a list of texts
	item     *field  // each text of a list of texts
	shape    *shape  // of a list's objects
	minItems int     // of a list
}

// kind is what a member may hold.
type kind uint8

const (
	kindText kind = iota
	kindInteger
	kindBool
	kindDate
	kindMonth
	kindInstant
	kindList
)

const (
	defaultMaxLen = 256
	defaultMax    = 1<<53 - 1 // the largest integer that every JSON implementation keeps exactly
	maxList       = 256       // members of a list
)

// The registered types by name and by Go type.
var (
	types   = map[string]*Type{}
	goTypes = map[reflect.Type]*Type{}
)

// Types returns every registered type by name.
func Types() []*Type {
	all := make([]*Type, 0, len(types))
	for _, t := range types {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *Type) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// TypeOf returns the type that data was registered with, nil for anything else.
func TypeOf(data Data) *Type { return goTypes[reflect.TypeOf(data)] }

// DataSchema returns the value of the dataschema attribute, for example "urn:deskpulse:call.ended:1".
func (t *Type) DataSchema() string { return t.dataSchema }

const schemaPrefix = "urn:deskpulse:"

// register adds a type at start-up. It panics on a wrong declaration, which no input can cause and every test finds.
func register[T Data](t Type) *Type {
	t.goType = reflect.TypeFor[T]()
	t.fields = fieldsOf(t.goType)
	t.shape, t.people = shapeOf(t.fields), peopleIn(t.fields)
	t.plan, t.newScratch = planOf(t.goType, t.fields), scratchOf[T]
	t.pointer = func(at unsafe.Pointer) any { return (*T)(at) }
	t.dataSchema = schemaPrefix + t.Name + ":" + strconv.Itoa(int(t.Version))
	if _, ok := types[t.Name]; ok {
		panic(fmt.Sprintf("event: type %q registered twice", t.Name))
	}
	types[t.Name], goTypes[t.goType] = &t, &t
	return &t
}

func fieldsOf(t reflect.Type) []field {
	var fs []field
	for i := range t.NumField() {
		fs = append(fs, fieldOf(t.Field(i), i))
	}
	return fs
}

// elementsOf returns the members of a list's objects: flat, and written in one way only, because they are stored as they
// come. What has no value is left out, never empty or false. None names a person.
func elementsOf(t reflect.Type) []field {
	fs := fieldsOf(t)
	for i := range fs {
		f := &fs[i]
		if f.kind == kindList || f.person || f.kind == kindBool && !f.required && !f.pointer {
			panic(fmt.Sprintf("event: %s: member %q does not fit into a list's object", t, f.name))
		}
		f.minLen = 1
	}
	return fs
}

func fieldOf(sf reflect.StructField, index int) field {
	name, opts, _ := strings.Cut(sf.Tag.Get("json"), ",")
	f := field{
		name: name, doc: sf.Tag.Get("doc"), index: index, required: opts == "",
		pointer: sf.Type.Kind() == reflect.Pointer,
		min:     intTag(sf, "min", 0), max: intTag(sf, "max", defaultMax), maxLen: int(intTag(sf, "maxlen", defaultMaxLen)),
		text: -1, number: -1,
	}
	if f.required {
		f.minLen = 1
	}
	if v := sf.Tag.Get("enum"); v != "" {
		f.enum = strings.Split(v, ",")
	}
	f.kind, f.elem = kindOf(sf.Type)
	f.minItems = int(intTag(sf, "minitems", 0))
	switch {
	case f.elem != nil:
		f.shape = shapeOf(f.elem)
	case f.kind == kindList:
		f.item = &field{name: name, kind: kindText, minLen: 1, maxLen: defaultMaxLen}
	}
	if c := sf.Tag.Get("column"); c != "" {
		f.text, f.number = slices.Index(textNames[:], c), slices.Index(numberNames[:], c)
		if (f.text < 0) == (f.number < 0) || (f.number >= 0) != (f.kind == kindInteger) || f.text >= 0 && f.kind != kindText {
			panic(fmt.Sprintf("event: field %q: column %q does not fit", name, c))
		}
	}
	f.person = f.text == int(TextAgent) || sf.Tag.Get("names") == "person"
	if f.person && f.kind != kindText {
		panic(fmt.Sprintf("event: field %q names nobody", name))
	}
	return f
}

func kindOf(t reflect.Type) (kind, []field) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[Date]():
		return kindDate, nil
	case t == reflect.TypeFor[Month]():
		return kindMonth, nil
	case t == reflect.TypeFor[Instant]():
		return kindInstant, nil
	case t.Kind() == reflect.String:
		return kindText, nil
	case t.Kind() == reflect.Bool:
		return kindBool, nil
	case t.Kind() == reflect.Int64:
		return kindInteger, nil
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return kindList, elementsOf(t.Elem())
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return kindList, nil
	}
	panic(fmt.Sprintf("event: no field may have type %s", t))
}

func intTag(sf reflect.StructField, key string, absent int64) int64 {
	v := sf.Tag.Get(key)
	if v == "" {
		return absent
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("event: field %s: tag %s: %v", sf.Name, key, err))
	}
	return n
}
