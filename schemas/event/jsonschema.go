package event

import (
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// schema is the part of JSON Schema 2020-12 that the types of events need, in the order in which it is written.
type schema struct {
	Draft       string           `json:"$schema,omitempty"`
	ID          string           `json:"$id,omitempty"`
	Title       string           `json:"title,omitempty"`
	Description string           `json:"description,omitempty"`
	Comment     string           `json:"$comment,omitempty"`
	Type        any              `json:"type,omitempty"` // a name or a list of names
	Const       string           `json:"const,omitempty"`
	Enum        []any            `json:"enum,omitempty"`
	Format      string           `json:"format,omitempty"`
	Pattern     string           `json:"pattern,omitempty"`
	MinLength   int              `json:"minLength,omitzero"`
	MaxLength   int              `json:"maxLength,omitzero"`
	Minimum     *int64           `json:"minimum,omitempty"`
	Maximum     *int64           `json:"maximum,omitempty"`
	Items       *schema          `json:"items,omitempty"`
	MinItems    int              `json:"minItems,omitzero"`
	MaxItems    int              `json:"maxItems,omitzero"`
	Required    []string         `json:"required,omitempty"`
	Properties  properties       `json:"properties,omitempty"`
	Additional  *bool            `json:"additionalProperties,omitempty"`
	Examples    []jsontext.Value `json:"examples,omitempty"`
}

// properties are written in the order of the Go struct, because that is the order in which people explain them.
type properties []property

type property struct {
	name   string
	schema *schema
}

// MarshalJSONTo writes the properties as one object.
func (ps properties) MarshalJSONTo(e *jsontext.Encoder) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, p := range ps {
		if err := e.WriteToken(jsontext.String(p.name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(e, p.schema); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndObject)
}

// The patterns are read the same by ECMA-262, which JSON Schema names, and by RE2.
const (
	patternName    = `^[^\x00-\x1f\x7f-\x9f]*$`                         // no control characters
	patternText    = `^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$`        // the same, but line breaks and tabs
	patternDate    = `^(19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$`      // from 1900 on
	patternMonth   = `^(19|[2-9][0-9])[0-9]{2}-(0[1-9]|1[0-2])$`        // the same
	patternZone    = `^([A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*)?$`          // looks like an IANA name
	patternInstant = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3])` + // RFC 3339 in capitals, without leap seconds
		`:[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
)

const schemaComment = "Generated from the Go struct; what a schema cannot say: maxLength counts characters here, the pipeline counts the " +
	"bytes of their UTF-8; a member may be named once only; integers are written without fraction and exponent; the Kafka key is " +
	"the subject; the zone must exist; the time must lie within the bounds of the stream."

// SchemaFile returns the name of the file that holds the type's JSON Schema, for example "call.ended.v1.json".
func (t *Type) SchemaFile() string { return t.Name + ".v" + strconv.Itoa(int(t.Version)) + ".json" }

// JSONSchema returns the JSON Schema (draft 2020-12) of whole events of the type, envelope and data. What the decoder
// accepts is valid under it; the differences the other way round are named in its $comment.
func (t *Type) JSONSchema() []byte {
	s := schema{
		Draft: "https://json-schema.org/draft/2020-12/schema", ID: t.DataSchema(),
		Title: t.Name, Description: t.Doc, Comment: schemaComment, Type: "object",
		Required: attributes[:requiredAttributes], Properties: t.envelope(),
	}
	for _, example := range t.Examples {
		s.Examples = append(s.Examples, jsontext.Value(t.ExampleEvent(example)))
	}
	b, err := json.Marshal(&s, jsontext.WithIndent("  "))
	if err != nil {
		panic(fmt.Sprintf("event: schema of %q: %v", t.Name, err)) // a wrong declaration, which every test finds
	}
	return append(b, '\n')
}

// ExampleEvent returns a whole event whose data is the given example of the type.
func (t *Type) ExampleEvent(data string) string {
	return `{"specversion":"1.0","id":"e-1","source":"pbx","type":"` + t.Name + `","subject":"s-1","time":"2024-03-04T01:59:00.500Z",` +
		`"datacontenttype":"application/json","dataschema":"` + t.DataSchema() + `","zone":"Asia/Shanghai","data":` + data + `}`
}

func (t *Type) envelope() properties {
	optional := []string{"string", "null"}
	return properties{
		{"specversion", &schema{Description: "version of CloudEvents", Const: "1.0"}},
		{"id", textSchema("unique together with source and subject; a copy of it counts once", 1, defaultMaxLen)},
		{"source", textSchema("the system that reports it", 1, defaultMaxLen)},
		{"type", &schema{Description: "type of the event", Const: t.Name}},
		{"subject", textSchema("id of "+t.Subject+"; also the Kafka key", 1, defaultMaxLen)},
		{"time", instantSchema("when it happened; digits beyond the millisecond are cut off")},
		{"datacontenttype", &schema{Description: "what data is written in", Enum: []any{"application/json", "", nil}}},
		{"dataschema", &schema{Description: "name and version of this schema; the newest version when absent", Enum: []any{t.DataSchema(), "", nil}}},
		{"zone", &schema{Description: "IANA zone in which its local date is read; the stream's when absent", Type: optional,
			Pattern: patternZone, MaxLength: defaultMaxLen}},
		{"data", objectSchema(t.fields, true)},
	}
}

// objectSchema describes an object. Unknown members of data are dropped and counted, unknown members of a list's objects
// are an error.
func objectSchema(fields []field, open bool) *schema {
	s := &schema{Type: "object"}
	if !open {
		s.Additional = new(bool)
	}
	for i := range fields {
		f := &fields[i]
		if f.required {
			s.Required = append(s.Required, f.name)
		}
		s.Properties = append(s.Properties, property{f.name, f.schema()})
	}
	return s
}

func (f *field) schema() *schema {
	switch f.kind {
	case kindInteger:
		return &schema{Description: f.doc, Type: "integer", Minimum: &f.min, Maximum: &f.max}
	case kindBool:
		return &schema{Description: f.doc, Type: "boolean"}
	case kindDate:
		return &schema{Description: f.doc, Type: "string", Format: "date", Pattern: patternDate}
	case kindMonth:
		return &schema{Description: f.doc, Type: "string", Pattern: patternMonth}
	case kindInstant:
		return instantSchema(f.doc)
	case kindList:
		items := textSchema("", 1, defaultMaxLen)
		if f.elem != nil {
			items = objectSchema(f.elem, false)
		}
		return &schema{Description: f.doc, Type: "array", Items: items, MinItems: f.minItems, MaxItems: maxList}
	case kindText:
	}
	return f.textSchema()
}

func (f *field) textSchema() *schema {
	if f.enum == nil {
		return textSchema(f.doc, f.minLen, f.maxLen)
	}
	s := &schema{Description: f.doc}
	for _, v := range f.enum {
		s.Enum = append(s.Enum, v)
	}
	return s
}

func textSchema(doc string, minLen, maxLen int) *schema {
	s := &schema{Description: doc, Type: "string", Pattern: patternName, MinLength: minLen, MaxLength: maxLen}
	if maxLen > defaultMaxLen {
		s.Pattern = patternText
	}
	return s
}

func instantSchema(doc string) *schema {
	return &schema{Description: doc, Type: "string", Format: "date-time", Pattern: patternInstant, MaxLength: defaultMaxLen}
}
