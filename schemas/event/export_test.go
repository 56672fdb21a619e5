package event

import (
	"reflect"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// MaxKnown is the most texts a decoder remembers.
const MaxKnown = maxKnown

// KnownTexts returns how many texts a decoder remembers.
func KnownTexts(d *Decoder) int { return len(d.texts.known) }

// Declare reads the tags of a type's struct, as registering it does.
func Declare[T any]() { fieldsOf(reflect.TypeFor[T]()) }

// DataByReflection is [Reader.Data] the slow way, by walking the struct.
func DataByReflection(r *Row) (Data, error) {
	t, ok := types[r.Type]
	if !ok || r.Version != t.Version {
		return nil, unknownType(r)
	}
	v := reflect.New(t.goType)
	if r.Ext != "" {
		if err := json.Unmarshal([]byte(r.Ext), v.Interface()); err != nil {
			return nil, err
		}
	}
	for i := range t.fields {
		r.setColumn(&t.fields[i], v.Elem().Field(t.fields[i].index))
	}
	return v.Elem().Interface(), nil
}

// setColumn copies a hot column into its field of the Go struct; what ext says about it does not count.
func (r *Row) setColumn(f *field, v reflect.Value) {
	switch {
	case f.text >= 0:
		v.SetString(r.Text[f.text])
	case f.number >= 0 && !r.Number[f.number].Valid:
		v.SetZero()
	case f.number >= 0:
		n := r.Number[f.number].Value
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.ValueOf(&n))
			return
		}
		v.SetInt(n)
	}
}

// PlanReads reports whether the plan of the row's type reads its ext, rather than leave it to the JSON library.
func PlanReads(r *Row) bool {
	t := types[r.Type]
	rest, ok := t.plan.object(t.newScratch().at, r.Ext, new(integers))
	return ok && rest == ""
}

// DecodeStrictly is [Decoder.Decode] without the quick path.
func DecodeStrictly(d *Decoder, key, value []byte, appended time.Time, row *Row) error {
	if size := len(key) + len(value); size > d.stream.MaxBytes {
		return invalid(TooLarge, "%d bytes, at most %d", size, d.stream.MaxBytes)
	}
	return d.strictly(key, value, appended.UnixMilli(), row)
}

// DecodeQuickly is [Decoder.Decode] without the strict path; false is what that one would be asked for.
func DecodeQuickly(d *Decoder, key, value []byte, appended time.Time, row *Row) bool {
	return len(key)+len(value) <= d.stream.MaxBytes && d.quickly(key, value, appended.UnixMilli(), row)
}

// LearnNext makes the envelope of the next record, if the quick path takes it, the one that is expected.
func LearnNext(d *Decoder) { d.quick.route.strays = patience }

// Follows reports whether the record is written as the ones before it.
func Follows(d *Decoder, key, value []byte, appended time.Time) bool {
	var row Row
	d.start(appended.UnixMilli(), &row)
	return d.follow(key, value, &row)
}

// ParseInstant is the strict path's reader of times: Unix milliseconds.
func ParseInstant(text string) (int64, error) {
	at, err := parseInstant("time", []byte(text))
	return at.UnixMilli(), err
}

// QuickInstant is the quick path's.
func QuickInstant(text string) (int64, bool) { return quickInstant([]byte(text)) }

// QuickDate returns the days since 1970.
func QuickDate(text string) (int64, bool) { return quickDate([]byte(text)) }

// QuickMonth reports whether a text is a month.
func QuickMonth(text string) bool { return quickMonth([]byte(text)) }

// SharedColumns returns the types of which two members have the same column.
func SharedColumns() []string {
	var shared []string
	for name, t := range types {
		var texts [TextColumns]int
		var numbers [NumberColumns]int
		for _, f := range t.fields {
			if f.text >= 0 {
				texts[f.text]++
			}
			if f.number >= 0 {
				numbers[f.number]++
			}
		}
		if slices.Max(texts[:]) > 1 || slices.Max(numbers[:]) > 1 {
			shared = append(shared, name)
		}
	}
	return shared
}
