package event_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

var appended = time.Date(2024, 3, 4, 2, 0, 0, 0, time.UTC)

func stream() event.Stream {
	return event.Stream{Name: "events", Topic: "events", Company: "express", Zone: "Asia/Shanghai",
		Backward: event.DefaultBackward, Forward: event.DefaultForward, MaxBytes: event.DefaultMaxBytes}
}

const plain = `{"specversion":"1.0","id":"e1","source":"pbx","type":"call.ended","subject":"c1","time":"2024-03-04T01:59:00Z","data":{"direction":"inbound","outcome":"answered","agent":"li","talk_ms":1000}}`

// edit returns the plain event with one part of its text replaced.
func edit(old, new string) string {
	if !strings.Contains(plain, old) {
		panic("not in the event: " + old)
	}
	return strings.Replace(plain, old, new, 1)
}

func TestDecodeRejects(t *testing.T) {
	for _, c := range []struct {
		name, key, value string
		want             event.Reason
	}{
		{"record too large", "c1", edit(`"li"`, `"`+strings.Repeat("x", 2<<20)+`"`), event.TooLarge},
		{"long field", "c1", edit(`"li"`, `"`+strings.Repeat("x", 257)+`"`), event.FieldTooLong},
		{"long escaped field", "c1", edit(`"li"`, `"`+strings.Repeat(`\u0041`, 257)+`"`), event.FieldTooLong},
		{"wrong key", "c2", plain, event.WrongKey},
		{"no key", "", plain, event.WrongKey},
		{"not UTF-8", "c1", edit("li", "l\xff"), event.InvalidUTF8},
		{"unpaired surrogate", "c1", edit("li", `\ud800`), event.InvalidJSON},
		{"duplicate attribute", "c1", edit(`"id":"e1"`, `"id":"e1","id":"e1"`), event.DuplicateKey},
		{"duplicate member", "c1", edit(`"agent":"li"`, `"agent":"li","\u0061gent":"wang"`), event.DuplicateKey},
		{"broken", "c1", plain[:60], event.InvalidJSON},
		{"empty", "c1", "", event.InvalidJSON},
		{"not an object", "c1", `[]`, event.InvalidJSON},
		{"two objects", "c1", plain + plain, event.InvalidJSON},
		{"leading zero", "c1", edit("1000", "0100"), event.InvalidJSON},
		{"control character", "c1", edit("li", "l\x01"), event.InvalidJSON},
		{"escaped control character", "c1", edit("li", `l\u0001`), event.InvalidValue},
		{"missing attribute", "c1", edit(`"source":"pbx",`, ""), event.MissingField},
		{"missing member", "c1", edit(`"direction":"inbound",`, ""), event.MissingField},
		{"null member", "c1", edit(`"inbound"`, "null"), event.MissingField},
		{"null option", "c1", edit(`"li"`, "null"), event.WrongType},
		{"number as text", "c1", edit("1000", `"1000"`), event.WrongType},
		{"text as number", "c1", edit(`"li"`, "7"), event.WrongType},
		{"fraction", "c1", edit("1000", "1000.0"), event.WrongType},
		{"exponent", "c1", edit("1000", "1e3"), event.WrongType},
		{"data is a list", "c1", plain[:strings.Index(plain, `{"direction`)] + "[]}", event.WrongType},
		{"negative", "c1", edit("1000", "-1"), event.InvalidValue},
		{"beyond 2^53", "c1", edit("1000", "9007199254740992"), event.InvalidValue},
		{"beyond int64", "c1", edit("1000", "99999999999999999999"), event.InvalidValue},
		{"enumeration", "c1", edit("inbound", "sideways"), event.InvalidValue},
		{"specversion", "c1", edit(`"1.0"`, `"0.3"`), event.InvalidValue},
		{"zone", "c1", edit(`"id"`, `"zone":"Mars/Olympus","id"`), event.InvalidValue},
		{"the machine's zone", "c1", edit(`"id"`, `"zone":"Local","id"`), event.InvalidValue},
		{"time", "c1", edit("2024-03-04T01:59:00Z", "2024-03-04 01:59:00"), event.InvalidValue},
		{"no such day", "c1", edit("2024-03-04T01:59:00Z", "2024-02-30T01:59:00Z"), event.InvalidValue},
		{"hold", "c1", edit(`"talk_ms":1000`, `"holds":[{"start_ms":1}]`), event.MissingField},
		{"hold of texts", "c1", edit(`"talk_ms":1000`, `"holds":["x"]`), event.WrongType},
		{"unknown type", "c1", edit("call.ended", "call.begun"), event.UnknownType},
		{"unknown version", "c1", edit(`"id"`, `"dataschema":"urn:deskpulse:call.ended:2","id"`), event.UnknownVersion},
		{"schema of another", "c1", edit(`"id"`, `"dataschema":"urn:deskpulse:agent.changed:1","id"`), event.InvalidValue},
		{"clock in 1970", "c1", edit("2024-03-04T01:59:00Z", "1970-01-01T00:00:00Z"), event.TimeOutOfBounds},
		{"clock in 2100", "c1", edit("2024-03-04T01:59:00Z", "2100-01-01T00:00:00Z"), event.TimeOutOfBounds},
		{"eleven minutes ahead", "c1", edit("2024-03-04T01:59:00Z", "2024-03-04T02:11:00Z"), event.TimeOutOfBounds},
	} {
		t.Run(c.name, func(t *testing.T) {
			var row event.Row
			err := event.NewDecoder(stream()).Decode([]byte(c.key), []byte(c.value), appended, &row)
			inv := new(event.Invalid)
			if !errors.As(err, &inv) {
				t.Fatalf("got %v, want an Invalid", err)
			}
			if inv.Reason != c.want {
				t.Errorf("got %v, want reason %s", inv, c.want)
			}
			if len(inv.Detail) > 600 || inv.Detail == "" {
				t.Errorf("detail of %d bytes: %.700s", len(inv.Detail), inv.Detail)
			}
		})
	}
}

