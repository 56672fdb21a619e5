package event

// AttendanceRecorded is what the time clock or the roster says about one agent and one date. A later record of the same
// date replaces an earlier one. The envelope's subject is the agent's id.
type AttendanceRecorded struct {
	Date                Date       `json:"date" doc:"the local date"`
	Status              Attendance `json:"status" column:"outcome" enum:"worked,absent,leave,off" doc:"worked counts as a day worked; off is a day without a shift"`
	ClockIn             *Instant   `json:"clock_in,omitempty" doc:"when the agent clocked in"`
	ClockOut            *Instant   `json:"clock_out,omitempty" doc:"when the agent clocked out"`
	ShiftStart          *Instant   `json:"shift_start,omitempty" doc:"when the shift began by the roster, when it is not the calendar's"`
	ShiftEnd            *Instant   `json:"shift_end,omitempty" doc:"when the shift ended by the roster, when it is not the calendar's"`
	EarlyLeavePermitted bool       `json:"early_leave_permitted,omitzero" doc:"true when the agent was allowed to go before the shift ended"`
}

// Attendance says what an agent did on a date.
type Attendance string

// The kinds of attendance.
const (
	Worked  Attendance = "worked"
	Absent  Attendance = "absent"
	OnLeave Attendance = "leave"
	Off     Attendance = "off"
)

var _ = register[AttendanceRecorded](Type{
	Name:    "attendance.recorded",
	Version: 1,
	Subject: "the agent",
	Doc:     "What the time clock says about one agent and one date. A later record of the same date replaces an earlier one.",
	Examples: []string{
		`{"date":"2024-03-04","status":"worked","clock_in":"2024-03-04T01:00:12Z","clock_out":"2024-03-04T10:02:00Z","shift_start":"2024-03-04T01:00:00Z","shift_end":"2024-03-04T10:30:00Z","early_leave_permitted":true}`,
		`{"date":"2024-03-05","status":"leave"}`,
	},
})
