package turn

import (
	"reflect"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// distinct returns one copy of each event, the one appended first, and counts the others. The events given stay as they
// are.
func distinct(events []event.Event, counts *Counts) []event.Event {
	if len(events) < 2 { // most conversations are one call
		return events
	}
	at := make(map[event.Identity]int, len(events))
	kept := make([]event.Event, 0, len(events))
	for i := range events {
		e := &events[i]
		j, ok := at[e.Identity()]
		switch {
		case !ok:
			at[e.Identity()] = len(kept)
			kept = append(kept, *e)
		case e.Before(&kept[j]):
			kept[j] = *e
		}
	}
	if len(kept) == len(events) {
		return kept
	}
	// Only now is it known which copy stands, so only now can the others be told apart.
	for i := range events {
		e := &events[i]
		if same(e, &kept[at[e.Identity()]]) {
			counts.Duplicates++
		} else {
			counts.Conflicts++
		}
	}
	counts.Duplicates -= len(kept) // each standing copy is the same as itself
	return kept
}

// same reports whether two copies say the same. Where they stood in the log is no part of what they say.
func same(a, b *event.Event) bool {
	return a.Type == b.Type && a.Zone == b.Zone && a.Time.Equal(b.Time) && reflect.DeepEqual(a.Data, b.Data)
}
