package event_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// maxDetail bounds what a rejection may say, in bytes: it is stored with every rejected record.
const maxDetail = 1500

func FuzzDecode(f *testing.F) {
	for _, typ := range event.Types() {
		for _, example := range typ.Examples {
			f.Add([]byte("s-1"), []byte(typ.ExampleEvent(example)))
		}
	}
	f.Add([]byte("c1"), []byte(edit("li", `l\ud83d\ude00`)))
	f.Add([]byte("c1"), []byte(edit(`"talk_ms":1000`, `"holds":[{"duration_ms":-0,"start_ms":1}],"kept":{"b":1e400,"a":[null]}`)))
	f.Add([]byte("c1"), []byte(strings.Repeat("[", 20_000)))
	f.Add([]byte("x"), []byte(wholeEvent(event.TypeOf(event.IncidentRuled{}), `{"by":"s","serious":false,"verdict":"upheld","subjects":[]}`)))
	f.Add([]byte("x"), []byte(wholeEvent(event.TypeOf(event.IncidentReported{}), `{"agent":"l","subjects":["x"],"serious":false,"kept":true}`)))
	f.Add([]byte("x"), []byte(wholeEvent(event.TypeOf(event.ReviewScored{}),
		`{"period":"2024-03","template":"t","reviewer":"r","confirmed":false,"findings":[{"reason":"a\nb","count":1,"finding":"\u0078"}],"checks":[]}`)))
	s := stream()
	s.Keep = []string{"kept"}
	d := event.NewDecoder(s)
	f.Fuzz(func(t *testing.T, key, value []byte) {
		before := string(value)
		var row event.Row
		err := d.Decode(key, value, appended, &row)
		if string(value) != before {
			t.Error("the record was changed")
		}
		if err != nil {
			checkInvalid(t, err)
			return
		}
		if !json.Valid(value) {
			t.Error("accepted, but encoding/json calls it no JSON")
		}
		checkRoundTrip(t, row)
	})
}

func checkInvalid(t *testing.T, err error) {
	t.Helper()
	inv := new(event.Invalid)
	switch {
	case !errors.As(err, &inv):
		t.Errorf("got %v, want an Invalid", err)
	case !slices.Contains(event.Reasons(), inv.Reason):
		t.Errorf("unknown reason %q", inv.Reason)
	case inv.Detail == "" || len(inv.Detail) > maxDetail || !utf8.ValidString(inv.Detail):
		t.Errorf("detail of %d bytes: %q", len(inv.Detail), inv.Detail)
	}
}

// checkRoundTrip encodes a row and decodes it again. Kept members are no part of the typed event and get lost.
func checkRoundTrip(t *testing.T, row event.Row) {
	t.Helper()
	typed, err := row.Event(event.Partition{})
	if err != nil {
		t.Fatalf("accepted, but not readable: %v", err)
	}
	value, err := event.Encode(&typed)
	if err != nil {
		t.Fatalf("accepted, but not to be written again: %v", err)
	}
	var again event.Row
	if err := event.NewDecoder(stream()).Decode([]byte(typed.Subject), value, appended, &again); err != nil {
		t.Fatalf("written again as %s: %v", value, err)
	}
	if strings.Contains(row.Ext, `"kept":`) {
		row.Ext, again.Ext = "", ""
	}
	if diff := cmp.Diff(again, row); diff != "" {
		t.Errorf("decoded again (-got, +want):\n%s", diff)
	}
}

func FuzzRowEvent(f *testing.F) {
	for _, typ := range event.Types() {
		for _, example := range typ.Examples {
			f.Add(typ.Name, typ.Version, example)
		}
	}
	f.Add("call.ended", uint16(1), `{"agent":"wang","talk_ms":7}`)
	f.Add("call.ended", uint16(1), `{"holds":[{"start_ms":9223372036854775808}]}`)
	f.Add("call.begun", uint16(1), "")
	f.Fuzz(func(t *testing.T, name string, version uint16, ext string) {
		row := event.Row{Company: "express", Subject: "s", ID: "e", Type: name, Version: version, Ext: ext}
		row.Text[event.TextAgent] = "li"
		typed, err := row.Event(event.Partition{})
		if err != nil {
			return
		}
		if typed.Data == nil {
			t.Fatal("neither data nor an error")
		}
		if call, ok := typed.Data.(event.CallEnded); ok && (call.Agent != "li" || call.TalkMS != nil) {
			t.Errorf("ext overruled the columns: agent %q, talk %v", call.Agent, call.TalkMS)
		}
	})
}

// FuzzQuick holds the quick path against the strict one: whatever it takes, the JSON library takes, and the row is the same.
func FuzzQuick(f *testing.F) {
	for _, value := range wholeEvents() {
		f.Add("x", []byte(value), byte(0))
	}
	for i, piece := range hostile {
		for _, old := range []string{`li`, `"li"`, `1000`, `"agent":"li",`, `"id":"e1",`, `Z`, `2024-03-04T01:59:00Z`, `"talk_ms"`, `}}`} {
			f.Add("c1", []byte(edit(old, piece)), byte(i))
			f.Add("c1", []byte(edit(old, old+piece)), byte(i))
		}
	}
	f.Add("c1", []byte(strings.Repeat("[", 200)), byte(0))
	f.Add("c1", []byte(edit(`"talk_ms":1000`, `"x":`+strings.Repeat(`{"a":`, 20)+`1`+strings.Repeat(`}`, 20))), byte(0))
	f.Add("c1", []byte(edit(`"talk_ms":1000`, `"holds":[{"duration_ms":1,"start_ms":0},{"start_ms":5,"duration_ms":2}],"anomalies":["a","b"]`)), byte(0))
	f.Add("c1", []byte(edit(`"talk_ms":1000`, `"holds":[{"start_ms":1,"duration_ms":2,"start_ms":1}]`)), byte(0))
	var all []*decoders // they live on: what one record left behind must not show in the next
	for _, change := range []func(*event.Stream){
		func(*event.Stream) {},
		func(s *event.Stream) { s.Keep = []string{"mood", "x"} },
		func(s *event.Stream) { s.Backward = 0 },
		func(s *event.Stream) { s.Zone, s.Backward, s.Forward = "UTC", time.Hour, 0 },
		func(s *event.Stream) { s.MaxBytes = 300 },
	} {
		s := stream()
		change(&s)
		all = append(all, newDecoders(s))
	}
	f.Fuzz(func(t *testing.T, key string, value []byte, settings byte) {
		before := string(value)
		all[int(settings)%len(all)].agree(t, []byte(key), value)
		if string(value) != before {
			t.Error("the record was changed")
		}
	})
}
