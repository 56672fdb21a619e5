package turn

import (
	"bytes"
	"cmp"
	"reflect"
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Distinct returns one copy of each event, the one appended first, ordered by id, subject, source and company, and adds the
// others to the counts. The events stay as they are.
func Distinct(events []event.Event, counts *Counts) []*event.Event {
	all := make([]*event.Event, len(events))
	for i := range events {
		all[i] = &events[i]
	}
	return distinct(all, counts)
}

func distinct(events []*event.Event, counts *Counts) []*event.Event {
	if len(events) < 2 { // most conversations are one call
		return events
	}
	slices.SortFunc(events, byCopy)
	kept := events[:1]
	for _, e := range events[1:] {
		switch first := kept[len(kept)-1]; {
		case e.Identity() != first.Identity():
			kept = append(kept, e)
		case same(e, first):
			counts.Duplicates++
		default:
			counts.Conflicts++
		}
	}
	return kept
}

// byCopy puts copies of one event next to each other, the one appended first before the others. The id comes first because
// it differs most often.
func byCopy(a, b *event.Event) int {
	if c := cmp.Compare(a.ID, b.ID); c != 0 {
		return c
	}
	if c := cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Company, b.Company)); c != 0 {
		return c
	}
	switch {
	case a.Before(b):
		return -1
	case b.Before(a):
		return 1
	}
	return 0
}

// same reports whether two copies say the same. Where they stood in the log is no part of what they say.
func same(a, b *event.Event) bool {
	if a.Content != nil && bytes.Equal(a.Content, b.Content) {
		return true // of the same bytes; others may still say the same, with a member that was kept
	}
	return a.Type == b.Type && a.Zone == b.Zone && a.Time.Equal(b.Time) && reflect.DeepEqual(a.Data, b.Data)
}
