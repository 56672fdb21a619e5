package faults_test

import (
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/twmb/franz-go/pkg/kgo"
)

// poisons are the kinds of record that must be rejected: each spoils a valid one, and names the reason.
func poisons() []struct {
	reason event.Reason
	spoil  func(key, value string) (string, string)
} {
	replace := func(old, fresh string) func(key, value string) (string, string) {
		return func(key, value string) (string, string) { return key, strings.Replace(value, old, fresh, 1) }
	}
	at := func(d time.Duration) func(key, value string) (string, string) {
		return func(key, value string) (string, string) {
			begin := strings.Index(value, `"time":"`) + len(`"time":"`)
			end := begin + strings.IndexByte(value[begin:], '"')
			return key, value[:begin] + time.Now().UTC().Add(d).Format(time.RFC3339) + value[end:]
		}
	}
	return []struct {
		reason event.Reason
		spoil  func(key, value string) (string, string)
	}{
		{event.InvalidJSON, func(key, value string) (string, string) { return key, value[:len(value)/2] }},
		{event.WrongType, replace(`"talk_ms":`, `"talk_ms":1.5,"ivr_ms":`)},
		{event.UnknownType, replace("call.ended", "call.begun")},
		{event.MissingField, replace(`"direction":"inbound",`, "")},
		{event.TooLarge, replace(`"source":"`, `"source":"`+strings.Repeat("a", maxBytes))},
		{event.InvalidUTF8, replace(`"source":"`, "\"source\":\"\xff")},
		{event.DuplicateKey, replace(`"id"`, `"source":"x","id"`)},
		{event.WrongKey, func(key, value string) (string, string) { return key + "x", value }},
		{event.InvalidValue, replace("inbound", "sideways")},
		{event.UnknownVersion, replace(`"data":`, `"dataschema":"urn:deskpulse:call.ended:99","data":`)},
		{event.FieldTooLong, replace(`"source":"`, `"source":"`+strings.Repeat("a", 2000))},
		{event.TimeOutOfBounds, at(-56 * 365 * 24 * time.Hour)},
		{event.TimeOutOfBounds, at(365 * 24 * time.Hour)},
	}
}

// poison makes a record that must be rejected.
func (l *load) poison(n int) (*kgo.Record, sent) {
	r := l.valid(n)
	kinds := poisons()
	kind := kinds[l.rng.IntN(len(kinds))]
	key, value := kind.spoil(string(r.Key), string(r.Value))
	return &kgo.Record{Key: []byte(key), Value: []byte(value)}, sent{reason: kind.reason}
}

// refused makes an event that is valid, and that a constraint of the table refuses.
func (l *load) refused(n int) (*kgo.Record, sent) {
	r := l.valid(n)
	value := strings.Replace(string(r.Value), `"agent":"`, `"agent":"`+refusedAgent, 1)
	return &kgo.Record{Key: r.Key, Value: []byte(value)}, sent{reason: event.Refused}
}

// refusedAgent begins the agent of an event that a constraint refuses.
const refusedAgent = "refused-"
