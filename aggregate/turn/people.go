package turn

import "github.com/deskpulse/deskpulse/schemas/event"

// AgentChange is an entry of the roster; its Subject is the agent and its Zone the zone of the team.
type AgentChange struct {
	Origin
	event.AgentChanged
}

// Link is an account of the agent, its Subject, in another system. Its Time is when the link began.
type Link struct {
	Origin
	event.AgentLinked
}

// Attendance is what was recorded about one agent, its Subject, on one date.
type Attendance struct {
	Origin
	event.AttendanceRecorded
}

// Leave is an application of the agent, its Subject, that was granted. Its ID is the application.
type Leave struct {
	Origin
	event.LeaveApproved
}

// Presence is what the agent, its Subject, was doing from its Time on.
type Presence struct {
	Origin
	event.AgentPresence
}

// Training is the agent's, its Subject's, part in a training.
type Training struct {
	Origin
	event.TrainingRecorded
}

// Review is what a reviewer found in the work of the agent, its Subject, in its Period.
type Review struct {
	Origin
	event.ReviewScored
}

// Exam is a result of the agent, its Subject, for its Period.
type Exam struct {
	Origin
	event.ExamScored
}
