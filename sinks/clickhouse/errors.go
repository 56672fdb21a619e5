package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	clickhousego "github.com/ClickHouse/clickhouse-go/v2"
	chproto "github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// Class says what a caller does about an error. It is bounded, so that it can be a metric's label.
type Class int

// The classes of errors.
const (
	ClassUnknown   Class = iota // nobody knows: try again a few times, then stop loudly
	ClassRetry                  // overload, network, or an outcome that is not known: try again for ever
	ClassPermanent              // trying again cannot help: an operator must act
)

// String returns the class's name.
func (c Class) String() string {
	switch c {
	case ClassRetry:
		return "retry"
	case ClassPermanent:
		return "permanent"
	case ClassUnknown:
	}
	return "unknown"
}

// Error is an error of ClickHouse, of its driver, or of the network between.
type Error struct {
	// Op says what was being done to which object.
	Op string
	// Code is ClickHouse's error code, 0 if the server did not answer.
	Code int
	// Class says what to do about it.
	Class Class
	// Hint tells the operator what would help, "" if there is nothing to say.
	Hint string
	// Err is the error as the driver reported it.
	Err error
}

// Error returns what was done, what went wrong and what would help.
func (e *Error) Error() string {
	text := e.Op + ": " + e.Err.Error()
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// Unwrap returns the driver's error.
func (e *Error) Unwrap() error { return e.Err }

// Permanent reports whether trying again cannot help.
func (e *Error) Permanent() bool { return e.Class == ClassPermanent }

// Unexplained reports whether nobody knows what the error means, so that trying again is worth a few attempts only.
func (e *Error) Unexplained() bool { return e.Class == ClassUnknown }

// Data reports whether the error is about the data: the server refuses some row, and would take the others.
func (e *Error) Data() bool {
	_, ok := refusals[e.Code]
	return ok
}

// explain gives an error its operation, class and hint; nil stays nil.
func explain(op string, err error) error {
	if err == nil {
		return nil
	}
	out := &Error{Op: op, Err: err, Class: ClassUnknown}
	var answer *clickhousego.Exception
	if !errors.As(err, &answer) {
		out.Class, out.Hint = classifyLocal(err)
		return out
	}
	out.Code = int(answer.Code)
	out.Class, out.Hint = classifyAnswer(out.Code, answer.Message)
	return out
}

func classifyAnswer(code int, message string) (Class, string) {
	// One code serves two faults: merges that lag behind, which pass, and a block over too many months, which does not.
	if code == codeTooManyParts && strings.Contains(message, "single INSERT block") {
		return ClassPermanent, "one insert spans too many months: narrow the stream's bounds or split the import"
	}
	if f, ok := faults[code]; ok {
		return f.class, f.hint
	}
	if f, ok := refusals[code]; ok {
		return f.class, f.hint
	}
	return ClassUnknown, ""
}

// classifyLocal judges errors of which the server knows nothing.
func classifyLocal(err error) (Class, string) {
	var (
		network  net.Error
		encoding *chproto.BlockError
		schema   *schemaError
	)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ClassRetry, "" // the outcome is not known
	case errors.Is(err, clickhousego.ErrAcquireConnTimeout):
		return ClassRetry, "all connections are in use: raise max_open_conns"
	case errors.Is(err, clickhousego.ErrConnectionClosed), errors.Is(err, clickhousego.ErrAcquireConnNoAddress):
		return ClassPermanent, "" // the store was closed, or has no address: nobody will open it again
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return ClassRetry, "the server closed the connection"
	case errors.As(err, &network):
		return ClassRetry, "" // refused, reset, timed out, not resolved
	case errors.As(err, &encoding), errors.As(err, &schema):
		return ClassPermanent, hintSchema
	case strings.Contains(err.Error(), "attempted sending on closed connection"),
		strings.Contains(err.Error(), "attempted reading on closed connection"):
		return ClassRetry, "" // the driver has no value for these
	}
	return ClassUnknown, ""
}

// ClassOf returns the class of an error of this package.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return ClassUnknown
}

// refuse is a permanent error of our own.
func refuse(op, format string, args ...any) error {
	return &Error{Op: op, Class: ClassPermanent, Err: fmt.Errorf(format, args...)}
}
