package turn

import "time"

// Assignment says who holds a conversation from a time on. An agent that is not named is nobody: the conversation is in
// the queue or with a bot, and a bot holds nothing.
type Assignment struct {
	From         time.Time
	Conversation string // the member that was assigned
	Agent, Bot   string
	Team, Queue  string
}

// AssigneeAt returns who holds the conversation at an instant, from that instant on, "" for nobody. Before the member that
// goes on began it is who held any other.
func (c *Conversation) AssigneeAt(at time.Time) string { return c.holder(anyMember, at) }

// FirstOwner returns the first agent who held the conversation between two instants, both included, without reaching the
// customer in that time; when there is none, who holds it at until.
func (c *Conversation) FirstOwner(from, until time.Time) string {
	return c.firstOwner(anyMember, from, until)
}

// anyMember asks for the conversation as a whole.
const anyMember = ""

// holder returns who holds a member at an instant. A member that was merged is held by who holds the conversation as which
// it goes on, from the merge on and no earlier: nobody is to blame for a mail that was still another's. Where nothing is
// known of that one, as in a fold without its events, it stays with whom it was.
func (c *Conversation) holder(member string, at time.Time) string {
	if member == anyMember && c.assignment(c.ID, at) != nil {
		member = c.ID
	}
	last := c.assignment(member, at)
	for range len(c.Merges) { // no longer than the longest chain, and no circle holds it up
		into, ok := c.mergedInto(member, at)
		if !ok {
			break
		}
		member = into
		if a := c.assignment(member, at); a != nil {
			last = a
		}
	}
	if last == nil {
		return ""
	}
	return last.Agent
}

// assignment returns the last of a member, or of any, up to an instant; nil when there is none.
func (c *Conversation) assignment(member string, at time.Time) *Assignment {
	for i := len(c.Assignments) - 1; i >= 0; i-- {
		a := &c.Assignments[i]
		if !a.From.After(at) && (member == anyMember || a.Conversation == member) {
			return a
		}
	}
	return nil
}

// mergedInto returns as what a member goes on at an instant, false when it has not been merged by then.
func (c *Conversation) mergedInto(member string, at time.Time) (string, bool) {
	for i := range c.Merges {
		if m := &c.Merges[i]; m.From == member && !m.Time.After(at) {
			return m.Into, true
		}
	}
	return "", false
}

func (c *Conversation) firstOwner(member string, from, until time.Time) string {
	for at, ok := from, true; ok && !at.After(until); at, ok = c.nextHandOver(at) {
		if agent := c.holder(member, at); agent != "" && !c.reached(agent, from, until) {
			return agent
		}
	}
	return c.holder(member, until)
}

// nextHandOver returns the first instant after at when somebody else may hold a member.
func (c *Conversation) nextHandOver(at time.Time) (time.Time, bool) {
	var next time.Time
	earliest := func(t time.Time) {
		if t.After(at) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for i := range c.Assignments {
		earliest(c.Assignments[i].From)
	}
	for i := range c.Merges {
		earliest(c.Merges[i].Time)
	}
	return next, !next.IsZero()
}

func (c *Conversation) reached(agent string, from, until time.Time) bool {
	for i := range c.Contacts {
		k := &c.Contacts[i]
		if k.Agent == agent && !k.Time.Before(from) && !k.Time.After(until) {
			return true
		}
	}
	return false
}
