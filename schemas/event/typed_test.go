package event_test

import (
	"fmt"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
	"github.com/google/go-cmp/cmp"
)

// exampleRows are the rows that the examples of all types become.
func exampleRows(t testing.TB) []event.Row {
	t.Helper()
	var rows []event.Row
	d := event.NewDecoder(stream())
	for _, typ := range event.Types() {
		for i, example := range typ.Examples {
			var row event.Row
			if err := d.Decode([]byte("x"), []byte(wholeEvent(typ, example)), appended, &row); err != nil {
				t.Fatalf("%s, example %d: %v", typ.Name, i, err)
			}
			row.Offset = int64(len(rows))
			rows = append(rows, row)
		}
	}
	return rows
}

// What a decoder lets in is read without the JSON library, and says what the library would say.
func TestReaderReadsWhatTheDecoderWrites(t *testing.T) {
	var reader event.Reader
	rows := exampleRows(t)
	for range 2 { // what one row leaves behind must not show in another
		for _, row := range rows {
			if row.Ext != "" && !event.PlanReads(&row) {
				t.Errorf("%s: the plan leaves %s to the JSON library", row.Type, row.Ext)
			}
			checkData(t, &reader, &row)
		}
	}
}

// checkData reads a row in both ways.
func checkData(t *testing.T, reader *event.Reader, row *event.Row) {
	t.Helper()
	want, wantErr := event.DataByReflection(row)
	got, err := reader.Data(row)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%s %s: got error %v, want %v", row.Type, row.Ext, err, wantErr)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("%s %s (-got, +want):\n%s", row.Type, row.Ext, diff)
	}
}

func TestReaderAgreesWithTheJSONLibrary(t *testing.T) {
	for _, c := range []struct{ name, typ, ext string }{
		{"escapes", "message.received", `{"customer":"a\n\u00e9\"b"}`},
		{"escape at the end", "message.received", `{"customer":"a\"}`},
		{"not closed", "message.received", `{"customer":"a"`},
		{"text after", "message.received", `{"customer":"a"} `},
		{"spaces", "message.received", ` { "customer" : "a" } `},
		{"comma at the end", "message.received", `{"customer":"a",}`},
		{"twice", "message.received", `{"customer":"a","customer":"b"}`},
		{"not UTF-8", "message.received", "{\"customer\":\"a\xff\"}"},
		{"Chinese", "message.received", `{"customer":"李娜"}`},
		{"control character", "message.received", "{\"customer\":\"a\tb\"}"},
		{"null", "message.received", `{"customer":null}`},
		{"empty object", "message.received", `{}`},
		{"empty", "message.received", ``},
		{"no object", "message.received", `"customer"`},
		{"kept member before", "message.received", `{"campaign":"x","customer":"a"}`},
		{"kept member after", "message.received", `{"customer":"a","zz":{"y":[1]}}`},
		{"hot column", "message.received", `{"queue":"other","customer":"a"}`},
		{"another order", "call.ended", `{"customer":"a","ivr_ms":7}`},
		{"minus zero", "call.ended", `{"ivr_ms":-0}`},
		{"negative", "call.ended", `{"ivr_ms":-12}`},
		{"leading zero", "call.ended", `{"ivr_ms":012}`},
		{"zero", "call.ended", `{"ivr_ms":0,"priority":10}`},
		{"18 digits", "call.ended", `{"ivr_ms":123456789012345678}`},
		{"19 digits", "call.ended", `{"ivr_ms":1234567890123456789}`},
		{"beyond int64", "call.ended", `{"ivr_ms":9223372036854775808}`},
		{"fraction", "call.ended", `{"ivr_ms":1.0}`},
		{"exponent", "call.ended", `{"ivr_ms":1e3}`},
		{"no digits", "call.ended", `{"ivr_ms":,"priority":1}`},
		{"holds", "call.ended", `{"holds":[{"duration_ms":1,"start_ms":2},{"duration_ms":3,"start_ms":4}],"priority":1}`},
		{"holds in another order", "call.ended", `{"holds":[{"start_ms":2,"duration_ms":1}]}`},
		{"half a hold", "call.ended", `{"holds":[{"duration_ms":1}]}`},
		{"no holds", "call.ended", `{"holds":[]}`},
		{"null holds", "call.ended", `{"holds":null}`},
		{"hold of nothing", "call.ended", `{"holds":[null]}`},
		{"anomalies with commas", "call.ended", `{"anomalies":["a,b]","c"]}`},
		{"list not closed", "call.ended", `{"anomalies":["a"`},
		{"comma at the end of a list", "call.ended", `{"anomalies":["a",]}`},
		{"true", "conversation.measured", `{"channel":"chat","converted":true}`},
		{"a word", "conversation.measured", `{"channel":"chat","converted":trues}`},
		{"given false", "incident.ruled", `{"serious":false,"by":"s"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			row := event.Row{ID: "e", Type: c.typ, Version: 1, Ext: c.ext}
			var reader event.Reader
			checkData(t, &reader, &row)
			row.Ext = "" // nothing of what was read stays behind
			checkData(t, &reader, &row)
		})
	}
}

func TestReaderRefusesUnknownTypes(t *testing.T) {
	var reader event.Reader
	for _, row := range []event.Row{{Type: "call.begun", Version: 1}, {Type: "call.ended", Version: 2}, {}} {
		if data, err := reader.Data(&row); err == nil {
			t.Errorf("row of %q version %d: got %v", row.Type, row.Version, data)
		}
	}
}

// Data that was returned is never written again.
func TestReaderReturnsDataOfItsOwn(t *testing.T) {
	var reader event.Reader
	rows := exampleRows(t)
	var got []event.Data
	for range 100 {
		for i := range rows {
			data, err := reader.Data(&rows[i])
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, data)
		}
	}
	for i, data := range got {
		want, err := event.DataByReflection(&rows[i%len(rows)])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(data, want); diff != "" {
			t.Fatalf("row %d (-got, +want):\n%s", i, diff)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, row := range exampleRows(f) {
		f.Add(row.Type, row.Ext, row.Text[event.TextAgent], row.Number[event.NumberTalkMS].Value, row.Number[event.NumberTalkMS].Valid)
	}
	f.Add("call.ended", `{"holds":[{"duration_ms":1,"start_ms":2}],"anomalies":["a","b"]}`, "li", int64(1), false)
	var reader event.Reader
	f.Fuzz(func(t *testing.T, typ, ext, text string, number int64, valid bool) {
		row := event.Row{ID: "e", Type: typ, Version: 1, Ext: ext}
		for i := range row.Text {
			row.Text[i] = fmt.Sprint(text, i)
		}
		for i := range row.Number {
			row.Number[i] = event.NullInt64{Value: number + int64(i), Valid: valid}
		}
		checkData(t, &reader, &row)
	})
}

func BenchmarkReader(b *testing.B) {
	for _, row := range exampleRows(b) {
		b.Run(row.Type, func(b *testing.B) {
			var reader event.Reader
			b.ReportAllocs()
			for b.Loop() {
				if _, err := reader.Data(&row); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
