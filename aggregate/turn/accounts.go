package turn

import (
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// Accounts tells whose an account is: it returns the agent who had it in a source at an instant, and the account itself
// where nobody is known to have had it. A nil Accounts knows of no accounts but the agents' own ids.
type Accounts func(source, account string, at time.Time) string

// identify returns the event with its data naming agents. The event given stays as it is.
func (a Accounts) identify(e *event.Event) *event.Event {
	if a == nil {
		return e
	}
	at := happened(e)
	data, changed := event.Identify(e.Data, func(id string) string { return a(e.Source, id, at) })
	if !changed {
		return e
	}
	named := *e
	named.Data = data
	return &named
}

// subject returns the agent that an event is about whose subject is one.
func (a Accounts) subject(e *event.Event) string {
	if a == nil {
		return e.Subject
	}
	return a(e.Source, e.Subject, happened(e))
}

// happened returns when an account did what the event says of it. What is recorded of a date may come long after, when the
// account is somebody else's: noon of that date, which is the same date in the zones nearby.
func happened(e *event.Event) time.Time {
	var date event.Date
	switch d := e.Data.(type) {
	case event.AttendanceRecorded:
		date = d.Date
	case event.ConversationMeasured:
		date = d.Date
	case event.IncidentReported:
		date = d.Occurred
	case event.TrainingRecorded:
		date = d.Date
	default:
		return e.Time
	}
	day, err := calendar.ParseDate(string(date))
	if err != nil {
		return e.Time // an optional date that is not given
	}
	zone, err := calendar.Zone(e.Zone)
	if err != nil {
		return e.Time // the reader of the fact says so
	}
	return time.Date(day.Year, day.Month, day.Day, 12, 0, 0, 0, zone)
}
