package event

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

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
		return d.scalar(&f.elem[i], v)
	})
	if err != nil {
		return err
	}
	return requireFields(f.name, f.elem, d.members)
}

// scalar checks a member that is no list.
func (d *Decoder) scalar(f *field, v jsontext.Value) error {
	var err error
	switch f.kind {
	case kindInteger:
		_, err = integer(f, v)
	case kindBool:
		_, err = boolean(f, v)
	case kindText, kindDate, kindMonth, kindInstant:
		_, err = d.text(f, v)
	case kindList: // elementsOf lets none in
	}
	return err
}
