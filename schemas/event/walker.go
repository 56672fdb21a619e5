package event

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// walker goes through one JSON object or array. It is kept between records for its memory.
type walker struct {
	dec *jsontext.Decoder
	buf bytes.Buffer
	raw []byte
	esc []byte
}

// object calls fn for every member of the object in raw, in order. The values are parts of raw; a name is valid during
// the call only. Strict says that raw was not checked yet: member names must then be unique at every depth and the text
// must end with the object.
func (w *walker) object(raw []byte, strict bool, fn func(name, value jsontext.Value) error) error {
	if err := w.open(raw, strict, '{'); err != nil {
		return err
	}
	for w.dec.PeekKind() != '}' {
		name, err := w.dec.ReadValue()
		if err != nil {
			return syntax(err)
		}
		if name, err = w.unquoteName(name); err != nil {
			return syntax(err)
		}
		value, err := w.value()
		if err != nil {
			return err
		}
		if err := fn(name, value); err != nil {
			return err
		}
	}
	return w.close(strict)
}

// array calls fn for every element of the array in raw, which was checked before.
func (w *walker) array(raw []byte, fn func(value jsontext.Value) error) error {
	if err := w.open(raw, false, '['); err != nil {
		return err
	}
	for w.dec.PeekKind() != ']' {
		value, err := w.value()
		if err != nil {
			return err
		}
		if err := fn(value); err != nil {
			return err
		}
	}
	return w.close(false)
}

func (w *walker) open(raw []byte, strict bool, kind jsontext.Kind) error {
	w.raw, w.buf = raw, *bytes.NewBuffer(raw)
	opts := jsontext.AllowDuplicateNames(!strict)
	if w.dec == nil {
		w.dec = jsontext.NewDecoder(&w.buf, opts)
	} else {
		w.dec.Reset(&w.buf, opts)
	}
	if k := w.dec.PeekKind(); k != kind && k != 0 {
		return w.other(kind, k)
	}
	_, err := w.dec.ReadToken()
	if errors.Is(err, io.EOF) {
		return invalid(InvalidJSON, "empty")
	}
	if err != nil {
		return syntax(err)
	}
	return nil
}

// value returns the next value as a part of the text itself: what the library returns is valid until its next call only.
func (w *walker) value() (jsontext.Value, error) {
	v, err := w.dec.ReadValue()
	if err != nil {
		return nil, syntax(err)
	}
	end := int(w.dec.InputOffset())
	return jsontext.Value(w.raw[end-len(v) : end]), nil
}

func (w *walker) unquoteName(name jsontext.Value) (jsontext.Value, error) {
	if bytes.IndexByte(name, '\\') < 0 {
		return name[1 : len(name)-1], nil
	}
	var err error
	w.esc, err = jsontext.AppendUnquote(w.esc[:0], name)
	return w.esc, err
}

func (w *walker) close(strict bool) error {
	if _, err := w.dec.ReadToken(); err != nil {
		return syntax(err)
	}
	if !strict {
		return nil
	}
	switch _, err := w.dec.ReadToken(); {
	case err == nil:
		return invalid(InvalidJSON, "text after the object")
	case errors.Is(err, io.EOF):
		return nil
	default:
		return syntax(err)
	}
}

// describe names a JSON type for a person.
func describe(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "an array"
	}
	return "nothing"
}
