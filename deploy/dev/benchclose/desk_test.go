package main

import (
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// Rows that are made up are what the decoder would make of the same events.
func TestRowsAreWhatTheDecoderMakes(t *testing.T) {
	d := newDesk(8, 1)
	decoder := event.NewDecoder(event.Stream{Company: company, Zone: zoneName, MaxBytes: event.DefaultMaxBytes, Forward: 24 * time.Hour})
	types := map[string]int{}
	err := d.hours(20_000, func(rows []event.Row) error {
		for i := range rows {
			r := &rows[i]
			types[r.Type]++
			e, err := r.Event(event.Partition{})
			if err != nil {
				return err
			}
			value, err := event.Encode(&e)
			if err != nil {
				return err
			}
			var again event.Row
			if err := decoder.Decode([]byte(r.Subject), value, e.AppendTime, &again); err != nil {
				t.Fatalf("%+v: %v", r, err)
			}
			again.Offset = r.Offset
			if diff := cmp.Diff(*r, again); diff != "" {
				t.Fatalf("%s (-made, +decoded):\n%s", r.Type, diff)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.made < 19_000 || d.made > 24_000 || int64(d.truth.Duplicates)+d.truth.Events != d.made {
		t.Errorf("made %d, duplicates %d, distinct %d", d.made, d.truth.Duplicates, d.truth.Events)
	}
	t.Log(types)
	for _, typ := range []string{"call.ended", "event.retracted", "conversation.rated", "attendance.recorded", "agent.changed", "agent.presence"} {
		if types[typ] == 0 {
			t.Errorf("none of type %s", typ)
		}
	}
}