func TestExamplesSurviveTheWay(t *testing.T) {
	for _, typ := range event.Types() {
		for _, example := range typ.Examples {
			t.Run(typ.Name, func(t *testing.T) {
				value := `{"specversion":"1.0","id":"e1","source":"s","type":"` + typ.Name + `","subject":"x","time":"2024-03-04T01:59:00.5Z","data":` + example + `}`
				first := decode(t, value)
				again, err := event.Encode(&first)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(decode(t, string(again)), first); diff != "" {
					t.Errorf("decoded again (-got, +want):\n%s", diff)
				}
				if !strings.HasSuffix(string(again), `"data":`+example+`}`) {
					t.Errorf("encoded again:\n got %s\nwant its data to be %s", again, example)
				}
			})
		}
	}
}

func decode(t *testing.T, value string) event.Event {
	t.Helper()
	var row event.Row
	if err := event.NewDecoder(stream()).Decode([]byte("x"), []byte(value), appended, &row); err != nil {
		t.Fatal(err)
	}
	e, err := row.Event(event.Partition{Stream: "events"})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestMembersInAnyOrderAreStoredTheSame(t *testing.T) {
	a := edit(`"agent":"li"`, `"customer":"c\u0031","queue":"q","priority":1`)
	b := edit(`"agent":"li"`, `"priority":1, "queue":"q","customer":"c1"`)
	var ra, rb event.Row
	d := event.NewDecoder(stream())
	for v, row := range map[string]*event.Row{a: &ra, b: &rb} {
		if err := d.Decode([]byte("c1"), []byte(v), appended, row); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(ra, rb); diff != "" {
		t.Errorf("(-got, +want):\n%s", diff)
	}
}

func TestUnknownMembersAreCountedOrKept(t *testing.T) {
	s := stream()
	s.Keep = []string{"mood"}
	d := event.NewDecoder(s)
	var row event.Row
	value := edit(`"agent":"li"`, `"weather":"rain","mood":{"x": 1}`)
	if err := d.Decode([]byte("c1"), []byte(value), appended, &row); err != nil {
		t.Fatal(err)
	}
	if got, want := row.Ext, `{"mood":{"x":1}}`; got != want {
		t.Errorf("ext: got %s, want %s", got, want)
	}
	if n := d.TakeUnknown(); n != 1 {
		t.Errorf("unknown: got %d, want 1", n)
	}
	if _, err := row.Event(event.Partition{}); err != nil {
		t.Errorf("a kept member must not disturb readers: %v", err)
	}
}
