package event

import (
	"bytes"
	"slices"
	"strconv"
	"time"

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
		if err := d.appendExt(m.name, m.value); err != nil {
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
	case kindList:
		if err := d.list(f, v); err != nil {
			return err
		}
	case kindText, kindDate, kindInstant:
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
	return d.appendExt(f.name, v)
}

func (d *Decoder) appendExt(name string, v jsontext.Value) error {
	sep := byte(',')
	if len(d.ext) == 0 {
		sep = '{'
	}
	d.ext = append(d.ext, sep)
	d.ext, _ = jsontext.AppendQuote(d.ext, name) // a name that was read is valid UTF-8
	d.ext = append(d.ext, ':')
	var err error
	d.ext, err = jsontext.AppendFormat(d.ext, v, jsontext.PreserveRawStrings(false))
	if err != nil {
		return syntax(err)
	}
	return nil
}

// integer reads a JSON number without fraction and exponent: 1.0 and 1e3 are no integers here, whatever a lenient reader says.
func integer(f *field, v jsontext.Value) (int64, error) {
	if v.Kind() != '0' {
		return 0, invalid(WrongType, "%s: want an integer, got %s", f.name, describe(v.Kind()))
	}
	if bytes.ContainsAny(v, ".eE") {
		return 0, invalid(WrongType, "%s: want an integer, got %.32s", f.name, v)
	}
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil || n < 0 || n > f.max {
		return 0, invalid(InvalidValue, "%s: %.32s is outside 0 to %d", f.name, v, f.max)
	}
	return n, nil
}

// text returns the text of a member, valid until the next call. Dates, instants and enumerations are texts too.
func (d *Decoder) text(f *field, v jsontext.Value) ([]byte, error) {
	if v.Kind() != '"' {
		return nil, invalid(WrongType, "%s: want a string, got %s", f.name, describe(v.Kind()))
	}
	if len(v) > 6*f.maxLen+2 { // no escape sequence is longer than six bytes
		return nil, invalid(FieldTooLong, "%s: %d bytes, at most %d", f.name, len(v)-2, f.maxLen)
	}
	b := []byte(v[1 : len(v)-1])
	if bytes.IndexByte(b, '\\') >= 0 {
		var err error
		if d.scratch, err = jsontext.AppendUnquote(d.scratch[:0], v); err != nil {
			return nil, syntax(err)
		}
		b = d.scratch
	}
	return b, f.checkText(b)
}

func (f *field) checkText(b []byte) error {
	switch {
	case len(b) > f.maxLen:
		return invalid(FieldTooLong, "%s: %d bytes, at most %d", f.name, len(b), f.maxLen)
	case len(b) == 0 && (f.required || f.kind != kindText):
		return invalid(InvalidValue, "%s: empty", f.name)
	case len(b) == 0:
		return nil
	case f.enum != nil && !slices.Contains(f.enum, string(b)):
		return invalid(InvalidValue, "%s: %.64q is none of %v", f.name, b, f.enum)
	case f.kind == kindDate:
		return f.checkDate(b)
	case f.kind == kindInstant:
		_, err := parseInstant(f.name, b)
		return err
	}
	if i := bytes.IndexFunc(b, f.forbidden); i >= 0 {
		return invalid(InvalidValue, "%s: control character at byte %d", f.name, i)
	}
	return nil
}

// forbidden reports whether a text may not hold the character: names and ids have no control characters, free texts (the
// ones with a longer limit) may have line breaks and tabs.
func (f *field) forbidden(r rune) bool {
	if f.maxLen > defaultMaxLen && (r == '\n' || r == '\t') {
		return false
	}
	return r < 0x20 || r == 0x7f
}

func (f *field) checkDate(b []byte) error {
	at, err := time.Parse(time.DateOnly, string(b))
	if err != nil || at.Year() < 1900 {
		return invalid(InvalidValue, "%s: %.32q is no date from 1900 on, written 2006-01-02", f.name, b)
	}
	return nil
}

// instant reads a text member as a point in time.
func (d *Decoder) instant(name string, v jsontext.Value) (time.Time, error) {
	f := field{name: name, kind: kindInstant, maxLen: defaultMaxLen}
	b, err := d.text(&f, v)
	if err != nil {
		return time.Time{}, err
	}
	return parseInstant(name, b)
}

// parseInstant reads RFC 3339 strictly; digits beyond the millisecond are cut off.
func parseInstant(name string, b []byte) (time.Time, error) {
	var at time.Time
	if err := at.UnmarshalText(b); err != nil {
		return at, invalid(InvalidValue, "%s: %.40q is no RFC 3339 time", name, b)
	}
	return at.Truncate(time.Millisecond).UTC(), nil
}

// list checks a list of texts or of flat objects.
func (d *Decoder) list(f *field, v jsontext.Value) error {
	if v.Kind() != '[' {
		return invalid(WrongType, "%s: want an array, got %s", f.name, describe(v.Kind()))
	}
	n := 0
	return d.walkers[1].array(v, func(e jsontext.Value) error {
		if n++; n > maxList {
			return invalid(FieldTooLong, "%s: more than %d elements", f.name, maxList)
		}
		if f.elem == nil {
			_, err := d.text(&field{name: f.name, kind: kindText, required: true, maxLen: defaultMaxLen}, e)
			return err
		}
		return d.element(f, e)
	})
}

func (d *Decoder) element(f *field, e jsontext.Value) error {
	if e.Kind() != '{' {
		return invalid(WrongType, "%s: want objects, got %s", f.name, describe(e.Kind()))
	}
	values := make([]jsontext.Value, len(f.elem))
	err := d.walkers[2].object(e, false, func(name, v jsontext.Value) error {
		i := slices.IndexFunc(f.elem, func(m field) bool { return m.name == string(name) })
		if i < 0 {
			return invalid(InvalidValue, "%s: unknown member %.64q", f.name, name)
		}
		values[i] = v
		_, err := integer(&f.elem[i], v)
		return err
	})
	if err != nil {
		return err
	}
	return requireFields(f.name, f.elem, values)
}
