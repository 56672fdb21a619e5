package simulate_test

import (
	"time"

	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// attend counts a day by what the time clock says. Shifts are from 9 to 18 o'clock where the record does not say otherwise.
func attend(a *simulate.Agent, d event.AttendanceRecorded, zone *time.Location) {
	switch d.Status {
	case event.OnLeave:
		a.DaysOnLeave++
	case event.Absent:
		a.DaysAbsent++
	case event.Worked:
		a.Days++
	case event.Off:
	}
	if d.Status != event.Worked || d.ClockIn == nil {
		return
	}
	date, _ := time.ParseInLocation(time.DateOnly, string(d.Date), zone)
	y, m, day := date.Date()
	start, end := time.Date(y, m, day, 9, 0, 0, 0, zone), time.Date(y, m, day, 18, 0, 0, 0, zone)
	for at, written := range map[*time.Time]*event.Instant{&start: d.ShiftStart, &end: d.ShiftEnd} {
		if written != nil {
			*at = parse(*written)
		}
	}
	if parse(*d.ClockIn).Sub(start) >= 6*time.Minute {
		a.LateArrivals++
	}
	if !d.EarlyLeavePermitted && end.Sub(parse(*d.ClockOut)) >= 5*time.Minute {
		a.EarlyLeaves++
	}
}

func parse(i event.Instant) time.Time {
	at, err := time.Parse(time.RFC3339, string(i))
	if err != nil {
		panic(err)
	}
	return at
}

// person counts what has no clock, of the events of one subject in order.
func (d *desk) person(agent func(id string) *simulate.Agent, subject string, events []event.Event) {
	var verdict event.Verdict
	var reported *event.IncidentReported
	for i, e := range events {
		switch x := e.Data.(type) {
		case event.ConversationRated:
			a := agent(x.Agent)
			a.Ratings++
			a.RatingPercent += int(100 * x.Score / x.OutOf)
		case event.ConversationMeasured:
			agent(x.Agent).Measured++
		case event.OrderPlaced:
			agent(x.Agent).Orders++
		case event.OrderPaid:
			agent(x.Agent).PaidMinor += x.AmountMinor
		case event.OrderRefunded:
			agent(x.Agent).RefundedMinor += x.AmountMinor
		case event.LeaveApproved:
			leave(agent(subject), x.Kind)
		case event.TrainingRecorded:
			if x.Result != event.TrainingMissed {
				agent(subject).Trainings++
			}
		case event.ExamScored:
			agent(subject).Exams++
			agent(subject).ExamHundredths += x.ScoreHundredths
		case event.ReviewScored:
			review(agent(subject), x)
		case event.AgentPresence:
			present(agent(subject), x.State, e.Time, events[i+1:])
		case event.IncidentReported:
			reported = &x
		case event.IncidentRuled:
			verdict = x.Verdict
		}
	}
	if reported == nil {
		return
	}
	switch of := &agent(reported.Agent).Incidents; verdict {
	case event.Upheld:
		of.Upheld++
	case event.VerdictRejected:
		of.Rejected++
	case "":
		of.Open++
	}
}

func leave(a *simulate.Agent, kind string) {
	switch kind {
	case "personal":
		a.Leaves.Personal++
	case "sick":
		a.Leaves.Sick++
	case "annual":
		a.Leaves.Annual++
	}
}

func review(a *simulate.Agent, r event.ReviewScored) {
	a.Reviews++
	for _, f := range r.Findings {
		if a.Findings == nil {
			a.Findings = map[string]int{}
		}
		a.Findings[f.Finding] += int(f.Count)
	}
}

// present counts how long a state lasted: until the next one.
func present(a *simulate.Agent, state event.PresenceState, at time.Time, later []event.Event) {
	for _, e := range later {
		if _, ok := e.Data.(event.AgentPresence); !ok {
			continue
		}
		lasted := e.Time.Sub(at).Milliseconds()
		switch state {
		case event.PresenceOnContact:
			a.OnContactMS += lasted
		case event.PresenceIdle:
			a.IdleMS += lasted
		default:
		}
		return
	}
}
