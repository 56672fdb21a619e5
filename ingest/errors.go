package ingest

import (
	"errors"
	"fmt"
	"time"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// action is what a worker does about an error; its name labels the error metric.
type action string

const (
	actRetry action = "retry" // begin again with recovery, for ever
	actTry   action = "try"   // unexplained: begin again a few times, then halt
	actHalt  action = "halt"  // trying again cannot help: stop loudly, an operator decides
)

// An error that nobody can explain is tried again at least this often, and at least for this long: a password that is
// being changed in two places, or a certificate, is put right by a person.
const (
	triesLimit = 5
	triesTime  = time.Minute
)

// tries counts failures in a row that nobody can explain.
type tries struct {
	count int
	first time.Time
}

// enough counts one more and reports whether that was the last.
func (t *tries) enough(now time.Time) bool {
	if t.count++; t.count == 1 {
		t.first = now
	}
	return t.count > triesLimit && now.Sub(t.first) > triesTime
}

// haltError is an error of our own that no retry can mend.
type haltError struct{ error }

func halt(format string, args ...any) error { return haltError{fmt.Errorf(format, args...)} }

// actionOf is the error table of the worker. The classes of Kafka's errors are the consumer's, those of ClickHouse's are
// told by the error itself (see Store).
func actionOf(err error) action {
	var permanent interface{ Permanent() bool }
	var unexplained interface{ Unexplained() bool }
	switch {
	case errors.As(err, &haltError{}):
		return actHalt
	case errors.As(err, &permanent) && permanent.Permanent():
		return actHalt
	case errors.As(err, &unexplained):
		if unexplained.Unexplained() {
			return actTry
		}
		return actRetry
	}
	switch kafka.ClassOf(err) {
	case kafka.ClassFatal:
		return actHalt
	case kafka.ClassUnknown, kafka.ClassCorrupt: // a bit may have been turned on the way, not in the log
		return actTry
	case kafka.ClassFenced, kafka.ClassCancelled: // if the partition is lost the session's context says so; else try again
		return actRetry
	case kafka.ClassNone, kafka.ClassRetry, kafka.ClassOutOfRange, kafka.ClassUnknownTopic, kafka.ClassPermission:
		return actRetry
	}
	return actTry
}
