package event_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// TestDecodeIsStrict holds the cases in which lenient readers differ from each other. The empty reason means accepted.
func TestDecodeIsStrict(t *testing.T) {
	at := func(text string) string { return edit("2024-03-04T01:59:00Z", text) }
	for _, c := range []struct {
		name, value string
		want        event.Reason
	}{
		{"byte order mark", "\ufeff" + plain, event.InvalidJSON},
		{"NUL after the object", plain + "\x00", event.InvalidJSON},
		{"NUL within", edit("li", "l\x00"), event.InvalidJSON},
		{"escaped NUL", edit("li", `l\u0000`), event.InvalidValue},
		{"white space around", " \t\r\n" + plain + "\n\n ", ""},
		{"comment", plain + "// done", event.InvalidJSON},
		{"trailing comma", edit(`1000}`, `1000,}`), event.InvalidJSON},
		{"NaN", edit("1000", "NaN"), event.InvalidJSON},
		{"plus sign", edit("1000", "+1000"), event.InvalidJSON},
		{"minus zero", edit("1000", "-0"), ""},
		{"a million digits", edit("1000", strings.Repeat("9", 1_000_000)), event.InvalidValue},
		{"a million digits nobody reads", edit(`"talk_ms":1000`, `"x":`+strings.Repeat("9", 1_000_000)), ""},
		{"deep", edit(`"talk_ms":1000`, `"x":`+strings.Repeat("[", 9_000)+strings.Repeat("]", 9_000)), ""},
		{"too deep", edit(`"talk_ms":1000`, `"x":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)), event.InvalidJSON},
		{"deep and broken", edit(`"talk_ms":1000`, `"x":`+strings.Repeat(`{"a":`, 100_000)), event.InvalidJSON},
		{"name in escapes", edit(`"agent"`, `"\u0061gent"`), ""},
		{"name in capitals is another name", edit(`"direction"`, `"Direction"`), event.MissingField},
		{"duplicate that nobody reads", edit(`"talk_ms":1000`, `"x":{"a":1,"a":2}`), event.DuplicateKey},
		{"data before type", `{"data":{"outcome":"answered","direction":"inbound"},"zone":null,"time":"2024-03-04T01:59:00Z","subject":"c1","type":"call.ended","source":"pbx","id":"e1","specversion":"1.0"}`, ""},
		{"null attribute is an absent one", edit(`"id"`, `"zone":null,"dataschema":null,"datacontenttype":null,"id"`), ""},
		{"null required attribute", edit(`"pbx"`, `null`), event.MissingField},
		{"C1 control character", edit("li", "l\u0085"), event.InvalidValue},
		{"optional enumeration left empty", strings.NewReplacer("call.ended", "agent.changed", `"direction":"inbound","outcome":"answered","agent":"li","talk_ms":1000`,
			`"effective":"2024-03-01","team":"x","status":""`).Replace(plain), event.InvalidValue},
		{"no duties", strings.NewReplacer("call.ended", "agent.changed", `"direction":"inbound","outcome":"answered","agent":"li","talk_ms":1000`,
			`"effective":"2024-03-01","team":"x","duties":[]`).Replace(plain), event.InvalidValue},
		{"list with an empty text", edit(`"talk_ms":1000`, `"anomalies":[""]`), event.InvalidValue},
		{"unknown member of a hold", edit(`"talk_ms":1000`, `"holds":[{"start_ms":1,"duration_ms":1,"x":1}]`), event.InvalidValue},
		{"duplicate member of a hold", edit(`"talk_ms":1000`, `"holds":[{"start_ms":1,"start_ms":1}]`), event.DuplicateKey},

		{"offset", at("2024-03-04T09:59:00+08:00"), ""},
		{"many digits", at("2024-03-04T01:59:00." + strings.Repeat("1", 200) + "Z"), ""},
		{"fraction without digits", at("2024-03-04T01:59:00.Z"), event.InvalidValue},
		{"comma", at("2024-03-04T01:59:00,5Z"), event.InvalidValue},
		{"leap second", at("2016-12-31T23:59:60Z"), event.InvalidValue},
		{"24:00", at("2024-03-03T24:00:00Z"), event.InvalidValue},
		{"hour of one digit", at("2024-03-04T1:59:00Z"), event.InvalidValue},
		{"small t", at("2024-03-04t01:59:00Z"), event.InvalidValue},
		{"small z", at("2024-03-04T01:59:00z"), event.InvalidValue},
		{"no offset", at("2024-03-04T01:59:00"), event.InvalidValue},
		{"offset of a day", at("2024-03-04T01:59:00+24:00"), event.InvalidValue},
		{"offset of 60 minutes", at("2024-03-04T01:59:00+00:60"), event.InvalidValue},
		{"offset without colon", at("2024-03-04T01:59:00+0000"), event.InvalidValue},
		{"text after", at("2024-03-04T01:59:00ZZ"), event.InvalidValue},
		{"before the year 0", at("0000-01-01T00:00:00+23:59"), event.TimeOutOfBounds},
		{"after the year 9999", at("9999-12-31T23:59:59-23:59"), event.TimeOutOfBounds},

		{"zone of the machine", edit(`"id"`, `"zone":"localtime","id"`), event.InvalidValue},
		{"zone with leap seconds", edit(`"id"`, `"zone":"right/Asia/Shanghai","id"`), event.InvalidValue},
		{"zone that climbs", edit(`"id"`, `"zone":"../zoneinfo/Asia/Shanghai","id"`), event.InvalidValue},
		{"zone from the root", edit(`"id"`, `"zone":"/etc/localtime","id"`), event.InvalidValue},
		{"zone without a name", edit(`"id"`, `"zone":"","id"`), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var row event.Row
			err := event.NewDecoder(stream()).Decode([]byte("c1"), []byte(c.value), appended, &row)
			if got := reasonOf(err); got != c.want {
				t.Errorf("got reason %q (%.300v), want %q", got, err, c.want)
			}
		})
	}
}

func TestInstantsOfDataHaveYearsThatCanBeWritten(t *testing.T) {
	typ := event.TypeOf(event.AttendanceRecorded{})
	for text, want := range map[string]event.Reason{
		"1900-01-01T00:00:00Z":      "",
		"9999-12-31T23:59:59Z":      "",
		"1900-01-01T00:00:00+00:01": event.InvalidValue,
		"9999-12-31T23:59:59-00:01": event.InvalidValue,
		"0000-01-01T00:00:00Z":      event.InvalidValue,
	} {
		var row event.Row
		value := wholeEvent(typ, `{"date":"2024-03-04","status":"worked","clock_in":"`+text+`"}`)
		err := event.NewDecoder(stream()).Decode([]byte("x"), []byte(value), appended, &row)
		if got := reasonOf(err); got != want {
			t.Errorf("%s: got reason %q, want %q", text, got, want)
		}
	}
}

// reasonOf returns why a record was rejected, "" when it was not.
func reasonOf(err error) event.Reason {
	if inv := new(event.Invalid); errors.As(err, &inv) {
		return inv.Reason
	}
	return ""
}

func TestWaysOfWritingAreStoredTheSame(t *testing.T) {
	want := `{"holds":[{"duration_ms":0,"start_ms":1}],"customer":"c1"}`
	for name, members := range map[string]string{
		"as the schema has it": `"holds":[{"start_ms":1,"duration_ms":0}],"customer":"c1"`,
		"another order":        `"customer":"c1","holds":[{"duration_ms":0,"start_ms":1}]`,
		"escapes and spaces":   `"cust\u006fmer" : "\u00631" , "holds" : [ {"start_ms" : 1, "duration_ms" : -0} ]`,
		"empty ones":           `"customer":"c1","anomalies":[],"queue":"","holds":[{"start_ms":1,"duration_ms":0}]`,
	} {
		var row event.Row
		if err := event.NewDecoder(stream()).Decode([]byte("c1"), []byte(edit(`"talk_ms":1000`, members)), appended, &row); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.Ext, want); diff != "" {
			t.Errorf("%s: ext (-got, +want):\n%s", name, diff)
		}
	}
}

// TestDecoderMemoryIsBounded feeds ever new names: what the decoder remembers of them must not grow without end.
func TestDecoderMemoryIsBounded(t *testing.T) {
	d := event.NewDecoder(stream())
	for i := range 3 * event.MaxKnown {
		var row event.Row
		if err := d.Decode([]byte("c1"), []byte(edit("li", "agent-"+strconv.Itoa(i))), appended, &row); err != nil {
			t.Fatal(err)
		}
		if n := event.KnownTexts(d); n > event.MaxKnown {
			t.Fatalf("%d texts remembered, at most %d", n, event.MaxKnown)
		}
	}
}
