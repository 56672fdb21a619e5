package event

import (
	"fmt"
	"sync"
	"time"
	"unsafe"

	"github.com/go-json-experiment/json"
)

// Reader gives stored rows their typed form. It keeps scratch memory between rows, of which nothing that it returned is a
// part, and belongs to one goroutine. The zero Reader is ready.
type Reader struct {
	integers integers
	scratch  map[*Type]scratch
	last     *Type // of the row before: events of one type often come in a row
	into     scratch
}

// scratch is a struct of a type that is filled again and again, and how to take it out as data of its own.
type scratch struct {
	at  unsafe.Pointer
	out func() Data
}

// scratchOf returns scratch for a registered Go type, cleared whenever it is taken out.
func scratchOf[T Data]() scratch {
	v := new(T)
	return scratch{unsafe.Pointer(v), func() Data {
		var none T
		data := *v
		*v = none
		return data
	}}
}

var readers = sync.Pool{New: func() any { return new(Reader) }}

// Event returns the typed form of a stored row that stood in partition p, without its Content.
func (r *Row) Event(p Partition) (Event, error) {
	e := Event{
		Company: r.Company, Source: r.Source, Subject: r.Subject, ID: r.ID, Type: r.Type, Zone: r.Zone,
		Time:       time.UnixMilli(r.Time).UTC(),
		AppendTime: time.UnixMilli(r.AppendTime).UTC(),
		Position:   Position{Partition: p, Offset: r.Offset},
	}
	reader := readers.Get().(*Reader)
	defer readers.Put(reader)
	var err error
	e.Data, err = reader.Data(r)
	return e, err
}

// Data returns what a row says in its type's struct. Its texts are the row's; nothing else of the row is part of it. The
// error names a row of an unknown type or version, and an ext that is not the type's.
func (r *Reader) Data(row *Row) (Data, error) {
	t := r.last
	if t == nil || t.Name != row.Type {
		var ok bool
		if t, ok = types[row.Type]; !ok {
			return nil, unknownType(row)
		}
		r.last, r.into = t, r.of(t)
	}
	if row.Version != t.Version {
		return nil, unknownType(row)
	}
	if row.Ext != "" {
		if rest, ok := t.plan.object(r.into.at, row.Ext, &r.integers); !ok || rest != "" {
			r.into.out() // what was read so far
			if err := json.Unmarshal([]byte(row.Ext), t.pointer(r.into.at)); err != nil {
				r.into.out()
				return nil, fmt.Errorf("column ext of event %q: %w", row.ID, err)
			}
		}
	}
	t.plan.fill(r.into.at, row, &r.integers)
	return r.into.out(), nil
}

func unknownType(row *Row) error {
	return fmt.Errorf("row of %q version %d: no such type", row.Type, row.Version)
}

func (r *Reader) of(t *Type) scratch {
	s, ok := r.scratch[t]
	if !ok {
		if r.scratch == nil {
			r.scratch = map[*Type]scratch{}
		}
		s = t.newScratch()
		r.scratch[t] = s
	}
	return s
}
