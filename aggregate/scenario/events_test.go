package scenario_test

import (
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskpulse/deskpulse/aggregate/scenario"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// everything has every statement and clause that makes events.
const everything = `month 2024-03
zone Asia/Shanghai
agent li name "李" team express from 2024-01-01 until 2024-03-29 fte 50 duties calls,email
agent wang
move li to parcels on 2024-03-16
worked li 10 days
worked wang 2024-03-30..2024-03-31 from 10:00 until 16:00
absent wang 2024-03-01
off wang 2024-03-02 2024-03-03
clock li 2024-03-08 in 21:55 out 06:01 shift 22:00-06:00 permitted
leave li personal 2024-03-12 half approved-by boss
leave li sick 2024-03-18..2024-03-19
calls li 30
calls wang 7 team other
calls nobody 5
call li 2024-03-05 10:00:05 talk 180s wait 12s wrap-up 5s hold 11s hold 20s queue q customer c team t
call nobody 2024-03-05 10:01 abandoned
call li 2024-03-05 10:02 outbound missed
mails li 5 late 1
inquiries li 5 late 2
followups li 5 late 1
followups wang 4 late 2 kind shopper
mail M 2024-03-05 10:00 to li handed wang 11:30 handed nobody 11:31 assisted wang 12:00 auto 12:01 bot 12:02 asked 12:03 pending 12:04 \
  on-hold 12:05 open 12:06 rated 0 of 5 12:07 resolved 12:08 closed 12:09 customer c kind direct team x channel ticket
mail 2024-03-05 10:00 spam
mail 2024-03-05 10:00 bounce
mail 2024-03-05 10:00 auto-reply
inquiry 2024-03-05 10:00 to li promised 2024-03-07 10:00 promised 2024-03-08 10:00 made 2024-03-06 10:00 by wang answered li 2024-03-08 09:00
query Q 2024-03-05 10:00 to li kind shopper followed li 12:00 empty followed li 2024-03-06 09:00 urged-abroad asked 10:00 followed wang 11:00 problem
incident I li about work-error,execution serious loss 99.99 reputation same-kind k criticised 2024-02-01 on 2024-03-02 conversation M reported 2024-03-05 09:30 \
  upheld 2024-03-06 not-serious not-reputation not-followed-up loss 0 about email by boss "heard" rejected 2024-03-07 16:00 serious reputation followed-up
complaint C li about email from colleague reported 2024-03-05
review li 2024-03-20 period 2024-02 template call-wording finding mood ×2 points 1.50 "sighed" finding contempt check greeting met check closing missed \
  confirmed conversation M recording r by qa2
event {"specversion":"1.0","id":"1","source":"x","type":"order.placed","subject":"o","time":"2024-03-05T01:00:00.5Z","zone":"Europe/Berlin", \
  "data":{"amount_minor":100,"currency":"CNY"}}
`

// What a scenario makes is what a source could send: the pipeline's own decoder takes every event and gives it back.
func TestEventsAreThoseOfSources(t *testing.T) {
	sources := map[string]string{"everything": everything}
	for _, file := range []string{"../score/testdata/express-cs/li.txt", "../score/testdata/express-cs/zhao.txt"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources[file] = string(src)
	}
	for name, src := range sources {
		t.Run(name, func(t *testing.T) {
			d := event.NewDecoder(event.Stream{Company: "scenario", Zone: "UTC", MaxBytes: event.DefaultMaxBytes})
			for _, e := range events(t, src) {
				checkDecodes(t, d, e)
			}
		})
	}
}

func events(t *testing.T, src string) []event.Event {
	t.Helper()
	p, err := express()
	if err != nil {
		t.Fatal(err)
	}
	c, err := load("cn-office")
	if err != nil {
		t.Fatal(err)
	}
	all, err := parse(t, src).Events(p, c)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[event.Identity]bool{}
	for i := range all {
		if id := all[i].Identity(); seen[id] {
			t.Errorf("two events are %+v", id)
		} else {
			seen[id] = true
		}
	}
	return all
}

func checkDecodes(t *testing.T, d *event.Decoder, e event.Event) {
	t.Helper()
	b, err := event.Encode(&e)
	if err != nil {
		t.Fatal(err)
	}
	var row event.Row
	if err := d.Decode([]byte(e.Subject), b, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), &row); err != nil {
		t.Fatalf("%s\n%v", b, err)
	}
	got, err := row.Event(e.Position.Partition)
	if err != nil {
		t.Fatal(err)
	}
	got.AppendTime, got.Position = e.AppendTime, e.Position
	if !reflect.DeepEqual(got, e) { // quick, as there are thousands
		t.Errorf("%s (-got, +want):\n%s", b, cmp.Diff(got, e))
	}
}

// Where and when things happen is spelled out by hand for one of each.
func TestEventsOfEverything(t *testing.T) {
	all := events(t, everything)
	at := func(id, subject string) event.Event {
		for _, e := range all {
			if e.ID == id && e.Subject == subject {
				return e
			}
		}
		t.Fatalf("no event %q of %q", id, subject)
		return event.Event{}
	}
	night := at("attendance-2024-03-08", "li").Data.(event.AttendanceRecorded)
	got := []any{
		at("line-3", "li").Data.(event.AgentChanged).Effective,
		at("line-3-2", "li").Data, // until 29 March: left from the 30th, out of the team of then
		at("line-5", "li").Data.(event.AgentChanged).Team,
		*night.ClockIn, *night.ClockOut, *night.ShiftEnd,
		at("line-23", "M").Time.Format(time.RFC3339),
		at("line-28-4", "inquiry-28").Data, // the second promise
	}
	fte := int64(50)
	want := []any{
		event.Date("2024-01-01"),
		event.AgentChanged{Effective: "2024-03-30", Team: "parcels", Status: event.Left, Name: "李", FTEPercent: &fte, Duties: []string{"calls", "email"}},
		"parcels",
		event.Instant("2024-03-08T13:55:00Z"), event.Instant("2024-03-08T22:01:00Z"), event.Instant("2024-03-08T22:00:00Z"),
		"2024-03-05T02:00:00Z",
		event.CasePromised{Until: "2024-03-08T02:00:00Z", By: "wang"},
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("events (-got, +want):\n%s", diff)
	}

	days, calls := map[string]int{}, map[string]int{}
	shanghai := time.FixedZone("", 8*60*60)
	for _, e := range all {
		switch d := e.Data.(type) {
		case event.AttendanceRecorded:
			if d.Status == event.Worked {
				days[e.Subject]++
			}
		case event.CallEnded:
			calls[d.Agent+" "+d.Team+" "+e.Time.In(shanghai).Weekday().String()]++
		}
	}
	if diff := cmp.Diff(days, map[string]int{"li": 10, "wang": 2}); diff != "" {
		t.Errorf("days worked (-got, +want):\n%s", diff)
	}
	if n := calls["wang other Saturday"] + calls["wang other Sunday"]; n != 7 {
		t.Errorf("calls of Wang on the weekend: %d of %v, want 7", n, calls)
	}
}

func TestParseReading(t *testing.T) {
	for in, ok := range map[string]bool{"a=b": true, "a": false, "=b": false, "a=": false} {
		if r, got := scenario.ParseReading(in); got != ok || ok && r.String() != in {
			t.Errorf("ParseReading(%q) = %v, %t", in, r, got)
		}
	}
}
