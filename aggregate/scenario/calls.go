package scenario

import (
	"cmp"
	"strconv"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// calls is a month of answered calls.
type calls struct {
	at    document.Position
	agent string // "" for nobody
	team  string
	n     int
}

// An ordinary call.
const (
	usualWait   = 10 * time.Second
	usualTalk   = 3 * time.Minute
	usualWrapUp = 20 * time.Second
)

func readCalls(a *args) {
	s := calls{at: a.line.at(), agent: a.agentOrNobody(), n: a.count(1)}
	a.clauses(clauses{"team": func() { s.team = a.text("a team") }}, nil)
	a.add(s)
}

// emit spreads the calls evenly over the days worked and each day's over its shift.
func (s calls) emit(b *builder) {
	days := b.daysOf(s.agent)
	if len(days) == 0 {
		b.problem(s.at, "there is no working day for the calls to come in")
		return
	}
	b.begin(s.at)
	call := event.CallEnded{Direction: event.Inbound, Outcome: event.Answered, Agent: s.agent,
		WaitMS: event.Milliseconds(usualWait), TalkMS: event.Milliseconds(usualTalk), WrapUpMS: event.Milliseconds(usualWrapUp)}
	for d, n := range share(s.n, days) {
		start, end := b.shift(d)
		if next := d.AddDays(1).Start(b.zone); end.After(next) {
			end = next // a call after midnight is one of the next day
		}
		call.Team = cmp.Or(s.team, b.teamOn(s.agent, d))
		for i := range n {
			at := start.Add(time.Duration(i) * end.Sub(start) / time.Duration(n)).Truncate(time.Second)
			b.emit(at, "call-"+strconv.Itoa(b.line)+"-"+strconv.Itoa(b.count+1), call)
		}
	}
}

// call is one call.
type call struct {
	at   document.Position
	when moment
	data event.CallEnded
}

func readCall(a *args) {
	s := call{at: a.line.at(), data: event.CallEnded{Direction: event.Inbound, Outcome: event.Answered}}
	s.data.Agent = a.agentOrNobody()
	s.when = a.moment()
	talk, wait := usualTalk, usualWait
	outcome := func(o event.CallOutcome) func() {
		return func() {
			if s.data.Outcome != event.Answered {
				a.fail(a.line.at(), "a call is either %s or %s", s.data.Outcome, o)
			}
			s.data.Outcome = o
		}
	}
	a.clauses(clauses{
		"talk":     func() { talk = a.duration() },
		"wait":     func() { wait = a.duration() },
		"wrap-up":  func() { s.data.WrapUpMS = event.Milliseconds(a.duration()) },
		"team":     func() { s.data.Team = a.text("a team") },
		"queue":    func() { s.data.Queue = a.text("a queue") },
		"customer": func() { s.data.Customer = a.text("a customer") },
		"outbound": func() { s.data.Direction = event.Outbound },

		"abandoned": outcome(event.Abandoned),
		"missed":    outcome(event.Missed),
		"phantom":   outcome(event.Phantom),
	}, clauses{
		"hold": func() {
			s.data.Holds = append(s.data.Holds, event.Hold{StartMS: s.held(), DurationMS: a.duration().Milliseconds()})
		},
	})
	s.data.WaitMS = event.Milliseconds(wait)
	if s.data.Outcome == event.Answered {
		s.data.TalkMS = event.Milliseconds(max(talk, time.Duration(s.held())*time.Millisecond))
	}
	a.add(s)
}

// betweenHolds is how long the talk goes on before a hold and between two.
const betweenHolds = 5 * time.Second

// held returns when the next hold begins, milliseconds into the talk.
func (s *call) held() int64 {
	at := betweenHolds.Milliseconds()
	for _, h := range s.data.Holds {
		at = h.StartMS + h.DurationMS + betweenHolds.Milliseconds()
	}
	return at
}

func (s call) emit(b *builder) {
	b.begin(s.at)
	s.data.Team = cmp.Or(s.data.Team, b.teamOn(s.data.Agent, s.when.date))
	b.emit(b.instant(s.when), "call-"+strconv.Itoa(b.line), s.data)
}
