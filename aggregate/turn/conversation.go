package turn

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Conversation is a chat, a mail thread, a ticket, with every conversation that was merged into it: their messages are one
// timeline. Its Origin is its first event. Each list is in order of time.
type Conversation struct {
	Origin
	ID      string   // the conversation that goes on after all merging
	Members []string // every conversation in it, sorted

	Channel      event.Channel // as the conversation that goes on was opened; of the first opened when that one was not
	Team, Queue  string
	Customer     string // of the first message that names one when the opening does not
	CustomerKind string
	Region       string
	Intent       string
	Opened       Origin // first opening of any member, so that merging into a younger one gains no time; else the first event

	Turns       []Turn
	Asks        []Origin // the customer's messages that ask for an answer
	Contacts    []Contact
	Assignments []Assignment
	Merges      []Merge
	Statuses    []StatusChange
	Promises    []Promise
	FollowUps   []FollowedUp
	Approvals   []Approval
	Ratings     []Rating

	Resolved *time.Time // when the resolution that stands was given, nil while the conversation is open
	Reopened int        // how often it was opened again
}

// Turn is from the customer's first unanswered message to the next valid reply: a public message by a person, assisted by a
// machine or not. Bots, automatic replies and notes answer nothing; the customer's automatic replies, bounces and spam ask
// nothing. A question after the conversation was closed is a new turn and leaves the one before unanswered; a reply after
// that still answers. What happens at one instant is taken as asked, assigned, answered, closed in this order.
type Turn struct {
	Started  Origin     // the customer's first unanswered message
	Asks     int        // the customer's messages in it
	Answered *Origin    // the valid reply, nil while there is none
	By       string     // who answered, "" when nobody is named
	Replies  int        // valid replies until the customer's next message
	First    bool       // the conversation's first: its answer is the first response. A reopened conversation has no second one
	Owner    string     // who held it when the turn started
	Closed   *time.Time // when it was closed or resolved before it was answered, nil when it was not
}

// Wall returns how long the customer waited, false while there is no answer.
func (t *Turn) Wall() (time.Duration, bool) {
	if t.Answered == nil {
		return 0, false
	}
	return t.Answered.Time.Sub(t.Started.Time), true
}

// Working returns how much working time the customer waited, false while there is no answer.
func (t *Turn) Working(h *calendar.Hours) (time.Duration, bool) {
	if t.Answered == nil {
		return 0, false
	}
	return h.Working(t.Started.Time, t.Answered.Time), true
}

// Contact is a person of ours reaching the customer: a valid reply, asked for or not, or an answered call.
type Contact struct {
	Origin
	Agent string // "" when nobody is named
	Call  bool
}

// StatusChange moves the conversation to a status. Those of members count until they were merged, and only for the turns
// that were asked there; they are not listed.
type StatusChange struct {
	Origin
	Status event.Status
	Agent  string // who changed it, "" when nobody is named
}

// Done reports whether nothing more is owed to the customer from then on: the conversation was resolved or closed.
func (s *StatusChange) Done() bool {
	return s.Status == event.StatusResolved || s.Status == event.StatusClosed
}

// Promise is a time agreed with the customer.
type Promise struct {
	Origin           // its Time is when it was made
	Until  time.Time // UTC, whole milliseconds
	By     string
}

// FollowedUp is an entry in the list of open queries.
type FollowedUp struct {
	Origin
	Agent   string
	Finding event.Finding // "" when the entry carries none
}

// Approval is a solution that the customer may be told.
type Approval struct {
	Origin
	By  string
	For string // who has to tell the customer, "" when nobody is named
}

// Rating is what the customer thought: Score of OutOf, 0 is a score.
type Rating struct {
	Origin
	Score, OutOf int64  // 0 <= Score <= OutOf, OutOf > 0
	Agent        string // who was rated: as the source says, else the last who replied before, else who held it
}
