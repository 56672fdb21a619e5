package turn

import (
	"slices"
	"time"
)

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
	return c.firstOwner(c.path(anyMember), from, until)
}

// anyMember asks for the conversation as a whole.
const anyMember = ""

// holder returns who holds a member at an instant. A member that was merged is held by who holds the conversation as which
// it goes on, from the merge on and no earlier: nobody is to blame for a mail that was still another's. Where nothing is
// known of that one, as in a fold without its events, it stays with whom it was.
func (c *Conversation) holder(member string, at time.Time) string {
	var short [2]stage // most conversations were never merged
	return c.holderOn(c.appendPath(short[:0], member), at)
}

func (c *Conversation) holderOn(path []stage, at time.Time) string {
	var last *Assignment
	for _, s := range path {
		if s.from.After(at) {
			break
		}
		if a := c.assignment(s.member, at); a != nil {
			last = a
		}
	}
	if last == nil {
		return ""
	}
	return last.Agent
}

// stage is as what a member goes on from a time on; at first, and from the zero time on, as itself.
type stage struct {
	member string
	from   time.Time
}

// path returns the stages of a member in order. The conversation as a whole is any member until the one that goes on began.
func (c *Conversation) path(member string) []stage { return c.appendPath(nil, member) }

func (c *Conversation) appendPath(all []stage, member string) []stage {
	all = append(all, stage{member: member})
	if member == anyMember {
		all = append(all, stage{member: c.ID})
	}
	for range len(c.Merges) { // no longer than the longest chain, and no circle holds it up
		last := all[len(all)-1]
		m := c.merge(last.member)
		if m == nil {
			break
		}
		all = append(all, stage{m.Into, later(last.from, m.Time)})
	}
	return all
}

// merge returns the merge of a member into another, nil when there is none.
func (c *Conversation) merge(member string) *Merge {
	for i := range c.Merges {
		if c.Merges[i].From == member {
			return &c.Merges[i]
		}
	}
	return nil
}

// assignment returns the last of a member, or of any, up to an instant; nil when there is none.
func (c *Conversation) assignment(member string, at time.Time) *Assignment {
	for i := after(c.Assignments, at, (*Assignment).time) - 1; i >= 0; i-- {
		if a := &c.Assignments[i]; member == anyMember || a.Conversation == member {
			return a
		}
	}
	return nil
}

// merged reports whether a member was merged into another by an instant.
func (c *Conversation) merged(member string, at time.Time) bool {
	m := c.merge(member)
	return m != nil && !m.Time.After(at)
}

func (c *Conversation) firstOwner(path []stage, from, until time.Time) string {
	for at, ok := from, !from.After(until); ok; at, ok = c.nextHandOver(path, at, until) {
		if agent := c.holderOn(path, at); agent != "" && !c.reached(agent, from, until) {
			return agent
		}
	}
	return c.holderOn(path, until)
}

// nextHandOver returns the first instant after at, up to until, when somebody else may hold the member of the path. Of the
// others' hand-overs there may be thousands, where many conversations became one.
func (c *Conversation) nextHandOver(path []stage, at, until time.Time) (time.Time, bool) {
	next, found := until, false
	for _, s := range path {
		if s.from.After(at) && !s.from.After(next) {
			next, found = s.from, true
		}
	}
	for i := after(c.Assignments, at, (*Assignment).time); i < len(c.Assignments) && !c.Assignments[i].From.After(next); i++ {
		a := &c.Assignments[i]
		if slices.ContainsFunc(path, func(s stage) bool { return s.member == anyMember || s.member == a.Conversation }) {
			return a.From, true
		}
	}
	return next, found
}

func (c *Conversation) reached(agent string, from, until time.Time) bool {
	for i := since(c.Contacts, from, (*Contact).time); i < len(c.Contacts) && !c.Contacts[i].Time.After(until); i++ {
		if c.Contacts[i].Agent == agent {
			return true
		}
	}
	return false
}
