package simulate_test

import (
	"cmp"
	"slices"
	"time"

	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// desk folds what stands of everything but calls, roster and attendance, in the plainest way there is.
type desk struct {
	zone     *time.Location
	agent    func(id string) *simulate.Agent
	subjects map[string][]event.Event
	merged   map[string]string // conversation that goes on, by the one that was merged into it
}

func newDesk(zone *time.Location, agent func(id string) *simulate.Agent) *desk {
	return &desk{zone: zone, agent: agent, subjects: map[string][]event.Event{}, merged: map[string]string{}}
}

func (d *desk) add(e event.Event) {
	if m, ok := e.Data.(event.ConversationMerged); ok {
		d.merged[m.From] = m.Into
	}
	d.subjects[e.Subject] = append(d.subjects[e.Subject], e)
}

func (d *desk) fold() {
	for from, into := range d.merged {
		d.subjects[into] = append(d.subjects[into], d.subjects[from]...)
		delete(d.subjects, from)
	}
	for subject, events := range d.subjects {
		slices.SortFunc(events, func(a, b event.Event) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID)) })
		d.person(d.agent, subject, events)
		for _, e := range events {
			opened, ok := e.Data.(event.ConversationOpened)
			switch {
			case !ok:
				continue
			case opened.Channel == event.ChannelChat:
				d.chat(events)
			case opened.Channel == event.ChannelEmail:
				d.turns(events, d.mailDue, func(a *simulate.Agent) *simulate.Promise { return &a.Mails })
			case opened.Intent == "inquiry":
				d.turns(events, func(at time.Time) time.Time { return at.Add(12 * time.Hour) }, func(a *simulate.Agent) *simulate.Promise { return &a.Inquiries })
			case opened.Intent == "query" && opened.CustomerKind == "shopper":
				d.followUps(events, d.shopperDue)
			case opened.Intent == "query":
				d.followUps(events, func(at time.Time) time.Time { return at.Add(48 * time.Hour) })
			}
			break
		}
	}
}

// mailDue is two hours of Monday to Friday, 9 to 18 o'clock, for what comes early enough or while the desk is closed.
func (d *desk) mailDue(at time.Time) time.Time {
	at = at.In(d.zone)
	y, m, day := at.Date()
	for weekend(at) || at.Hour() >= 18 {
		day++
		at = time.Date(y, m, day, 0, 0, 0, 0, d.zone)
	}
	if at.Hour() < 9 {
		return time.Date(y, m, day, 11, 0, 0, 0, d.zone)
	}
	return at.Add(2 * time.Hour)
}

// shopperDue is the end of the fifth weekday after.
func (d *desk) shopperDue(at time.Time) time.Time {
	y, m, day := at.In(d.zone).Date()
	due := time.Date(y, m, day, 18, 0, 0, 0, d.zone)
	for n := 0; n < 5; {
		day++
		if due = time.Date(y, m, day, 18, 0, 0, 0, d.zone); !weekend(due) {
			n++
		}
	}
	return due
}

func weekend(at time.Time) bool {
	return at.Weekday() == time.Saturday || at.Weekday() == time.Sunday
}

// settle counts a promise: for who answered, or for who had it when it was due.
func (d *desk) settle(by, owner string, answered, due time.Time, of func(*simulate.Agent) *simulate.Promise) {
	late := answered.IsZero() || answered.After(due)
	if late {
		by = owner
	}
	p := of(d.agent(by))
	p.Due++
	if late {
		p.Late++
	}
}

// ownerAt returns who had the conversation at an instant.
func ownerAt(events []event.Event, at time.Time) string {
	owner := ""
	for _, e := range events {
		if e.Time.After(at) {
			break
		}
		switch x := e.Data.(type) {
		case event.ConversationOpened:
			owner = cmp.Or(x.Agent, owner)
		case event.ConversationAssigned:
			owner = x.Agent
		}
	}
	return owner
}

func question(e event.Event) bool {
	m, ok := e.Data.(event.MessageReceived)
	return ok && (m.Kind == "" || m.Kind == event.KindMessage)
}

func answer(e event.Event) (agent string, ok bool) {
	m, is := e.Data.(event.MessageSent)
	return m.Agent, is && m.Visibility != event.Note && (m.Author == event.AuthorAgent || m.Author == event.AuthorAssisted)
}

// turns counts the questions of a conversation that have a deadline.
func (d *desk) turns(events []event.Event, due func(time.Time) time.Time, of func(*simulate.Agent) *simulate.Promise) {
	var until time.Time // of the open question
	for _, e := range events {
		if question(e) && until.IsZero() {
			until = due(e.Time)
		}
		if p, ok := e.Data.(event.CasePromised); ok && e.Time.Before(until) {
			until, _ = time.Parse(time.RFC3339, string(p.Until))
		}
		if by, ok := answer(e); ok && !until.IsZero() {
			d.settle(by, ownerAt(events, until), e.Time, until, of)
			until = time.Time{}
		}
	}
	if !until.IsZero() {
		d.settle("", ownerAt(events, until), time.Time{}, until, of)
	}
}

// followUps counts the questions of a query report.
func (d *desk) followUps(events []event.Event, due func(time.Time) time.Time) {
	of := func(a *simulate.Agent) *simulate.Promise { return &a.FollowUps }
	var until time.Time
	for _, e := range events {
		if question(e) && until.IsZero() {
			until = due(e.Time)
		}
		if f, ok := e.Data.(event.CaseFollowedUp); ok && f.Finding != "" && !until.IsZero() {
			d.settle(f.Agent, ownerAt(events, until), e.Time, until, of)
			until = time.Time{}
		}
	}
	if !until.IsZero() {
		d.settle("", ownerAt(events, until), time.Time{}, until, of)
	}
}

// chat counts the answered turns of a chat and its first response.
func (d *desk) chat(events []event.Event) {
	var asked time.Time
	first := true
	for _, e := range events {
		if question(e) && asked.IsZero() {
			asked = e.Time
		}
		by, ok := answer(e)
		if !ok || asked.IsZero() {
			continue
		}
		a := d.agent(by)
		a.ChatTurns++
		if first {
			a.Chats++
			a.FirstResponseMS += e.Time.Sub(asked).Milliseconds()
		}
		first, asked = false, time.Time{}
	}
}
