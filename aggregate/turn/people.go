package turn

import "github.com/deskpulse/deskpulse/schemas/event"

// AgentChange is an entry of the roster; its Subject is the agent and its Zone the zone of the team.
type AgentChange struct {
	Origin
	event.AgentChanged
}

// Attendance is what was recorded about one agent, its Subject, on one date.
type Attendance struct {
	Origin
	event.AttendanceRecorded
}
