package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	kafkago "github.com/segmentio/kafka-go"
)

// Error is an error of a producer.
type Error struct {
	// Op says what was being done.
	Op string
	// Failed is how many of the messages were not acknowledged.
	Failed int
	// Hint tells the operator what would help, "" if there is nothing to say.
	Hint string
	// Err is the most serious error of all messages.
	Err error

	class class
}

type class int

const (
	classRetry     class = iota // try again for ever
	classUnknown                // try again a few times
	classPermanent              // trying again cannot help
)

// Error returns what was done, what went wrong and what would help.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %v", e.Op, e.Err)
	if e.Failed > 0 {
		text = fmt.Sprintf("%s: %d messages not acknowledged: %v", e.Op, e.Failed, e.Err)
	}
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// Unwrap returns the broker's or the network's error.
func (e *Error) Unwrap() error { return e.Err }

// Permanent reports whether trying again cannot help.
func (e *Error) Permanent() bool { return e.class == classPermanent }

// Unexplained reports whether nobody knows what the error means, so that trying again is worth a few attempts only.
func (e *Error) Unexplained() bool { return e.class == classUnknown }

// explain finds the most serious error among those of the messages; nil stays nil.
func explain(op string, err error) error {
	if err == nil {
		return nil
	}
	each := []error{err}
	var perMessage kafkago.WriteErrors
	if errors.As(err, &perMessage) {
		each = perMessage
	}
	out := &Error{Op: op, class: -1}
	for _, e := range each {
		if e == nil {
			continue
		}
		out.Failed++
		if c, hint := classify(e); c > out.class {
			out.class, out.Hint, out.Err = c, hint, e
		}
	}
	if out.Err == nil { // a list of errors without an error in it
		return nil
	}
	return out
}

// classify is the error table of producers.
func classify(err error) (class, string) {
	var (
		tooLarge kafkago.MessageTooLargeError
		answer   kafkago.Error
		network  net.Error
	)
	switch {
	case errors.As(err, &tooLarge):
		return classPermanent, "the message is larger than batch_bytes"
	case errors.As(err, &answer):
		return classifyAnswer(answer)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &network):
		return classRetry, "" // the outcome is not known; a copy more does no harm
	case errors.Is(err, io.ErrClosedPipe):
		return classPermanent, "the producer was closed"
	}
	return classUnknown, ""
}

func classifyAnswer(answer kafkago.Error) (class, string) {
	switch answer {
	case kafkago.UnknownTopicOrPartition:
		// A missing write permission shows as this too, and a topic may be being made.
		return classUnknown, "make the topic, or grant Write and Describe on it"
	case kafkago.MessageSizeTooLarge, kafkago.RecordListTooLarge:
		return classPermanent, "raise the topic's max.message.bytes"
	case kafkago.TopicAuthorizationFailed, kafkago.ClusterAuthorizationFailed:
		return classPermanent, "grant Write and Describe on the topic"
	case kafkago.SASLAuthenticationFailed:
		return classUnknown, "check the SASL user and password" // the password may be being changed
	case kafkago.InvalidTopic, kafkago.InvalidRequiredAcks, kafkago.UnsupportedVersion, kafkago.PolicyViolation:
		return classPermanent, ""
	}
	if answer.Temporary() || answer.Timeout() {
		return classRetry, ""
	}
	return classUnknown, ""
}
