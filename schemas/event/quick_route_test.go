package event_test

import (
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// ways are the ways in which sources write an envelope of which the decoder makes a route.
func ways() map[string]string {
	plain := eventOf("call", 1)
	id, source := `"id":"e-000000104729"`, `"source":"pbx-1"`
	return map[string]string{
		"compact":      plain,
		"with spaces":  python(plain),
		"indented":     indented(plain),
		"other order":  strings.Replace(plain, id+","+source, source+","+id, 1),
		"version last": strings.Replace(plain, `"specversion":"1.0",`, "", 1)[:len(plain)-len(`"specversion":"1.0",`)-1] + `,"specversion":"1.0"}`,
		"all members": strings.Replace(plain, source, source+`,"datacontenttype":"application/json","zone":"Asia/Shanghai","dataschema":"`+
			event.TypeOf(event.CallEnded{}).DataSchema()+`"`, 1),
	}
}

func TestRouteIsFollowed(t *testing.T) {
	for name, value := range ways() {
		t.Run(name, func(t *testing.T) {
			d := newDecoders(stream())
			key := []byte("conv-1234567")
			if !d.agree(t, key, []byte(value)) {
				t.Fatal("left to the strict path")
			}
			for _, change := range [][2]string{{"e-0000", "f-"}, {"pbx-1", "mail"}, {"pbx-1", "x"}, {"01:00:01.001Z", "09:00:02+08:00"}, {"answered", "abandoned"}} {
				other := strings.Replace(value, change[0], change[1], 1)
				if other == value {
					t.Fatalf("%q is not in %s", change[0], value)
				}
				if !event.Follows(d.quick, key, []byte(other), appended) {
					t.Errorf("not followed by %s", other)
				}
				d.agree(t, key, []byte(other))
			}
		})
	}
}

// TestRouteEndsAtWhatIsRefused holds what must not pass because the record before it did.
func TestRouteEndsAtWhatIsRefused(t *testing.T) {
	applied := map[[2]string]bool{}
	for name, value := range ways() {
		t.Run(name, func(t *testing.T) {
			d := newDecoders(stream())
			d.agree(t, []byte("conv-1234567"), []byte(value))
			for _, change := range [][2]string{
				{`"1.0"`, `"1.1"`}, {"e-000000104729", ""}, {"e-0000", `e\"-`}, {"e-0000", "e\u0085"}, {"pbx-1", strings.Repeat("x", 257)},
				{"call.ended", "call.begun"}, {`"conv-`, `"conv`}, {"01:00:01", "25:00:01"}, {"2024-03-04", "2031-03-04"},
				{"inbound", "sideways"}, {"application/json", "text/plain"}, {"Asia/Shanghai", "Mars/Olympus"}, {"call.ended:1", "call.ended:2"},
			} {
				other := strings.Replace(value, change[0], change[1], 1)
				if other == value { // only one way has all members
					continue
				}
				applied[change] = true
				if d.agree(t, []byte("conv-1234567"), []byte(other)) {
					t.Errorf("taken: %s", other)
				}
			}
		})
	}
	if len(applied) != 13 {
		t.Errorf("only these changes were in any of the ways: %v", applied)
	}
}

// bare returns envelopes of which no route can be made.
func bare() map[string]string {
	plain := eventOf("call", 1)
	data := plain[strings.Index(plain, `"data":`) : len(plain)-1]
	return map[string]string{
		"unknown member":        strings.Replace(plain, `"id"`, `"trace":"x","id"`, 1),
		"null":                  strings.Replace(plain, `"id"`, `"zone":null,"id"`, 1),
		"null at the end":       plain[:len(plain)-1] + `,"zone":null}`,
		"much white space":      strings.Replace(plain, `"id"`, strings.Repeat(" ", 2000)+`"id"`, 1),
		"white space behind it": plain + strings.Repeat("\n", 2000),
		"data before its type":  strings.Replace(strings.Replace(plain, ","+data, "", 1), `"id"`, data+`,"id"`, 1),
		"data before it, first": `{` + data + `,` + strings.Replace(plain, ","+data, "", 1)[1:],
	}
}

// TestNoRouteWhereItWouldLie holds that what has to be counted, or read in another order, is looked through each time.
func TestNoRouteWhereItWouldLie(t *testing.T) {
	for name, value := range bare() {
		t.Run(name, func(t *testing.T) {
			d := newDecoders(stream())
			if !d.agree(t, []byte("conv-1234567"), []byte(value)) {
				t.Fatal("left to the strict path")
			}
			if event.Follows(d.quick, []byte("conv-1234567"), []byte(value), appended) {
				t.Error("followed")
			}
		})
	}
}

// TestRouteIsLearnedAnew lets a source be replaced by one that writes otherwise, and two write in turns.
func TestRouteIsLearnedAnew(t *testing.T) {
	one, other := []byte(eventOf("call", 1)), []byte(python(eventOf("call", 1)))
	d, key := event.NewDecoder(stream()), []byte("conv-1234567")
	read := func(value []byte, times int) {
		t.Helper()
		for range times {
			var row event.Row
			if !event.DecodeQuickly(d, key, value, appended, &row) {
				t.Fatal("left to the strict path")
			}
		}
	}
	read(one, 1)
	for range 100 {
		read(other, 1)
		if !event.Follows(d, key, one, appended) {
			t.Fatal("two that take turns: the route changed")
		}
		read(one, 1)
	}
	read(other, 20)
	if !event.Follows(d, key, other, appended) {
		t.Error("the route of a source that is gone was kept")
	}
}
