package turn

import (
	"cmp"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// conversations returns what the events, in order, tell about conversations.
func conversations(events []*event.Event) []Conversation {
	var all []Conversation
	for _, g := range groupsOf(events) {
		if slices.ContainsFunc(g.events, isTalk) {
			all = append(all, conversationOf(&g))
		}
	}
	slices.SortFunc(all, func(a, b Conversation) int { return a.Compare(b.Origin) })
	return all
}

// isTalk tells conversations from calls, which make none by themselves.
func isTalk(e *event.Event) bool {
	_, call := e.Data.(event.CallEnded)
	return !call
}

func conversationOf(g *group) Conversation {
	if !slices.IsSortedFunc(g.events, byInstant) {
		slices.SortStableFunc(g.events, byInstant)
	}
	t := timeline{c: &Conversation{Origin: originOf(g.events[0]), ID: g.id, Members: g.members, Merges: g.merges}, lead: g.lead()}
	t.reserve(g.events)
	for _, e := range g.events {
		t.add(e)
	}
	t.finish()
	return *t.c
}

// byInstant orders events of one instant by what a desk means when it stamps several things at once: in doubt the customer
// asked before the agent answered, and the agent answered before the case was closed.
func byInstant(a, b *event.Event) int {
	if c := a.Time.Compare(b.Time); c != 0 {
		return c
	}
	return cmp.Compare(rank(a), rank(b))
}

func rank(e *event.Event) int {
	switch e.Data.(type) {
	case event.ConversationOpened:
		return 0
	case event.ConversationMerged:
		return 1
	case event.MessageReceived:
		return 2
	case event.ConversationAssigned:
		return 3
	case event.CasePromised, event.SolutionApproved:
		return 4
	case event.MessageSent, event.CallEnded, event.CaseFollowedUp:
		return 5
	case event.ConversationStatusChanged:
		return 6
	default:
		return 7
	}
}

// timeline builds a conversation from its events in order.
type timeline struct {
	c      *Conversation
	lead   string                    // the member whose statuses are the conversation's
	opened *event.ConversationOpened // whose description stands
	own    bool                      // that one is the lead's
}

// reserve makes room, once for each list, so that answers can point into the contacts.
func (t *timeline) reserve(events []*event.Event) {
	asks, contacts, assignments, statuses := 0, 0, 0, 0
	for _, e := range events {
		switch e.Data.(type) {
		case event.MessageReceived:
			asks++
		case event.MessageSent, event.CallEnded:
			contacts++
		case event.ConversationOpened, event.ConversationAssigned:
			assignments++
		case event.ConversationStatusChanged:
			statuses++
		}
	}
	t.c.Turns = slices.Grow(t.c.Turns, min(asks, contacts+1))
	t.c.Asks = slices.Grow(t.c.Asks, asks)
	t.c.Contacts = slices.Grow(t.c.Contacts, contacts)
	t.c.Assignments = slices.Grow(t.c.Assignments, assignments)
	t.c.Statuses = slices.Grow(t.c.Statuses, statuses)
}

func (t *timeline) add(e *event.Event) {
	o, c := originOf(e), t.c
	switch d := e.Data.(type) {
	case event.ConversationOpened:
		t.open(o, &d)
	case event.ConversationAssigned:
		c.Assignments = append(c.Assignments, Assignment{o.Time, o.Subject, d.Agent, d.Bot, d.Team, d.Queue})
	case event.ConversationStatusChanged:
		t.status(StatusChange{o, d.Status, d.Agent})
	case event.MessageReceived:
		t.received(o, &d)
	case event.MessageSent:
		if valid(&d) {
			t.reply(Contact{Origin: o, Agent: d.Agent})
		}
	case event.CallEnded:
		if d.Outcome == event.Answered {
			c.Contacts = append(c.Contacts, Contact{Origin: o, Agent: d.Agent, Call: true})
		}
	case event.CasePromised:
		if until, ok := instant(d.Until); ok {
			c.Promises = append(c.Promises, Promise{o, until, d.By})
		}
	case event.CaseFollowedUp:
		c.FollowUps = append(c.FollowUps, FollowedUp{o, d.Agent, d.Finding})
	case event.SolutionApproved:
		c.Approvals = append(c.Approvals, Approval{o, d.By, d.For})
	case event.ConversationRated:
		t.rated(Rating{o, d.Score, d.OutOf, d.Agent})
	}
}

// open takes the description of the conversation that goes on before that of any other, and the earliest of each.
func (t *timeline) open(o Origin, d *event.ConversationOpened) {
	c, own := t.c, o.Subject == t.lead
	if t.opened == nil {
		c.Opened, c.Resolved = o, nil // what was closed before it was opened resolved nothing
	}
	if t.opened == nil || own && !t.own {
		t.opened, t.own = d, own
	}
	first := !slices.ContainsFunc(c.Assignments, func(a Assignment) bool { return a.Conversation == o.Subject })
	if first || d.Agent != "" { // a second opening that names nobody takes it from nobody
		c.Assignments = append(c.Assignments, Assignment{From: o.Time, Conversation: o.Subject, Agent: d.Agent, Team: d.Team, Queue: d.Queue})
	}
}

// finish settles what depends on the whole of the timeline.
func (t *timeline) finish() {
	c := t.c
	if d := t.opened; d != nil {
		c.Channel, c.Team, c.CustomerKind, c.Region, c.Intent = d.Channel, d.Team, d.CustomerKind, d.Region, d.Intent
		c.Queue, c.Customer = cmp.Or(d.Queue, c.Queue), cmp.Or(d.Customer, c.Customer)
	} else {
		c.Opened = c.Origin
	}
	for i := range c.Turns {
		turn := &c.Turns[i]
		turn.Owner = c.holder(turn.Started.Subject, turn.Started.Time)
	}
	for i := range c.Ratings {
		if r := &c.Ratings[i]; r.Agent == "" {
			r.Agent = c.holder(r.Subject, r.Time)
		}
	}
}

// instant reads what the decoder has checked, to the millisecond.
func instant(i event.Instant) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339Nano, string(i))
	return at.UTC().Truncate(time.Millisecond), err == nil
}
