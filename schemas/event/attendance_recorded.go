package event

// AttendanceRecorded is what the time clock or the roster says about one agent and one date. A later record of the same
// date replaces an earlier one. The envelope's subject is the agent's id.
type AttendanceRecorded struct {
	Date     Date       `json:"date" doc:"the local date"`
	Status   Attendance `json:"status" column:"outcome" enum:"worked,absent,leave,off" doc:"worked counts as a day worked; off is a day without a shift"`
	ClockIn  *Instant   `json:"clock_in,omitempty" doc:"when the agent clocked in"`
	ClockOut *Instant   `json:"clock_out,omitempty" doc:"when the agent clocked out"`
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
		`{"date":"2024-03-04","status":"worked","clock_in":"2024-03-04T01:00:12Z","clock_out":"2024-03-04T10:02:00Z"}`,
		`{"date":"2024-03-05","status":"leave"}`,
	},
})
