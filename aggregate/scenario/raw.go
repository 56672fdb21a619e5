package scenario

import (
	"time"

	"github.com/go-json-experiment/json"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// raw is an event as producers write it.
type raw struct {
	at    document.Position
	event event.Event
}

// readEvent reads `event {…}`. It is read when the scenario's zone is known.
func readEvent(a *args) {
	w := a.take("an event in JSON")
	at := a.line.at()
	a.end()
	if a.failed {
		return
	}
	a.p.later = append(a.p.later, func() {
		e, err := a.p.decode([]byte(w.text))
		if err != nil {
			a.p.Problem(w.at, "event: %v", err)
			return
		}
		a.p.s.statements = append(a.p.s.statements, raw{at, e})
	})
}

// decode reads an event as the pipeline does, without bounds of time.
func (p *parser) decode(src []byte) (event.Event, error) {
	var envelope struct {
		Subject string `json:"subject"`
	}
	_ = json.Unmarshal(src, &envelope) // what is wrong with it the decoder says better
	d := event.NewDecoder(event.Stream{Name: source, Company: source, Zone: p.s.Zone, MaxBytes: event.DefaultMaxBytes})
	var row event.Row
	appended := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := d.Decode([]byte(envelope.Subject), src, appended, &row); err != nil {
		return event.Event{}, err
	}
	if n := d.TakeUnknown(); n > 0 {
		return event.Event{}, &event.Invalid{Reason: event.InvalidValue, Detail: "it has members that no schema knows"}
	}
	e, err := row.Event(event.Partition{Stream: source})
	e.AppendTime = e.Time
	return e, err
}

func (s raw) emit(b *builder) {
	e := s.event
	e.Position.Offset = int64(len(b.events))
	b.events = append(b.events, e)
}
