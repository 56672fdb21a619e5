package main

import (
	"strconv"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

var queues = [...]string{"parcels", "parcels", "returns", "abroad", "complaints"}

// mailPromise is how long a mail may wait.
const mailPromise = 2 * time.Hour

func (d *desk) queue() string { return queues[d.rng.IntN(len(queues))] }

// customer appends a reference of a customer.
func (d *desk) customer(b []byte) []byte {
	return strconv.AppendInt(append(b, `"customer":"c-`...), int64(d.between(100_000, 999_999)), 10)
}

func (d *desk) number(low, high int) event.NullInt64 {
	return event.NullInt64{Value: int64(d.between(low, high)), Valid: true}
}

// call makes up one call. Of eight one is abandoned, of a thousand one is taken back.
func (d *desk) call(agent int, at time.Time) {
	r := d.row("pbx", d.id(), "call.ended", at)
	answered := d.rng.IntN(8) > 0
	r.Text[event.TextTeam], r.Text[event.TextQueue] = team, d.queue()
	r.Text[event.TextDirection], r.Text[event.TextOutcome] = string(event.Inbound), string(event.Abandoned)
	r.Number[event.NumberWaitMS] = d.number(0, 90_000)
	b := strconv.AppendInt(append(d.text[:0], `{"ivr_ms":`...), int64(d.between(4_000, 25_000)), 10)
	if answered {
		r.Text[event.TextAgent], r.Text[event.TextOutcome] = d.agents[agent], string(event.Answered)
		r.Number[event.NumberTalkMS], r.Number[event.NumberWrapUpMS] = d.number(15_000, 300_000), d.number(3_000, 45_000)
		if d.rng.IntN(8) == 0 {
			b = append(b, `,"holds":[{"duration_ms":`...)
			b = strconv.AppendInt(b, int64(d.between(2_000, 60_000)), 10)
			b = append(b, `,"start_ms":7000}]`...)
		}
	}
	b = append(d.customer(append(b, ',')), `"}`...)
	r.Ext, d.text = string(b), b
	switch {
	case d.rng.IntN(1000) == 0:
		d.retract(*r)
	case answered:
		d.truth.Calls[agent]++
	}
}

// retract takes an event back.
func (d *desk) retract(target event.Row) {
	r := d.row(target.Source, target.Subject, "event.retracted", time.UnixMilli(target.Time).Add(time.Minute))
	r.Ext = `{"target":"` + target.ID + `","reason":"test call of the technician"}`
	d.truth.Retracted++
}

// thread is a conversation that is being made up.
type thread struct {
	*desk
	source, subject string
	agent           int
}

func (t *thread) opened(at time.Time, channel, queue, ext string) {
	r := t.row(t.source, t.subject, "conversation.opened", at)
	r.Text[event.TextTeam], r.Text[event.TextQueue] = team, queue
	b := t.customer(append(append(append(t.text[:0], `{"channel":"`...), channel...), `",`...))
	b = append(append(b, '"'), ext...)
	r.Ext, t.text = string(b), b
}

func (t *thread) received(at time.Time) {
	t.row(t.source, t.subject, "message.received", at).Text[event.TextOutcome] = string(event.KindMessage)
}

func (t *thread) assigned(at time.Time) {
	r := t.row(t.source, t.subject, "conversation.assigned", at)
	r.Text[event.TextAgent], r.Text[event.TextTeam] = t.agents[t.agent], team
	r.Ext = `{"by":"router"}`
}

func (t *thread) sent(at time.Time) {
	r := t.row(t.source, t.subject, "message.sent", at)
	r.Text[event.TextAgent], r.Text[event.TextTeam], r.Text[event.TextOutcome] = t.agents[t.agent], team, string(event.AuthorAgent)
}

func (t *thread) status(at time.Time, s event.Status) {
	r := t.row(t.source, t.subject, "conversation.status_changed", at)
	r.Text[event.TextAgent], r.Text[event.TextOutcome] = t.agents[t.agent], string(s)
}

// chat makes up a chat of four to sixteen events.
func (d *desk) chat(agent int, at time.Time) {
	t := thread{d, "chat", d.id(), agent}
	t.opened(at, "chat", d.queue(), `,"customer_kind":"direct","intent":"tracking"}`)
	at = at.Add(time.Millisecond)
	t.received(at)
	t.assigned(at.Add(d.seconds(1, 8)))
	at = at.Add(d.seconds(10, 60))
	t.sent(at)
	for range d.between(0, 4) {
		at = at.Add(d.seconds(5, 40))
		t.received(at)
		if d.rng.IntN(3) == 0 {
			at = at.Add(d.seconds(5, 20))
			t.received(at)
		}
		at = at.Add(d.seconds(8, 90))
		t.sent(at)
	}
	at = at.Add(d.seconds(60, 300))
	t.status(at, event.StatusClosed)
	if d.rng.IntN(3) == 0 {
		r := t.row(t.source, t.subject, "conversation.rated", at.Add(d.seconds(5, 120)))
		r.Text[event.TextAgent], r.Ext = t.agents[agent], `{"score":`+strconv.Itoa(d.between(0, 5))+`,"out_of":5}`
	}
}

// mail makes up a mail that is due on the day on which it came. Of a hundred one is late.
func (d *desk) mail(agent int, at time.Time) {
	t := thread{d, "mail", d.id(), agent}
	t.opened(at, "email", "mail", `,"customer_kind":"franchise","region":"abroad","intent":"claim"}`)
	at = at.Add(time.Millisecond)
	t.received(at)
	r := t.row(t.source, t.subject, "message.sent", at.Add(d.seconds(2, 20)))
	r.Text[event.TextOutcome] = string(event.AuthorAuto)
	t.assigned(at.Add(d.seconds(60, 300)))
	wait := d.seconds(6*60, 115*60)
	d.truth.MailsDue[agent]++
	if d.rng.IntN(100) == 0 {
		wait = mailPromise + d.seconds(1, 29*60)
	} else {
		d.truth.MailsKept[agent]++
	}
	at = at.Add(wait)
	t.sent(at)
	t.status(at.Add(time.Second), event.StatusPending)
	t.status(at.Add(d.seconds(60, 1200)), event.StatusResolved)
}

var states = [...]event.PresenceState{event.PresenceIdle, event.PresenceOnContact, event.PresenceWrapUp, event.PresenceOnContact, event.PresenceBreak}

// presence makes up a change of what an agent does.
func (d *desk) presence(agent int, at time.Time) {
	r := d.row("desk", d.agents[agent], "agent.presence", at)
	state := states[d.rng.IntN(len(states))]
	r.Text[event.TextOutcome] = string(state)
	if state == event.PresenceBreak {
		r.Ext = `{"reason":"lunch"}`
	}
}

// attendance makes up what the time clock says of a day. Everybody is on time.
func (d *desk) attendance(agent int, from time.Time) {
	date, in, out := from.Format(time.DateOnly), from.Add(-d.seconds(10, 600)), from.Add(9*time.Hour+d.seconds(10, 600))
	r := d.row("hr", d.agents[agent], "attendance.recorded", from.Add(11*time.Hour))
	r.Text[event.TextOutcome] = string(event.Worked)
	r.Ext = `{"date":"` + date + `","clock_in":"` + in.UTC().Format(time.RFC3339) + `","clock_out":"` + out.UTC().Format(time.RFC3339) + `"}`
}
