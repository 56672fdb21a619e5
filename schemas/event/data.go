package event

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// readData collects the members of data by field and checks that none required is missing.
func (d *Decoder) readData(t *Type) error {
	d.values = append(d.values[:0], make([]jsontext.Value, len(t.fields))...)
	d.kept = d.kept[:0]
	raw := d.envelope.values[attrData]
	if raw.Kind() != '{' {
		return invalid(WrongType, "data: want an object, got %s", describe(raw.Kind()))
	}
	err := d.walkers[1].object(raw, false, func(name, v jsontext.Value) error {
		i := slices.IndexFunc(t.fields, func(f field) bool { return f.name == string(name) })
		switch {
		case i >= 0:
			d.values[i] = v
		case slices.Contains(d.stream.Keep, string(name)):
			d.kept = append(d.kept, member{name: string(name), value: v})
		default:
			d.unknown++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return requireFields("data", t.fields, d.values)
}

func requireFields(path string, fields []field, values []jsontext.Value) error {
	for i := range fields {
		if fields[i].required && (values[i] == nil || values[i].Kind() == 'n') {
			return invalid(MissingField, "%s.%s", path, fields[i].name)
		}
	}
	return nil
}

// fillData checks every member and puts it into its column, or into ext in the order of the schema, so that two copies of
// an event that name their members in another order are stored the same.
func (d *Decoder) fillData(t *Type, row *Row) error {
	d.ext = d.ext[:0]
	for i := range t.fields {
		f, v := &t.fields[i], d.values[i]
		if v == nil {
			continue
		}
		if err := d.fillField(f, v, row); err != nil {
			return err
		}
	}
	slices.SortFunc(d.kept, func(a, b member) int { return bytes.Compare([]byte(a.name), []byte(b.name)) })
	for _, m := range d.kept {
		if err := d.appendExt(m.name, m.value, jsontext.CanonicalizeRawInts(false)); err != nil {
			return err
		}
	}
	if len(d.ext) > 0 {
		d.ext = append(d.ext, '}')
		row.Ext = d.texts.unique(d.ext)
	}
	return nil
}

func (d *Decoder) fillField(f *field, v jsontext.Value, row *Row) error {
	switch f.kind {
	case kindInteger:
		n, err := integer(f, v)
		if err != nil {
			return err
		}
		if f.number >= 0 {
			row.Number[f.number] = NullInt64{Value: n, Valid: true}
			return nil
		}
	case kindBool:
		given, err := boolean(f, v)
		if !given && !f.required && !f.pointer || err != nil { // an optional false is one that was not given
			return err
		}
	case kindList:
		n, err := d.list(f, v)
		if n == 0 || err != nil { // an empty list is one that was not given
			return err
		}
	case kindText, kindDate, kindMonth, kindInstant:
		b, err := d.text(f, v)
		if err != nil {
			return err
		}
		if f.text >= 0 {
			row.Text[f.text] = d.texts.repeated(b)
			return nil
		}
		if len(b) == 0 { // an optional text that is empty is one that was not given
			return nil
		}
	}
	return d.appendExt(f.name, v, jsontext.CanonicalizeRawInts(true))
}

// appendExt adds a member to ext. Texts and objects are written in one way whatever the producer's was, and so are the
// integers of the schema (-0 is 0); the numbers of kept members stay as they are, because nothing bounds them.
func (d *Decoder) appendExt(name string, v jsontext.Value, numbers jsontext.Options) error {
	sep := byte(',')
	if len(d.ext) == 0 {
		sep = '{'
	}
	d.ext = append(d.ext, sep)
	d.ext, _ = jsontext.AppendQuote(d.ext, name) // a name that was read is valid UTF-8
	d.ext = append(d.ext, ':')
	var err error
	d.ext, err = jsontext.AppendFormat(d.ext, v, jsontext.PreserveRawStrings(false), jsontext.ReorderRawObjects(true), numbers)
	if err != nil {
		return syntax(err)
	}
	return nil
}
