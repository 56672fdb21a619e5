package event

import (
	"fmt"
	"reflect"
	"time"

	"github.com/go-json-experiment/json"
)

// Event returns the typed form of a stored row that stood in partition p.
func (r *Row) Event(p Partition) (Event, error) {
	e := Event{
		Company: r.Company, Source: r.Source, Subject: r.Subject, ID: r.ID, Type: r.Type, Zone: r.Zone,
		Time:       time.UnixMilli(r.Time).UTC(),
		AppendTime: time.UnixMilli(r.AppendTime).UTC(),
		Position:   Position{Partition: p, Offset: r.Offset},
	}
	var err error
	e.Data, err = r.data()
	return e, err
}

func (r *Row) data() (Data, error) {
	t, ok := types[r.Type]
	if !ok || r.Version != t.Version {
		return nil, fmt.Errorf("row of %q version %d: no such type", r.Type, r.Version)
	}
	v := reflect.New(t.goType)
	if r.Ext != "" {
		if err := json.Unmarshal([]byte(r.Ext), v.Interface()); err != nil {
			return nil, fmt.Errorf("column ext of event %q: %w", r.ID, err)
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
