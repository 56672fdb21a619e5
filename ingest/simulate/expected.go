package simulate

import "github.com/deskpulse/deskpulse/schemas/event"

// Expected is the truth about a month: what the pipeline must find in its records.
type Expected struct {
	Records  int                  `json:"records"`  // Accepted + Rejected
	Accepted int                  `json:"accepted"` // valid records, copies included
	Rejected int                  `json:"rejected"`
	Reasons  map[event.Reason]int `json:"reasons"` // rejected records

	Duplicates  int `json:"duplicates"`  // records that are exact copies of an earlier one
	Conflicting int `json:"conflicting"` // contradictory copies, which do not stand
	Late        int `json:"late"`        // events produced out of order
	Retracted   int `json:"retracted"`   // events that count nowhere because they were taken back

	Answered  int `json:"answered"` // calls of the month that stand, once each; the unnamed ones among them
	Unnamed   int `json:"unnamed"`  // answered calls that name no agent
	Abandoned int `json:"abandoned"`
	Missed    int `json:"missed"`
	Phantom   int `json:"phantom"`

	Agents []Agent `json:"agents"` // in the order of the roster
}

// Agent is the truth about one agent.
type Agent struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Calls    int    `json:"calls"`     // credited in the month
	Days     int    `json:"days"`      // on which attendance says worked
	Rostered bool   `json:"rostered"`  // false: works, but the roster does not know them
	CallDuty bool   `json:"call_duty"` // false: there for other work; answers no calls
	Speed    int    `json:"speed"`     // percent of the usual number of calls that they answer, the cause of their tier

	LateArrivals int    `json:"late_arrivals"` // clocked in from the sixth minute of the shift on
	EarlyLeaves  int    `json:"early_leaves"`  // clocked out five minutes before the shift's end or earlier, without permission
	DaysOnLeave  int    `json:"days_on_leave"`
	DaysAbsent   int    `json:"days_absent"`
	Leaves       Leaves `json:"leaves"`

	Mails     Promise `json:"mails"`      // within two hours of Monday to Friday, 9 to 18 o'clock
	Inquiries Promise `json:"inquiries"`  // within twelve hours or by the agreed time
	FollowUps Promise `json:"follow_ups"` // of query reports: within 48 hours, those of shoppers within five weekdays

	Chats           int   `json:"chats"`             // in which the agent gave the first valid reply
	FirstResponseMS int64 `json:"first_response_ms"` // of those chats, sum
	ChatTurns       int   `json:"chat_turns"`        // that the agent answered
	Measured        int   `json:"measured"`          // conversations of which a source reports results only
	Ratings         int   `json:"ratings"`           // of the agent, chats and e-mails
	RatingPercent   int   `json:"rating_percent"`    // sum over the ratings, each from 0 to 100

	Orders        int   `json:"orders"` // placed, by the customers of the agent's chats
	PaidMinor     int64 `json:"paid_minor"`
	RefundedMinor int64 `json:"refunded_minor"`

	OnContactMS int64 `json:"on_contact_ms"` // by presence
	IdleMS      int64 `json:"idle_ms"`       // by presence

	Incidents      Incidents      `json:"incidents"`
	Reviews        int            `json:"reviews"`
	Findings       map[string]int `json:"findings,omitempty"` // of reviews, by name
	Exams          int            `json:"exams"`
	ExamHundredths int64          `json:"exam_hundredths"` // sum over the exams
	Trainings      int            `json:"trainings"`       // taken part in
}

// Promise counts what was to be answered in time. What is answered counts for the agent who answered; what is missed for
// the one who had it when it was due, which is the same agent here.
type Promise struct {
	Due  int `json:"due"`  // whose deadline lies in the month
	Late int `json:"late"` // of those: answered after the deadline or never
}

// Leaves counts applications for leave by their kind.
type Leaves struct {
	Personal int `json:"personal"`
	Sick     int `json:"sick"`
	Annual   int `json:"annual"`
}

// Incidents counts incidents by what became of them until the end of the month.
type Incidents struct {
	Upheld   int `json:"upheld"`
	Rejected int `json:"rejected"`
	Open     int `json:"open"` // not ruled on
}

func (x *Expected) finish(agents []*agent) {
	for _, a := range agents {
		x.Agents = append(x.Agents, a.Agent)
	}
}
