// Package importer turns files of other systems into events. A format (see [BankCalls]) reads a file row by row; [Import]
// encodes the rows and hands them to a producer.
//
// Every row becomes an event or is listed with its line and a reason. Identities follow from the row alone: a file that is
// imported twice gives the same events twice, and they count once.
package importer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// Message is one event on its way to Kafka.
type Message struct {
	Key, Value []byte
}

// Producer takes the messages of an import. Messages of one key must keep their order.
type Producer interface {
	// Produce returns nil when every message is acknowledged. The messages are not used again by the caller.
	Produce(ctx context.Context, messages []Message) error
}

// Row is one row of a file: an event, or the problem that kept it from becoming one.
type Row struct {
	Line    int // in the file, from 1
	Event   event.Event
	Problem *Problem // nil when there is an event
}

// Problem says why a row is not an event.
type Problem struct {
	Line   int
	Reason string // one of a small set, for counting
	Detail string // what exactly, for a person
}

// The reasons of rows that cannot be parsed. A row can also be refused for a reason of package event, such as a text that
// is too long.
const (
	LineTooLong    = "line_too_long"
	InvalidUTF8    = string(event.InvalidUTF8)
	ColumnCount    = "column_count"
	EmptyID        = "empty_id"
	InvalidDate    = "invalid_date"
	InvalidTime    = "invalid_time"
	InvalidNumber  = "invalid_number"
	UnknownOutcome = "unknown_outcome"
)

// Result counts the rows of a file: Rows = Accepted + Rejected.
type Result struct {
	Rows     int            `json:"rows"`
	Accepted int            `json:"accepted"` // acknowledged by the producer
	Rejected int            `json:"rejected"`
	Reasons  map[string]int `json:"reasons"` // rejected rows by reason
	Lines    []Problem      `json:"-"`       // the first MaxLines rejected rows
}

// MaxLines is how many rejected rows a result lists; a file of nothing but wrong rows must not fill the memory.
const MaxLines = 100_000

// batchSize is how many messages are produced at once.
const batchSize = 1000

// Import produces the events of rows in batches. After an error, which comes from the file or from the producer, the
// result counts the rows that were settled before: importing the file again is safe.
func Import(ctx context.Context, rows iter.Seq2[Row, error], p Producer) (Result, error) {
	i := run{producer: p, decoder: event.NewDecoder(anyTime), result: Result{Reasons: map[string]int{}}}
	for row, err := range rows {
		if err != nil {
			err = errors.Join(err, i.flush(ctx))
			return i.result, err
		}
		if err := i.add(ctx, row); err != nil {
			return i.result, err
		}
	}
	err := i.flush(ctx)
	return i.result, err
}

// anyTime is a stream without bounds: whether an event is too old is for the stream that it is produced to.
var anyTime = event.Stream{Name: "import", Topic: "import", Company: "import", Zone: "UTC", MaxBytes: event.DefaultMaxBytes}

// farFuture is an append time that no event lies behind.
var farFuture = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// run is one import.
type run struct {
	producer Producer
	decoder  *event.Decoder
	batch    []Message
	result   Result
}

func (i *run) add(ctx context.Context, row Row) error {
	problem, m := row.Problem, Message{}
	if problem == nil {
		m, problem = i.encode(row)
	}
	if problem != nil {
		i.reject(*problem)
		return nil
	}
	i.batch = append(i.batch, m)
	if len(i.batch) < batchSize {
		return nil
	}
	return i.flush(ctx)
}

func (i *run) reject(p Problem) {
	i.result.Rows++
	i.result.Rejected++
	i.result.Reasons[p.Reason]++
	if len(i.result.Lines) < MaxLines {
		i.result.Lines = append(i.result.Lines, p)
	}
}

// encode writes the event and reads it as the pipeline will, so that what counts as accepted here is not rejected there.
func (i *run) encode(row Row) (Message, *Problem) {
	value, err := event.Encode(&row.Event)
	if err != nil {
		return Message{}, &Problem{Line: row.Line, Reason: string(event.InvalidValue), Detail: err.Error()}
	}
	m := Message{Key: []byte(row.Event.Subject), Value: value}
	var stored event.Row
	err = i.decoder.Decode(m.Key, m.Value, farFuture, &stored)
	if inv := new(event.Invalid); errors.As(err, &inv) {
		return m, &Problem{Line: row.Line, Reason: string(inv.Reason), Detail: inv.Detail}
	}
	return m, nil
}

func (i *run) flush(ctx context.Context) error {
	if len(i.batch) == 0 {
		return ctx.Err()
	}
	if err := i.producer.Produce(ctx, i.batch); err != nil {
		return fmt.Errorf("produce %d events: %w", len(i.batch), err)
	}
	i.result.Rows += len(i.batch)
	i.result.Accepted += len(i.batch)
	i.batch = make([]Message, 0, batchSize) // the producer may still hold the old one
	return nil
}
