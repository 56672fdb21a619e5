package importer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// bankSource is the source of the bank's events.
const bankSource = "bank-calls"

// noServer stands in the column server where no agent is named.
const noServer = "NO_SERVER"

var bankOutcomes = map[string]event.CallOutcome{"AGENT": event.Answered, "HANG": event.Abandoned, "PHANTOM": event.Phantom}

// bankCall is a row that was parsed.
type bankCall struct {
	date                time.Time // at 00:00 UTC
	priority            *int64
	outcome             event.CallOutcome
	vru, queue, service stage
}

// stage is one part of a call as the file reports it: from, to, and how long, of which any may be wrong.
type stage struct {
	name        string // of the column with the duration
	start, exit int    // seconds since midnight
	seconds     int64
}

// call parses the current row into an event. Only what cannot be read is a problem; what is read and cannot be is left
// out of the event and named in its anomalies, because a call that an agent answered stays one.
func (f *bankFile) call() (event.Event, *Problem) {
	c, problem := f.parse()
	if problem != nil {
		return event.Event{}, problem
	}
	line, call := f.get(colLine), f.get(colCall)
	if line == "" || call == "" {
		return event.Event{}, &Problem{Reason: EmptyID, Detail: fmt.Sprintf("%s %q, %s %q", bankHeader[colLine], line, bankHeader[colCall], call)}
	}
	// Call ids are unique on their line only, and begin anew some day: the date keeps two months apart.
	id := escapeID(line) + "-" + escapeID(call) + "-" + c.date.Format("060102")
	at, skipped := localInstant(c.date, c.vru.start, f.zone)
	data := f.data(c)
	if skipped {
		data.Anomalies = append(data.Anomalies, bankHeader[colVRUEntry]+" "+f.get(colVRUEntry)+": skipped by the clocks that day, read as before the change")
	}
	return event.Event{Source: bankSource, Subject: id, ID: id, Zone: f.zone.String(), Time: at, Data: data}, nil
}

// escapeID keeps the parts of an id apart: no two pairs of line and call may give the same id.
func escapeID(s string) string { return strings.NewReplacer("%", "%25", "-", "%2D").Replace(s) }

func (f *bankFile) data(c bankCall) event.CallEnded {
	e := event.CallEnded{Direction: event.Inbound, Outcome: c.outcome, Queue: f.get(colType), Priority: c.priority}
	if server := f.get(colServer); server != noServer {
		e.Agent = server
	}
	if customer := f.get(colCustomer); customer != "0" {
		e.Customer = customer
	}
	var a anomalies
	e.IVRMS = a.duration(c.vru)
	e.WaitMS = a.duration(c.queue)
	switch recorded := c.service.start != 0 || c.service.exit != 0 || c.service.seconds != 0; {
	case c.outcome == event.Answered && recorded:
		e.TalkMS = a.duration(c.service)
	case c.outcome == event.Answered:
		a = append(a, c.service.name+": answered, but not recorded")
	case c.service.seconds != 0:
		a = append(a, fmt.Sprintf("%s %d s: nobody answered", c.service.name, c.service.seconds))
	}
	e.Anomalies = a
	return e
}

// anomalies collects what the file reports and cannot be.
type anomalies []string

// duration returns the milliseconds of a stage, nil and one more anomaly when the file contradicts itself. A stage may
// pass midnight.
func (a *anomalies) duration(s stage) *int64 {
	span := int64(s.exit - s.start)
	switch {
	case s.seconds < 0:
		*a = append(*a, fmt.Sprintf("%s %d s: negative", s.name, s.seconds))
	case s.seconds != span && s.seconds != span+daySeconds:
		*a = append(*a, fmt.Sprintf("%s %d s: start and exit are %d s apart", s.name, s.seconds, span))
	default:
		return event.Milliseconds(time.Duration(s.seconds) * time.Second)
	}
	return nil
}

func (f *bankFile) parse() (bankCall, *Problem) {
	var c bankCall
	var problem *Problem
	keep := func(p *Problem) { // the first problem is the one that is told
		if problem == nil {
			problem = p
		}
	}
	var err error
	if c.date, err = time.Parse("060102", f.get(colDate)); err != nil || f.get(colDate)[0] == '-' { // 69 to 99 are years of the 20th century
		keep(f.problem(InvalidDate, colDate, "is no date, written 990201"))
	}
	c.vru.parse(f, colVRUEntry, colVRUExit, colVRUTime, keep)
	c.queue.parse(f, colQueueStart, colQueueExit, colQueueTime, keep)
	c.service.parse(f, colServiceStart, colServiceExit, colServiceTime, keep)
	if text := f.get(colPriority); text != "" {
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			keep(f.problem(InvalidNumber, colPriority, "is no priority"))
		}
		p := int64(n)
		c.priority = &p
	}
	var ok bool
	if c.outcome, ok = bankOutcomes[f.get(colOutcome)]; !ok {
		keep(f.problem(UnknownOutcome, colOutcome, "is none of AGENT, HANG, PHANTOM"))
	}
	return c, problem
}

func (s *stage) parse(f *bankFile, start, exit, seconds column, keep func(*Problem)) {
	s.name = bankHeader[seconds]
	s.start = f.clock(start, keep)
	s.exit = f.clock(exit, keep)
	n, err := strconv.ParseInt(f.get(seconds), 10, 32)
	if err != nil {
		keep(f.problem(InvalidNumber, seconds, "is no number of seconds"))
	}
	s.seconds = n
}

func (f *bankFile) clock(c column, keep func(*Problem)) int {
	seconds, ok := clock(f.get(c))
	if !ok {
		keep(f.problem(InvalidTime, c, "is no time of day, written 7:02:47"))
	}
	return seconds
}

func (f *bankFile) problem(reason string, c column, what string) *Problem {
	return &Problem{Reason: reason, Detail: fmt.Sprintf("%s: %.32q %s", bankHeader[c], f.get(c), what)}
}
