package scenario

import (
	"iter"
	"strconv"
	"time"

	"github.com/deskpulse/deskpulse/aggregate/calendar"
	"github.com/deskpulse/deskpulse/aggregate/document"
	"github.com/deskpulse/deskpulse/aggregate/policy"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// reviewTemplate returns the template of reviews that name none: the policy's first check list.
func reviewTemplate(p *policy.Policy) string {
	for _, t := range p.Templates {
		if t.Kind == policy.Checklist {
			return t.ID
		}
	}
	return ""
}

// source is where the events come from, as far as they say.
const source = "scenario"

// builder turns what happened into events.
type builder struct {
	s        *Scenario
	zone     *time.Location
	hours    *calendar.Hours
	policy   *policy.Policy
	problems document.Reader
	events   []event.Event

	line  int // of the statement
	count int // events of the statement so far
}

// Events returns what happened as events, people first, then in the order of the file, as sources would send them. The
// calendar says which days are worked, the policy which check list a review fills in that names none. The error is a
// [*document.Invalid].
func (s *Scenario) Events(p *policy.Policy, c *calendar.Calendar) ([]event.Event, error) {
	zone, err := calendar.Zone(s.Zone)
	if err != nil {
		return nil, err
	}
	b := builder{s: s, zone: zone, hours: c.In(zone), policy: p}
	for _, id := range s.Agents {
		s.people[id].emit(&b)
	}
	for _, statement := range s.statements {
		statement.emit(&b)
	}
	b.lookUp(s.mentioned)
	if len(b.problems.Problems) > 0 {
		return nil, invalid(s.file, b.problems.Problems)
	}
	return b.events, nil
}

// lookUp notes a problem where something is said of a conversation that nothing tells.
func (b *builder) lookUp(mentioned []word) {
	told := map[string]bool{}
	for i := range b.events {
		switch b.events[i].Data.(type) {
		case event.ConversationOpened, event.MessageReceived, event.MessageSent, event.CallEnded:
			told[b.events[i].Subject] = true
		}
	}
	var names []string
	for _, s := range b.s.statements {
		if c, ok := s.(*conversation); ok {
			names = append(names, c.id)
		}
	}
	for _, w := range mentioned {
		if !told[w.text] {
			b.problem(w.at, "no conversation is called %q%s: want a statement such as `mail %s DATE TIME …`", w.text, document.Suggest(w.text, names), w.text)
		}
	}
}

func (b *builder) problem(at document.Position, format string, args ...any) {
	b.problems.Problem(at, format, args...)
}

// begin begins a statement. Its events are named after its line, so that evidence leads back to it.
func (b *builder) begin(at document.Position) { b.line, b.count = at.Line, 0 }

// emit adds an event of the statement.
func (b *builder) emit(at time.Time, subject string, data event.Data) {
	b.count++
	id := "line-" + strconv.Itoa(b.line)
	if b.count > 1 {
		id += "-" + strconv.Itoa(b.count)
	}
	b.emitAs(id, at, subject, data)
}

// emitAs adds an event under an id. It was appended when it happened; of events at one instant the file's order says which
// one was appended later.
func (b *builder) emitAs(id string, at time.Time, subject string, data event.Data) {
	b.events = append(b.events, event.Event{
		Company: source, Source: source, Subject: subject, ID: id, Type: event.TypeOf(data).Name, Zone: b.s.Zone,
		Time: at, AppendTime: at, Data: data,
		Position: event.Position{Partition: event.Partition{Stream: source}, Offset: int64(len(b.events))},
	})
}

// at returns the instant at which the clock shows a time on a date.
func (b *builder) at(d calendar.Date, t time.Duration) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, int(t/time.Second), 0, b.zone).UTC()
}

func (b *builder) instant(m moment) time.Time { return b.at(m.date, m.time) }

// shift returns when work is done on a date: the calendar's hours, else those of an ordinary day.
func (b *builder) shift(d calendar.Date) (start, end time.Time) {
	if start, end, ok := b.hours.Shift(d); ok {
		return start, end
	}
	return b.at(d, 9*time.Hour), b.at(d, 18*time.Hour)
}

// workingDays returns the working days of the month on which the person works here; of the month where there is none.
func (b *builder) workingDays(p *person) []calendar.Date {
	var all []calendar.Date
	for d := range b.s.Month.Dates() {
		if b.hours.Calendar().WorkingDay(d) && (p == nil || p.employed(d)) {
			all = append(all, d)
		}
	}
	return all
}

// daysOf returns the days on which somebody did their work: the days worked, or where nothing says which these are, the
// working days.
func (b *builder) daysOf(agent string) []calendar.Date {
	p := b.s.people[agent]
	if p == nil {
		return b.workingDays(nil)
	}
	if all := p.workdays(b); len(all) > 0 {
		return all
	}
	return b.workingDays(p)
}

// share returns how many of n fall to each of the days, as evenly as can be.
func share(n int, days []calendar.Date) iter.Seq2[calendar.Date, int] {
	return func(yield func(calendar.Date, int) bool) {
		for i, d := range days {
			if !yield(d, n*(i+1)/len(days)-n*i/len(days)) {
				return
			}
		}
	}
}
