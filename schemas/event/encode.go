package event

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

// cloudEvent is the envelope as producers write it.
type cloudEvent struct {
	SpecVersion string `json:"specversion"`
	ID          string `json:"id"`
	Source      string `json:"source"`
	Type        string `json:"type"`
	Subject     string `json:"subject"`
	Time        string `json:"time"`
	DataSchema  string `json:"dataschema"`
	Zone        string `json:"zone,omitempty"`
	Data        Data   `json:"data"`
}

// Encode writes the event as producers send it: CloudEvents 1.0, structured JSON. The type is that of Data; Company,
// AppendTime and Position are not part of it, the pipeline adds them. The Kafka key must be the subject.
func Encode(e *Event) ([]byte, error) {
	t := TypeOf(e.Data)
	if t == nil {
		return nil, fmt.Errorf("encode event %q: no type is registered for %T", e.ID, e.Data)
	}
	b, err := json.Marshal(cloudEvent{
		SpecVersion: "1.0", ID: e.ID, Source: e.Source, Type: t.Name, Subject: e.Subject,
		Time: e.Time.UTC().Format("2006-01-02T15:04:05.000Z07:00"), DataSchema: t.DataSchema(), Zone: e.Zone, Data: e.Data,
	})
	if err != nil {
		return nil, fmt.Errorf("encode event %q: %w", e.ID, err)
	}
	return b, nil
}

// Milliseconds returns a duration as an optional field holds it.
func Milliseconds(d time.Duration) *int64 {
	ms := d.Milliseconds()
	return &ms
}
