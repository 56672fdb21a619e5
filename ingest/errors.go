package ingest

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskpulse/deskpulse/ingest/kafka"
)

// action is what a worker does about an error; its name labels the error metric.
type action string

const (
	actRetry action = "retry" // begin again with recovery, for ever
	actTry   action = "try"   // unexplained: begin again a few times, then halt
	actHalt  action = "halt"  // trying again cannot help: stop loudly, an operator decides
	actYield action = "yield" // the partition belongs to somebody else, or the process stops
)

// unexplainedLimit is how often in a row an error that nobody can explain is tried again.
const unexplainedLimit = 5

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
	case errors.Is(err, errDrained), errors.Is(err, context.Canceled):
		return actYield
	case errors.As(err, &permanent) && permanent.Permanent():
		return actHalt
	case errors.As(err, &unexplained):
		if unexplained.Unexplained() {
			return actTry
		}
		return actRetry
	}
	switch kafka.ClassOf(err) {
	case kafka.ClassFenced, kafka.ClassCancelled:
		return actYield
	case kafka.ClassCorrupt, kafka.ClassFatal:
		return actHalt
	case kafka.ClassUnknown:
		return actTry
	case kafka.ClassNone, kafka.ClassRetry, kafka.ClassOutOfRange, kafka.ClassUnknownTopic, kafka.ClassPermission:
		return actRetry
	}
	return actTry
}
