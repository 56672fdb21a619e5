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

	facts, kept turn.Facts // of a subject: here because they would be made anew for each of millions
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
	if p.talks != nil {
		if err := r.findMerged(); err != nil {
			return err
		}
	}
	roots := map[string]bool{}
	for events, err := range r.source(p.selection()) {
		if err != nil {
			return err
		}
		_, merged := r.merged[events[0].Subject]
		if merged && p.talks != nil && p.talks.chooses(events) {
			roots[r.merged.root(events[0].Subject)] = true
			if !p.parted(events) {
				continue
			}
		}
		if err := r.subject(p, events, p.talks != nil && !merged, add); err != nil {
			return err
		}
	}
	for _, batch := range r.merged.batches(roots) {
		if err := r.together(p, batch, add); err != nil {
			return err
		}
	}
	return nil
}

// subject adds the facts of one subject, with its conversations or without.
func (r *reading) subject(p pass, events []event.Event, talks bool, add func(turn.Facts) error) error {
	facts, left, err := r.fold(events)
	if err != nil {
		return err
	}
	if p.first(events) {
		r.count(left)
	}
	r.facts, r.kept = facts, turn.Facts{}
	p.keep(&r.kept, &r.facts, events, talks)
	return add(r.kept)
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

// together folds conversations at once. What is left out of each is counted by itself, since some of them may have been read
// for what else they are.
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
		if p.first(events) && !p.parted(events) {
			var left tally
			turn.FoldDistinct(left.said(events), nil, &left.Counts)
			r.count(left)
		}
	}
	facts, _, err := r.fold(all)
	if err != nil {
		return err
	}
	var kept turn.Facts
	p.talks.keep(&kept, &facts)
	return add(kept)
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

// fold returns the facts of subjects and what was left out of their events.
func (r *reading) fold(events []event.Event) (turn.Facts, tally, error) {
	if r.progress != nil {
		r.read += int64(len(events))
		r.progress(r.read)
	}
	var left tally
	said := left.said(events)
	if err := r.digest.add(said); err != nil {
		return turn.Facts{}, left, err
	}
	return turn.FoldDistinct(said, r.accounts, &left.Counts), left, nil
}

// work adds everything that is not about who people are. What people did under several accounts is added all at once, because
// what somebody did under one ends when they do something else under another.
func (r *reading) work(p pass, add func(turn.Facts) error) error {
	var linked turn.Facts
	err := r.pass(p, func(f turn.Facts) error {
		if len(r.linked) > 0 {
			f.Presence = slices.DeleteFunc(f.Presence, func(c turn.Presence) bool {
				if r.linked[c.Subject] == nil {
					return false
				}
				linked.Presence = append(linked.Presence, c)
				return true
			})
		}
		return add(f)
	})
	if err != nil {
		return err
	}
	slices.SortFunc(linked.Presence, func(a, b turn.Presence) int { return a.Compare(b.Origin) })
	return add(linked)
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
