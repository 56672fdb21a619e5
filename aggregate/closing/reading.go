package closing

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/roster"
	"github.com/deskpulse/deskpulse/aggregate/turn"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// reading reads the events of one company and folds them, a subject at a time.
type reading struct {
	source   Source
	accounts turn.Accounts       // nil until the links are read, and where there are none
	linked   map[string][]string // accounts of those who have any
	merged   groups
	counts   turn.Counts
	events   int64 // distinct ones
	digest   digest
	progress func(events int64)
	read     int64
}

// people reads who people are and what was granted to them or judged of them, which is all about agents. Whose an account
// is has to be known first: the time clock may know people by other ids, too.
func (r *reading) people() (*roster.Roster, turn.Facts, error) {
	people, judged := roster.New(), turn.Facts{}
	if err := r.pass(links, people.Add); err != nil {
		return nil, judged, err
	}
	r.accounts, r.linked = people.Accounts(), people.AccountIDs()
	err := r.pass(staff, func(f turn.Facts) error {
		judged.Leaves = append(judged.Leaves, f.Leaves...)
		judged.Reviews = append(judged.Reviews, f.Reviews...)
		judged.Exams = append(judged.Exams, f.Exams...)
		return people.Add(f)
	})
	return people, judged, err
}

// pass adds the facts of each subject. Conversations that were merged are one only when all of them are folded at once:
// they are left for the end and read again, a batch of them at a time, so that memory is bound by the batch.
func (r *reading) pass(p pass, add func(turn.Facts) error) error {
	if p.merged {
		if err := r.findMerged(); err != nil {
			return err
		}
	}
	roots := map[string]bool{}
	for events, err := range r.source(p.selection()) {
		if err != nil {
			return err
		}
		if _, merged := r.merged[events[0].Subject]; p.merged && merged {
			roots[r.merged.root(events[0].Subject)] = true
			continue
		}
		left, err := r.fold(p, events, add)
		if err != nil {
			return err
		}
		if p.first(events) {
			r.count(left)
		}
	}
	for _, batch := range r.merged.batches(roots) {
		if err := r.together(p, batch, add); err != nil {
			return err
		}
	}
	return nil
}

// findMerged learns which conversations were ever merged.
func (r *reading) findMerged() error {
	for events, err := range r.source(Selection{Types: []string{merging}, From: earliest, To: latest}) {
		if err != nil {
			return err
		}
		for i := range events {
			r.merged.note(&events[i])
		}
	}
	return nil
}

// together folds conversations at once. What is left out of each is counted by itself, since another pass may have read some
// of them.
func (r *reading) together(p pass, subjects []string, add func(turn.Facts) error) error {
	var all []event.Event
	for events, err := range r.source(Selection{Subjects: subjects}) {
		if err != nil {
			return err
		}
		all = append(all, events...)
		for i := len(all) - len(events); i < len(all); i++ { // the source uses the bytes again, and our slice is our own
			all[i].Content = slices.Clone(all[i].Content)
		}
		if p.first(events) {
			var left tally
			turn.FoldDistinct(left.said(events), nil, &left.Counts)
			r.count(left)
		}
	}
	_, err := r.fold(p, all, add)
	return err
}

// tally is how many events were read, and what was left out of them.
type tally struct {
	turn.Counts
	events int64 // distinct ones
}

// said returns what a subject's events say, and notes what was left out.
func (t *tally) said(events []event.Event) []*event.Event {
	said := turn.Distinct(events, &t.Counts)
	t.events += int64(len(said))
	return said
}

func (r *reading) count(left tally) {
	r.counts.Add(left.Counts)
	r.events += left.events
}

// fold adds the facts of subjects and returns what was left out of their events.
func (r *reading) fold(p pass, events []event.Event, add func(turn.Facts) error) (tally, error) {
	if r.progress != nil {
		r.read += int64(len(events))
		r.progress(r.read)
	}
	var left tally
	said := left.said(events)
	if err := r.digest.add(said); err != nil {
		return left, err
	}
	return left, add(p.keep(turn.FoldDistinct(said, r.accounts, &left.Counts)))
}

// presence adds what people did: of those with accounts all at once, because what somebody did under one account ends when
// they do something else under another.
func (r *reading) presence(p pass, add func(turn.Facts) error) error {
	var all turn.Facts
	err := r.pass(p, func(f turn.Facts) error {
		var alone turn.Facts
		for _, c := range within(f.Presence, p.from, p.to) {
			part := &alone
			if r.linked[c.Subject] != nil {
				part = &all
			}
			part.Presence = append(part.Presence, c)
		}
		return add(alone)
	})
	if err != nil {
		return err
	}
	slices.SortFunc(all.Presence, func(a, b turn.Presence) int { return a.Compare(b.Origin) })
	return add(all)
}

// within returns the changes between two instants, of each agent the last one before them, which may still hold, and the
// next one after them, which ends the last of them.
func within(changes []turn.Presence, from, to time.Time) []turn.Presence {
	var kept []turn.Presence
	ended := map[string]bool{}
	at := map[string]int{} // of each agent's last change before, in kept
	for _, c := range changes {
		after := !c.Time.Before(to)
		if after && ended[c.Subject] {
			continue
		}
		ended[c.Subject] = after
		if i, ok := at[c.Subject]; ok && c.Time.Before(from) {
			kept[i] = c
			continue
		}
		if c.Time.Before(from) {
			at[c.Subject] = len(kept)
		}
		kept = append(kept, c)
	}
	return kept
}
