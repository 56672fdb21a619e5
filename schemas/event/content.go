package event

import (
	"encoding/binary"
	"fmt"
	"math"
)

// AppendContent appends what the event says in one way only, so that two copies say the same if and only if these bytes
// are the same: type, version, zone, time, the texts, the numbers and ext. Every text is preceded by its length. Who said
// it about whom (company, source, subject and id) is not in it, nor where it stood in the log and when it was appended.
//
// Hashes of months that were closed are made of these bytes: they must stay what they are for ever.
func (r *Row) AppendContent(b []byte) []byte {
	b = appendText(b, r.Type)
	b = binary.AppendUvarint(b, uint64(r.Version))
	b = appendText(b, r.Zone)
	b = binary.LittleEndian.AppendUint64(b, uint64(r.Time))
	for _, text := range r.Text {
		b = appendText(b, text)
	}
	for _, n := range r.Number {
		if !n.Valid {
			b = append(b, 0)
			continue
		}
		b = binary.AppendVarint(append(b, 1), n.Value)
	}
	return appendText(b, r.Ext)
}

func appendText(b []byte, s string) []byte {
	if len(s) < 0x80 {
		b = append(b, byte(len(s))) // what AppendUvarint does, for the lengths that occur
	} else {
		b = binary.AppendUvarint(b, uint64(len(s)))
	}
	return append(b, s...)
}

// Canonical returns what the event says as [Row.AppendContent] writes it. An event that was read has it in Content; one
// that was made in memory is written and read again, which takes microseconds. The error names data that no decoder would
// have let in.
func (e *Event) Canonical() ([]byte, error) {
	if e.Content != nil {
		return e.Content, nil
	}
	row, err := e.row()
	if err != nil {
		return nil, fmt.Errorf("content of event %q: %w", e.ID, err)
	}
	return row.AppendContent(nil), nil
}

// row returns the row that the event's data would be stored as. Identity and place are another's business: what they are
// here does not matter, and must not make a difference.
func (e *Event) row() (Row, error) {
	const somebody = "x"
	said := Event{Source: somebody, Subject: somebody, ID: somebody, Time: e.Time, Zone: e.Zone, Data: e.Data}
	value, err := Encode(&said)
	if err != nil {
		return Row{}, err
	}
	d := NewDecoder(Stream{Zone: e.Zone, MaxBytes: math.MaxInt})
	var row Row
	err = d.Decode([]byte(somebody), value, e.Time, &row)
	return row, err
}
