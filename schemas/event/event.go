// Package event is the vocabulary of deskpulse: the envelope, the types of events, where an event stood in Kafka, and the
// batches in which events travel to ClickHouse.
//
// An event arrives as CloudEvents 1.0 in structured JSON. [Decoder] reads it strictly into a [Row], the flat form that
// ClickHouse stores; [Row.Event] gives the typed form back to those who fold and measure. Each type of event is one file
// of this package: a struct whose tags say how its fields are named, checked and stored (see [Type]).
package event

import "time"

// Event is one fact of customer service as its readers see it: the envelope, its place in the log and its typed data.
type Event struct {
	Company string    // whose event it is; part of every key
	Source  string    // the system that reported it (CloudEvents source)
	Subject string    // conversation id; agent id for events about people
	ID      string    // unique within (company, source, subject)
	Type    string    // for example "call.ended"
	Zone    string    // IANA name of the zone in which its local date is read
	Time    time.Time // when it happened, UTC, whole milliseconds

	AppendTime time.Time // when the broker appended it, UTC, whole milliseconds
	Position   Position  // where it stands in Kafka

	Data Data // one of the registered types, for example CallEnded

	// Content is what the event says, as [Row.AppendContent] writes it; nil for an event that was made in memory. Who reads
	// events may use the bytes again when the next ones are asked for: see [Event.Canonical].
	Content []byte
}

// Identity is what makes two copies the same event: producers repeat themselves, and a repeated event counts once.
type Identity struct {
	Company, Source, Subject, ID string
}

// Identity returns the event's identity.
func (e *Event) Identity() Identity {
	return Identity{Company: e.Company, Source: e.Source, Subject: e.Subject, ID: e.ID}
}

// Before reports whether e was appended before o: by broker append time, then by position. Of copies that share an
// identity but not their content the one appended first stands.
func (e *Event) Before(o *Event) bool {
	if !e.AppendTime.Equal(o.AppendTime) {
		return e.AppendTime.Before(o.AppendTime)
	}
	return e.Position.Before(o.Position)
}
