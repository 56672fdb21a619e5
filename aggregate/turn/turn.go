// Package turn is the one fold from events to facts. [Fold] takes everything that was ever said about a subject and
// yields what happened: conversations with their turns, calls, orders, incidents, or what is known about an agent. Live
// board, month end and replay all call it, so its rules (whose copy stands, what a retraction takes back, what answers a
// customer) hold everywhere. It is pure: no clock, no I/O.
//
// Facts are a timeline and know no policy. What needs a calendar or a target, such as whether a mail was answered in time,
// follows from them by [Turn.Working] and [Conversation.Deadlines], so that one fold serves every reading.
package turn

import (
	"slices"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Facts is what happened to one or more subjects, each list in order of [Origin.Compare]. It depends on the set of events
// alone: neither the order in which they are given nor repetition of identical copies changes it.
type Facts struct {
	Conversations []Conversation
	Calls         []Call
	Measured      []Measured
	Orders        []Order
	Incidents     []Incident
	Reviews       []Review
	Exams         []Exam
	Changes       []AgentChange
	Links         []Link
	Attendance    []Attendance
	Leaves        []Leave
	Presence      []Presence
	Trainings     []Training
}

// Counts says what [Fold] left out. It is kept apart from the facts because copies and what came in vain do not belong to
// what happened.
type Counts struct {
	Duplicates int // further identical copies of an event
	Conflicts  int // further copies of an event that say something else than the one that stands
	Retracted  int // events taken back, retractions included
	Unmatched  int // retractions in force, and rulings, whose target is not there (yet)
}

// Add adds what was left out of another subject.
func (c *Counts) Add(o Counts) {
	c.Duplicates += o.Duplicates
	c.Conflicts += o.Conflicts
	c.Retracted += o.Retracted
	c.Unmatched += o.Unmatched
}

// Fold returns the facts of the given events. They must be all events of one or more subjects; they may be in any order
// and repeated. Of several copies of one event, the one appended first stands.
//
// Conversations that were merged are one [Conversation] when the events of all of them are given. From the events of some
// of them it is what those alone tell, under the same [Conversation.ID]: facts of merged conversations that were folded
// apart must not be added up.
func Fold(events []event.Event) (Facts, Counts) { return FoldWith(events, nil) }

// FoldWith is [Fold] where agents have other ids in some sources: facts name the agents, whoever an event named. Which
// events are copies of one, and which one a retraction takes back, is decided before, by what the sources said.
func FoldWith(events []event.Event, accounts Accounts) (Facts, Counts) {
	var counts Counts
	facts := FoldDistinct(Distinct(events, &counts), accounts, &counts)
	return facts, counts
}

// FoldDistinct is the rest of [FoldWith] after [Distinct], for callers that look at what was said themselves. It adds to the
// counts and reorders the pointers.
func FoldDistinct(events []*event.Event, accounts Accounts, counts *Counts) Facts {
	standing := retract(events, counts)
	slices.SortFunc(standing, compareEvents)
	s := sorted{accounts: accounts, most: len(standing), contacts: standing[:0]} // overtakes nothing: at most one for each that was read
	for _, e := range standing {
		s.add(accounts.identify(e))
	}
	if s.spoken {
		s.Conversations = conversations(s.contacts)
	}
	s.Orders = orders(s.orders)
	s.Incidents = incidents(s.incidents, counts)
	return s.Facts
}

// sorted is the facts that are one event each, and the events of those that are more.
type sorted struct {
	Facts
	accounts  Accounts
	most      int            // how many events there are
	contacts  []*event.Event // conversations and calls
	spoken    bool           // more than calls: a call alone is a fact of its own, and most conversations are one call
	orders    []*event.Event
	incidents []*event.Event
}

func (s *sorted) add(e *event.Event) {
	switch d := e.Data.(type) {
	case event.CallEnded:
		s.Calls = append(s.Calls, callOf(originOf(e), d))
		s.contacts = append(s.contacts, e)
	case event.ConversationOpened, event.ConversationAssigned, event.ConversationStatusChanged, event.ConversationMerged,
		event.ConversationRated, event.MessageReceived, event.MessageSent, event.CasePromised, event.CaseFollowedUp,
		event.SolutionApproved:
		s.contacts, s.spoken = append(s.contacts, e), true
	case event.ConversationMeasured:
		s.Measured = append(s.Measured, Measured{originOf(e), d})
	case event.OrderPlaced, event.OrderPaid, event.OrderRefunded:
		s.orders = append(s.orders, e)
	case event.IncidentReported, event.IncidentRuled:
		s.incidents = append(s.incidents, e)
	default:
		s.addPeople(e)
	}
}

func (s *sorted) addPeople(e *event.Event) {
	o, agent := originOf(e), s.accounts.subject(e)
	switch d := e.Data.(type) {
	case event.ReviewScored:
		s.Reviews = append(s.Reviews, Review{o, d, agent})
	case event.ExamScored:
		s.Exams = append(s.Exams, Exam{o, d, agent})
	case event.AgentChanged:
		s.Changes = append(s.Changes, AgentChange{o, d, agent})
	case event.AgentLinked:
		s.Links = append(s.Links, Link{o, d})
	case event.AttendanceRecorded:
		s.Attendance = append(s.Attendance, Attendance{o, d, agent})
	case event.LeaveApproved:
		s.Leaves = append(s.Leaves, Leave{o, d, agent})
	case event.AgentPresence:
		if s.Presence == nil { // hardly anything else is told of agents, but thousands of these a month
			s.Presence = make([]Presence, 0, s.most)
		}
		s.Presence = append(s.Presence, Presence{o, d, agent})
	case event.TrainingRecorded:
		s.Trainings = append(s.Trainings, Training{o, d, agent})
	}
}
