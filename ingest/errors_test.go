package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
	kafkago "github.com/segmentio/kafka-go"
)

type storeError struct{ permanent, unexplained, data bool }

func (storeError) Error() string       { return "store" }
func (e storeError) Permanent() bool   { return e.permanent }
func (e storeError) Unexplained() bool { return e.unexplained }
func (e storeError) Data() bool        { return e.data }

func TestErrorTable(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want action
	}{
		{"our own halt", halt("x"), actHalt},
		{"cancelled, though nobody stopped the worker", context.Canceled, actRetry},
		{"fenced, though the generation goes on", kafka.ErrFenced, actRetry},
		{"store: overload, network, unknown outcome", storeError{}, actRetry},
		{"store: permanent", storeError{permanent: true}, actHalt},
		{"store: a row that has nowhere to go", storeError{permanent: true, data: true}, actHalt},
		{"store: nobody knows", storeError{unexplained: true}, actTry},
		{"network", io.ErrUnexpectedEOF, actRetry},
		{"timeout", context.DeadlineExceeded, actRetry},
		{"rebalance under way", kafka.ErrRebalancing, actRetry},
		{"coordinator of a fresh broker", kafkago.GroupCoordinatorNotAvailable, actRetry},
		{"leader moves", kafka.ErrUnavailable, actRetry},
		{"topic is being made", kafka.ErrUnknownTopic, actRetry},
		{"access may be granted", kafka.ErrPermission, actRetry},
		{"behind the log's start", &kafka.OutOfRangeError{Wanted: 1, LogStart: 2, LogEnd: 3}, actRetry},
		{"corrupt on the way or in the log", &kafka.BatchError{Offset: 7, Err: kafka.ErrCorrupt}, actTry},
		{"old broker", kafka.ErrOldBroker, actHalt},
		{"anything else", errors.New("x"), actTry},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := actionOf(fmt.Errorf("wrapped: %w", c.err)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestRefusalsAreToldFromOtherErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want bool
	}{
		{"a row is refused", storeError{permanent: true, data: true}, true},
		{"the table is wrong", storeError{permanent: true}, false},
		{"not the store's", io.ErrUnexpectedEOF, false},
		{"no error", nil, false},
	} {
		err := c.err
		if err != nil {
			err = fmt.Errorf("wrapped: %w", err)
		}
		if got := refusesData(err); got != c.want {
			t.Errorf("%s: got %t, want %t", c.name, got, c.want)
		}
	}
}

func TestUnexplainedErrorsAreTriedForAWhile(t *testing.T) {
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	var tr tries
	for i := range 8 {
		if tr.enough(now.Add(time.Duration(i) * 100 * time.Millisecond)) {
			t.Fatalf("enough after %d tries within a second", i+1)
		}
	}
	if !tr.enough(now.Add(triesTime + time.Second)) {
		t.Error("not enough after nine tries and more than a minute")
	}
	if tr = (tries{}); tr.enough(now.Add(time.Hour)) {
		t.Error("enough after the first try of a new fault")
	}
}
