package turn

import "github.com/deskpulse/deskpulse/schemas/event"

// The Subject of what is known about an agent hides that of its Origin, which is the account that the source reported, as
// the evidence of it must: the agent may have had another id there (see [Accounts]).

// AgentChange is an entry of the roster; its Subject is the agent and its Zone the zone of the team.
type AgentChange struct {
	Origin
	event.AgentChanged
	Subject string
}

// Link is an account of the agent, its Subject, in another system. Its Time is when the link began. It says who is who, so
// nothing says it of its own Subject.
type Link struct {
	Origin
	event.AgentLinked
}

// Attendance is what was recorded about one agent, its Subject, on one date.
type Attendance struct {
	Origin
	event.AttendanceRecorded
	Subject string
}

// Leave is an application of the agent, its Subject, that was granted. Its ID is the application.
type Leave struct {
	Origin
	event.LeaveApproved
	Subject string
}

// Presence is what the agent, its Subject, was doing from its Time on.
type Presence struct {
	Origin
	event.AgentPresence
	Subject string
}

// Training is the agent's, its Subject's, part in a training.
type Training struct {
	Origin
	event.TrainingRecorded
	Subject string
}

// Review is what a reviewer found in the work of the agent, its Subject, in its Period.
type Review struct {
	Origin
	event.ReviewScored
	Subject string
}

// Exam is a result of the agent, its Subject, for its Period.
type Exam struct {
	Origin
	event.ExamScored
	Subject string
}
