package event

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// integer reads a JSON number without fraction and exponent: 1.0 and 1e3 are no integers here, whatever a lenient reader says.
func integer(f *field, v jsontext.Value) (int64, error) {
	if v.Kind() != '0' {
		return 0, invalid(WrongType, "%s: want an integer, got %s", f.name, describe(v.Kind()))
	}
	if bytes.ContainsAny(v, ".eE") {
		return 0, invalid(WrongType, "%s: want an integer, got %.32s", f.name, v)
	}
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil || n < f.min || n > f.max {
		return 0, invalid(InvalidValue, "%s: %.32s is outside %d to %d", f.name, v, f.min, f.max)
	}
	return n, nil
}

func boolean(f *field, v jsontext.Value) (bool, error) {
	if k := v.Kind(); k != 't' && k != 'f' {
		return false, invalid(WrongType, "%s: want true or false, got %s", f.name, describe(k))
	}
	return v.Kind() == 't', nil
}

// text returns the text of a member, valid until the next call. Dates, months, instants and enumerations are texts too.
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
	case len(b) == 0 && (f.minLen > 0 || f.kind != kindText || f.enum != nil):
		return invalid(InvalidValue, "%s: empty", f.name)
	case len(b) == 0:
		return nil
	case f.enum != nil && !slices.Contains(f.enum, string(b)):
		return invalid(InvalidValue, "%s: %.64q is none of %v", f.name, b, f.enum)
	case f.kind == kindDate:
		return f.checkDate(b)
	case f.kind == kindMonth:
		return f.checkMonth(b)
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

func (f *field) checkMonth(b []byte) error {
	at, err := time.Parse("2006-01", string(b))
	if err != nil || at.Year() < 1900 {
		return invalid(InvalidValue, "%s: %.32q is no month from 1900 on, written 2006-01", f.name, b)
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
	f := field{name: name, kind: kindText, minLen: 1, maxLen: defaultMaxLen}
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
