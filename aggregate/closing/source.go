package closing

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/workflow"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Selection chooses subjects: those of a list, or those that have an event at one of several times.
type Selection struct {
	Types    []string
	From, To time.Time // From included, To not
	Or       []When    // what chooses a subject as well
	Subjects []string  // if there are any, the others do not count
}

// When is events of some types in a time.
type When struct {
	Types    []string
	From, To time.Time // From included, To not
}

// chooses reports whether one of the events is one of them.
func (w *When) chooses(events []event.Event) bool {
	for i := range events {
		if e := &events[i]; slices.Contains(w.Types, e.Type) && !e.Time.Before(w.From) && e.Time.Before(w.To) {
			return true
		}
	}
	return false
}

// Source streams every event, of all types and times, of each subject chosen: one slice per subject, subjects in order of
// their ids, repeated copies included. Its reader may change the slice. The slice and the Content of its events are the
// source's again when the next one is asked for; what Data and the texts say stays as it is. After an error nothing follows.
type Source func(Selection) iter.Seq2[[]event.Event, error]

// frozen is a source of which only what lies at or before the positions counts. A subject that is chosen only for what came
// later is left out as a whole: it would change no number, but what was read would no longer be what was read before.
func frozen(source Source, positions []workflow.Position) Source {
	if positions == nil {
		return source
	}
	last := map[event.Partition]int64{}
	for _, p := range positions {
		last[event.Partition{Stream: p.Stream, Epoch: p.Epoch, ID: p.Partition}] = p.Last
	}
	beyond := func(e event.Event) bool {
		until, ok := last[e.Position.Partition]
		return !ok || e.Position.Offset > until
	}
	return func(s Selection) iter.Seq2[[]event.Event, error] {
		return func(yield func([]event.Event, error) bool) {
			for events, err := range source(s) {
				if err == nil {
					if events = slices.DeleteFunc(events, beyond); !s.chooses(events) {
						continue
					}
				}
				if !yield(events, err) {
					return
				}
			}
		}
	}
}

// decided is a source with what people decided in it, which stands in no table of events.
func decided(source Source, events []event.Event) Source {
	if len(events) == 0 {
		return source
	}
	more := map[string][]event.Event{}
	for _, e := range events {
		more[e.Subject] = append(more[e.Subject], e)
	}
	var joined Source
	joined = func(s Selection) iter.Seq2[[]event.Event, error] {
		return func(yield func([]event.Event, error) bool) {
			left := maps.Clone(more)
			for events, err := range source(s) {
				if err == nil {
					subject := events[0].Subject
					events = slices.Concat(events, left[subject]) // what lies behind the slice is the source's
					delete(left, subject)
				}
				if !yield(events, err) || err != nil {
					return
				}
			}
			for events, err := range s.rest(left, joined) {
				if !yield(events, err) {
					return
				}
			}
		}
	}
	return joined
}

// rest yields the subjects that are chosen for what was decided about them alone. Whatever else the source has of them is
// read by their ids; then they stand for themselves. They come after all others: nobody depends on more than the order of
// each reading being the same.
func (s Selection) rest(left map[string][]event.Event, joined Source) iter.Seq2[[]event.Event, error] {
	var chosen []string
	for _, subject := range slices.Sorted(maps.Keys(left)) {
		if s.chooses(left[subject]) {
			chosen = append(chosen, subject)
		}
	}
	if len(chosen) > 0 && len(s.Subjects) == 0 {
		return joined(Selection{Subjects: chosen})
	}
	return func(yield func([]event.Event, error) bool) {
		for _, subject := range chosen {
			if !yield(slices.Clone(left[subject]), nil) {
				return
			}
		}
	}
}

// chooses reports whether a subject with these events is chosen.
func (s Selection) chooses(events []event.Event) bool {
	if len(s.Subjects) > 0 {
		return len(events) > 0 && slices.Contains(s.Subjects, events[0].Subject)
	}
	return (&When{s.Types, s.From, s.To}).chooses(events) || slices.ContainsFunc(s.Or, func(w When) bool { return w.chooses(events) })
}

// Memory returns a source of events that are in memory.
func Memory(events []event.Event) Source {
	subjects := map[string][]event.Event{}
	for _, e := range events {
		subjects[e.Subject] = append(subjects[e.Subject], e)
	}
	order := slices.Sorted(maps.Keys(subjects))
	return func(s Selection) iter.Seq2[[]event.Event, error] {
		return func(yield func([]event.Event, error) bool) {
			for _, subject := range order {
				if s.chooses(subjects[subject]) && !yield(slices.SortedStableFunc(slices.Values(subjects[subject]), inTable), nil) {
					return
				}
			}
		}
	}
}

// inTable is the order of the table of events within a subject.
func inTable(a, b event.Event) int {
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID))
}
