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
	case kindList:
		n, err := d.list(f, v)
		if n == 0 || err != nil { // an empty list is one that was not given
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
	case len(b) == 0 && (f.required || f.kind != kindText || f.enum != nil):
		return invalid(InvalidValue, "%s: empty", f.name)
	case len(b) == 0:
		return nil
	case f.enum != nil && !slices.Contains(f.enum, string(b)):
		return invalid(InvalidValue, "%s: %.64q is none of %v", f.name, b, f.enum)
	case f.kind == kindDate:
		return f.checkDate(b)
	case f.kind == kindInstant:
		return f.checkInstant(b)
	}
	if i := f.controlAt(b); i >= 0 {
		return invalid(InvalidValue, "%s: control character at byte %d", f.name, i)
	}
	return nil
}

// controlAt returns where the first character stands that a text may not hold, -1 when there is none. Names and ids have
// no control characters (C0, DEL, C1); free texts, the ones with a longer limit, may have line breaks and tabs. It looks at
// bytes because it sees every text: in UTF-8 the C1 characters are 0xC2 and a byte below 0xA0.
func (f *field) controlAt(b []byte) int {
	for i, c := range b {
		switch {
		case c >= 0x20 && c < 0x7f || c > 0xc2:
		case f.maxLen > defaultMaxLen && (c == '\n' || c == '\r' || c == '\t'):
		case c < 0x20, c == 0x7f, c == 0xc2 && i+1 < len(b) && b[i+1] < 0xa0:
			return i
		}
	}
	return -1
}

func (f *field) checkDate(b []byte) error {
	at, err := time.Parse(time.DateOnly, string(b))
	if err != nil || at.Year() < 1900 {
		return invalid(InvalidValue, "%s: %.32q is no date from 1900 on, written 2006-01-02", f.name, b)
	}
	return nil
}

// checkInstant refuses years that a reader could not write down again in UTC.
func (f *field) checkInstant(b []byte) error {
	at, err := parseInstant(f.name, b)
	if err == nil && (at.Year() < 1900 || at.Year() > 9999) {
		err = invalid(InvalidValue, "%s: %.40q is not within the years 1900 to 9999", f.name, b)
	}
	return err
}

// instant reads the envelope's time, whose year is the business of the stream's bounds.
func (d *Decoder) instant(name string, v jsontext.Value) (time.Time, error) {
	f := field{name: name, kind: kindText, required: true, maxLen: defaultMaxLen}
	b, err := d.text(&f, v)
	if err != nil {
		return time.Time{}, err
	}
	return parseInstant(name, b)
}

// parseInstant reads RFC 3339 strictly; digits beyond the millisecond are cut off. Package time alone lets pass what RFC
// 3339 does not: a comma before the fraction, hours of one digit, offsets of a day and more.
func parseInstant(name string, b []byte) (time.Time, error) {
	var at time.Time
	if err := at.UnmarshalText(b); err != nil || !strictInstant(b) {
		return at, invalid(InvalidValue, "%s: %.40q is no RFC 3339 time", name, b)
	}
	return at.Truncate(time.Millisecond).UTC(), nil
}

// strictInstant checks what package time leaves open: the shape of the text and the range of the offset.
func strictInstant(b []byte) bool {
	const date = len("2006-01-02T15:04:05")
	if len(b) <= date || b[13] != ':' || b[16] != ':' {
		return false
	}
	rest := b[date:]
	if rest[0] == '.' {
		rest = bytes.TrimLeft(rest[1:], "0123456789")
	}
	if len(rest) == 1 {
		return rest[0] == 'Z'
	}
	return len(rest) == len("+08:00") && rest[3] == ':' && string(rest[1:3]) < "24" && string(rest[4:]) < "60"
}

// list checks a list of texts or of flat objects and returns how many elements it has.
func (d *Decoder) list(f *field, v jsontext.Value) (int, error) {
	if v.Kind() != '[' {
		return 0, invalid(WrongType, "%s: want an array, got %s", f.name, describe(v.Kind()))
	}
	n := 0
	err := d.walkers[1].array(v, func(e jsontext.Value) error {
		if n++; n > maxList {
			return invalid(FieldTooLong, "%s: more than %d elements", f.name, maxList)
		}
		if f.item != nil {
			_, err := d.text(f.item, e)
			return err
		}
		return d.element(f, e)
	})
	if err == nil && n < f.minItems {
		err = invalid(InvalidValue, "%s: %d elements, at least %d", f.name, n, f.minItems)
	}
	return n, err
}

func (d *Decoder) element(f *field, e jsontext.Value) error {
	if e.Kind() != '{' {
		return invalid(WrongType, "%s: want objects, got %s", f.name, describe(e.Kind()))
	}
	d.members = append(d.members[:0], make([]jsontext.Value, len(f.elem))...)
	err := d.walkers[2].object(e, false, func(name, v jsontext.Value) error {
		i := slices.IndexFunc(f.elem, func(m field) bool { return m.name == string(name) })
		if i < 0 {
			return invalid(InvalidValue, "%s: unknown member %.64q", f.name, name)
		}
		d.members[i] = v
		_, err := integer(&f.elem[i], v)
		return err
	})
	if err != nil {
		return err
	}
	return requireFields(f.name, f.elem, d.members)
}
