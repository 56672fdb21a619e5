package metric

import (
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/turn"
)

// conversationTypes are the types of events that tell of conversations and what was answered.
var conversationTypes = []string{"conversation.opened", "message.received", "message.sent", "conversation.status_changed", "case.promised", "case.followed_up"}

// conversation is a conversation as tallies see it.
//
// It has one zone: that of the first agent who had to do with it, because whose the clocks will be in the end depends on
// when they run out, which depends on the zone. So a conversation that is handed across zones keeps the hours of the desk
// that it came to, as its customer would expect.
type conversation struct {
	*turn.Conversation
	*zone
}

// addConversation hands a conversation to those who count turns.
func (p *Period) addConversation(c *turn.Conversation) error {
	first, err := p.momentOf(firstAgent(c), &c.Origin)
	if err != nil {
		return err
	}
	if err := p.addReplies(c); err != nil {
		return err
	}
	seen := conversation{c, first.zone}
	for _, t := range p.conversationTallies {
		t.addConversation(&seen)
	}
	return nil
}

// addReplies notes who worked when. Each reply is dated where its sender is.
func (p *Period) addReplies(c *turn.Conversation) error {
	for i := range c.Contacts {
		k := &c.Contacts[i]
		if k.Call || k.Agent == "" {
			continue // calls are facts of their own
		}
		m, err := p.momentOf(k.Agent, &k.Origin)
		if err != nil {
			return err
		}
		if p.scope.Month.Contains(m.date) {
			p.activity.credit(&m, c.Team, &k.Origin, false)
		}
	}
	return nil
}

// firstAgent returns the first who held the conversation or reached its customer, "" for nobody.
func firstAgent(c *turn.Conversation) string {
	var agent string
	var since time.Time
	for i := range c.Assignments {
		if a := &c.Assignments[i]; a.Agent != "" {
			agent, since = a.Agent, a.From
			break
		}
	}
	for i := range c.Contacts {
		if k := &c.Contacts[i]; k.Agent != "" {
			if agent == "" || k.Time.Before(since) {
				agent = k.Agent
			}
			break
		}
	}
	return agent
}

// selects reports whether a conversation is among those that the settings count. Which are sampled is known only in the end.
func (s *Settings) selects(c *turn.Conversation) bool {
	return (len(s.Channels) == 0 || slices.Contains(s.Channels, c.Channel)) &&
		(len(s.Intents) == 0 || slices.Contains(s.Intents, c.Intent))
}

// missed returns whose a deadline is that was not met, by the credit rule.
func (s *Settings) missed(d *turn.Deadline) string {
	if s.Credit == FirstOwner {
		return d.FirstOwner
	}
	return d.AtDue
}

// date returns the local date of an instant.
func (c *conversation) date(t time.Time) calendar.Date { return c.dates.Of(t) }
