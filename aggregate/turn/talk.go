package turn

import (
	"cmp"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// valid reports whether a message is a valid reply: public, and by a person.
func valid(d *event.MessageSent) bool {
	return d.Visibility != event.Note && (d.Author == event.AuthorAgent || d.Author == event.AuthorAssisted)
}

func (t *timeline) received(o Origin, d *event.MessageReceived) {
	if d.Kind != "" && d.Kind != event.KindMessage {
		return
	}
	c := t.c
	c.Asks = append(c.Asks, o)
	c.Customer, c.Queue = cmp.Or(c.Customer, d.Customer), cmp.Or(c.Queue, d.Queue)
	if last := t.last(); last != nil && last.Answered == nil && last.Closed == nil {
		last.Asks++
		return
	}
	c.Turns = append(c.Turns, Turn{Started: o, Asks: 1, First: len(c.Turns) == 0})
}

func (t *timeline) reply(k Contact) {
	t.c.Contacts = append(t.c.Contacts, k)
	last := t.last()
	switch {
	case last == nil:
	case last.Answered != nil:
		last.Replies++
	default:
		last.Answered = &t.c.Contacts[len(t.c.Contacts)-1].Origin
		last.By, last.Replies = k.Agent, 1
	}
}

// status closes the turn that stands unanswered, if it was asked in the member that was closed or if the conversation as a
// whole was. After its merge a member has no status of its own: desks close what they merged.
func (t *timeline) status(s StatusChange) {
	lead := s.Subject == t.lead
	if !lead && t.c.merged(s.Subject, s.Time) {
		return
	}
	last := t.last()
	if last != nil && last.Answered == nil && last.Closed == nil && s.Done() && (lead || s.Subject == last.Started.Subject) {
		last.Closed = &s.Time
	}
	if lead {
		t.resolve(s)
	}
}

// resolve keeps the resolution that stands. Closing what is resolved resolves nothing more.
func (t *timeline) resolve(s StatusChange) {
	c := t.c
	switch {
	case s.Done() && c.Resolved == nil:
		c.Resolved = &s.Time
	case !s.Done() && c.Resolved != nil:
		c.Resolved = nil
		c.Reopened++
	}
	c.Statuses = append(c.Statuses, s)
}

// rated keeps a rating that lies on its own scale.
func (t *timeline) rated(r Rating) {
	if r.OutOf <= 0 || r.Score < 0 || r.Score > r.OutOf {
		return
	}
	r.Agent = cmp.Or(r.Agent, t.lastReplier())
	t.c.Ratings = append(t.c.Ratings, r)
}

func (t *timeline) lastReplier() string {
	for i := len(t.c.Contacts) - 1; i >= 0; i-- {
		if k := &t.c.Contacts[i]; !k.Call && k.Agent != "" {
			return k.Agent
		}
	}
	return ""
}

func (t *timeline) last() *Turn {
	if n := len(t.c.Turns); n > 0 {
		return &t.c.Turns[n-1]
	}
	return nil
}
