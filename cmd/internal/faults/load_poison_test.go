package faults_test

import (
	"context"
	"errors"
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
		{event.WrongType, replace(`"talk_ms":`, `"talk_ms":1.5,"wait_ms":`)},
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

// transaction produces records in one transaction. Beside some of them another producer opens one, writes into the same
// partitions, holds them up for a while and aborts.
func (l *load) transaction(ctx context.Context, client *kgo.Client, count int, abort bool) error {
	if l.other != nil && l.rng.IntN(10) == 0 {
		if err := l.open(ctx, count, abort); err != nil {
			return err
		}
		return nil
	}
	return l.inTransaction(client, abort, func() error { return l.produce(ctx, client, count, abort) })
}

// open produces a transaction inside of another one, which is open for longer and then aborted.
func (l *load) open(ctx context.Context, count int, abort bool) error {
	return l.inTransaction(l.other, true, func() error {
		if err := l.produce(ctx, l.other, 5, true); err != nil {
			return err
		}
		err := l.inTransaction(l.client, abort, func() error { return l.produce(ctx, l.client, count, abort) })
		<-time.After(time.Duration(l.rng.IntN(600)) * time.Millisecond) // nothing behind its start can be read meanwhile
		return err
	})
}

func (l *load) inTransaction(client *kgo.Client, abort bool, work func() error) error {
	if err := client.BeginTransaction(); err != nil {
		return err
	}
	err := work()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return errors.Join(err, client.EndTransaction(ctx, kgo.TransactionEndTry(!abort && err == nil)))
}
