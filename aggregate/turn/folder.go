package turn

import "github.com/deskpulse/deskpulse/schemas/event"

// Folder is [Fold] for events that arrive bit by bit: its facts are those of one fold of all events ever added, whatever
// was added when. It keeps one copy of everything that was said, however often it was repeated. The zero Folder is empty;
// it is for one goroutine at a time.
type Folder struct {
	copies []saying
	at     map[event.Identity][]int // into copies; more than one where copies conflict
}

// saying is one wording of an event: the copy appended first, and how many more there were.
type saying struct {
	event.Event
	repeated int
}

// Add takes in more events, in any order and repeated or not.
func (f *Folder) Add(events ...event.Event) {
	if f.at == nil {
		f.at = make(map[event.Identity][]int, len(events))
	}
	for i := range events {
		f.add(&events[i])
	}
}

func (f *Folder) add(e *event.Event) {
	id := e.Identity()
	for _, i := range f.at[id] {
		s := &f.copies[i]
		if !same(e, &s.Event) {
			continue
		}
		s.repeated++
		if e.Before(&s.Event) {
			s.Event = *e
		}
		return
	}
	f.at[id] = append(f.at[id], len(f.copies))
	f.copies = append(f.copies, saying{Event: *e})
}

// Facts returns what [Fold] returns for all events added so far. It may be asked again after more were added.
func (f *Folder) Facts() (Facts, Counts) {
	events := make([]event.Event, len(f.copies))
	for i := range f.copies {
		events[i] = f.copies[i].Event
	}
	facts, counts := Fold(events)
	for i := range f.copies {
		f.count(i, &counts)
	}
	return facts, counts
}

// count adds the repetitions of one wording: they are duplicates where it stands and conflicts where another does.
func (f *Folder) count(i int, counts *Counts) {
	s := &f.copies[i]
	if s.repeated == 0 {
		return
	}
	for _, j := range f.at[s.Identity()] {
		if f.copies[j].Before(&s.Event) {
			counts.Conflicts += s.repeated
			return
		}
	}
	counts.Duplicates += s.repeated
}
