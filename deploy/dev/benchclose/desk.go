package main

import (
	"encoding/hex"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

const (
	company  = "bench"
	zoneName = "Asia/Shanghai"
	team     = "express"

	openingHour = 9
	openHours   = 9
	lastMail    = 15 // the last hour in which mails come in, so that each is due on the day on which it came
)

// The month that is made up: no holidays in it, so that every weekday is worked.
var month = time.Date(2024, 3, 1, 0, 0, 0, 0, location)

var location = func() *time.Location {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		panic(err) // the zone data are part of the binary
	}
	return zone
}()

// Truth is what must come out of the month.
type Truth struct {
	Events     int64   `json:"events"` // distinct ones
	Duplicates int     `json:"duplicates"`
	Retracted  int     `json:"retracted"` // events taken back, and what took them back
	Calls      []int64 `json:"calls"`     // credited, by agent
	MailsDue   []int64 `json:"mails_due"` // by agent
	MailsKept  []int64 `json:"mails_kept"`
}

// desk makes up a month of calls, chats, mails and presence, an hour at a time, as rows of the table. It knows what it
// makes up without folding anything.
type desk struct {
	rng    *rand.Rand
	agents []string
	truth  Truth
	rows   []event.Row
	text   []byte
	made   int64 // rows so far
}

func newDesk(agents int, seed uint64) *desk {
	d := &desk{rng: rand.New(rand.NewPCG(seed, 1))}
	for i := range agents {
		d.agents = append(d.agents, "agent-"+strconv.Itoa(10_000 + i)[1:])
	}
	d.truth.Calls, d.truth.MailsDue, d.truth.MailsKept = make([]int64, agents), make([]int64, agents), make([]int64, agents)
	return d
}

// hours yields the rows of one hour after the other, in all as many as wanted, and a few more. They are good until the next.
func (d *desk) hours(events int64, yield func([]event.Row) error) error {
	slots := workdays() * openHours
	d.roster()
	for date := month; date.Month() == month.Month(); date = date.AddDate(0, 0, 1) {
		if weekend(date) {
			continue
		}
		for hour := openingHour; hour < openingHour+openHours; hour++ {
			quota := (events - d.made - int64(len(d.rows))) / int64(slots) / int64(len(d.agents))
			for a := range d.agents {
				d.hour(a, date.Add(time.Duration(hour)*time.Hour), int(quota))
			}
			d.made += int64(len(d.rows))
			if err := yield(d.rows); err != nil {
				return err
			}
			clear(d.rows)
			d.rows = d.rows[:0]
			slots--
		}
	}
	return nil
}

func weekend(date time.Time) bool {
	return date.Weekday() == time.Saturday || date.Weekday() == time.Sunday
}

func workdays() int {
	n := 0
	for date := month; date.Month() == month.Month(); date = date.AddDate(0, 0, 1) {
		if !weekend(date) {
			n++
		}
	}
	return n
}

// roster makes up who everybody is.
func (d *desk) roster() {
	for i, agent := range d.agents {
		r := d.row("hr", agent, "agent.changed", month)
		r.Text[event.TextTeam], r.Text[event.TextOutcome] = team, string(event.Active)
		r.Ext = `{"effective":"2023-01-01","name":"Agent ` + strconv.Itoa(i) + `","role":"agent"}`
	}
}

// hour makes up an hour of one agent. Of the events, 30 % are calls, 40 % of chats, 20 % of mails, 10 % presence.
func (d *desk) hour(agent int, from time.Time, quota int) {
	if from.Hour() == openingHour {
		d.attendance(agent, from)
	}
	for begin := len(d.rows); len(d.rows)-begin < quota; {
		at := from.Add(time.Duration(d.rng.IntN(3_600_000)) * time.Millisecond)
		switch dice := d.rng.IntN(460); {
		case dice < 300:
			d.call(agent, at)
		case dice < 340:
			d.chat(agent, at)
		case dice < 360 && from.Hour() <= lastMail:
			d.mail(agent, at)
		case dice < 360:
			d.chat(agent, at)
		default:
			d.presence(agent, at)
		}
	}
}

// row adds a row. Every hundredth event is in the log twice.
func (d *desk) row(source, subject, typ string, at time.Time) *event.Row {
	if n := len(d.rows); n > 0 && d.rng.IntN(100) == 0 {
		d.rows = append(d.rows, d.rows[n-1])
		d.rows[n].AppendTime += 7_000
		d.truth.Duplicates++
	}
	d.truth.Events++
	d.rows = append(d.rows, event.Row{
		Company: company, Subject: subject, Source: source, ID: d.id(), Type: typ, Version: 1, Zone: zoneName,
		Time: at.UnixMilli(), AppendTime: at.UnixMilli() + 1_500,
	})
	return &d.rows[len(d.rows)-1]
}

// id makes up an id that no other has, of 16 hexadecimal digits without any order, as most systems have them.
func (d *desk) id() string {
	var raw [8]byte
	n := d.rng.Uint64()
	for i := range raw {
		raw[i] = byte(n >> (8 * i))
	}
	var text [16]byte
	hex.Encode(text[:], raw[:])
	return string(text[:])
}

// between returns a number from low to high, both included.
func (d *desk) between(low, high int) int { return low + d.rng.IntN(high-low+1) }

func (d *desk) seconds(low, high int) time.Duration {
	return time.Duration(d.between(low*1000, high*1000)) * time.Millisecond
}
