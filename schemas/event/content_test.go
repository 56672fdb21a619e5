package event_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// What an event says has the same bytes however it got into memory.
func TestCanonicalIsTheContentOfTheRow(t *testing.T) {
	for _, row := range exampleRows(t) {
		want := row.AppendContent(nil)
		e, err := row.Event(event.Partition{Stream: "s"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Canonical()
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: made in memory %q, %v, read %q", row.Type, got, err, want)
		}
		e.Content = []byte("read")
		if got, err := e.Canonical(); err != nil || string(got) != "read" {
			t.Errorf("%s: got %q, %v, want the content it was read with", row.Type, got, err)
		}
	}
}

func TestCanonicalRefusesWhatNoDecoderLetsIn(t *testing.T) {
	for name, e := range map[string]event.Event{
		"no data":   {Time: appended, Zone: "UTC"},
		"bad value": {Time: appended, Zone: "UTC", Data: event.CallEnded{Direction: "sideways", Outcome: event.Answered}},
	} {
		if got, err := e.Canonical(); err == nil {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// The bytes are part of what a closed month is proven with: they never change.
func TestContentStaysWhatItIs(t *testing.T) {
	row := event.Row{
		Company: "express", Subject: "s", Source: "pbx", ID: "e", Offset: 7, AppendTime: 9, Type: "call.ended", Version: 1, Zone: "UTC",
		Time: time.Date(2024, 3, 4, 1, 59, 0, 0, time.UTC).UnixMilli(), Ext: `{"ivr_ms":1}`,
		Text:   [event.TextColumns]string{"li", "express", "", "inbound", "answered"},
		Number: [event.NumberColumns]event.NullInt64{{Value: 12_000, Valid: true}, {Value: 0, Valid: true}, {}},
	}
	const want = "0a63616c6c2e656e646564" + "01" + "03555443" + "a08a2f078e010000" + "026c69" + "0765787072657373" + "00" + "07696e626f756e64" + "08616e737765726564" +
		"01c0bb01" + "0100" + "00" + "0c7b226976725f6d73223a317d"
	if got := hex.EncodeToString(row.AppendContent(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Every part of what a row says shows in the bytes, and nothing else does.
func TestContentTellsRowsApart(t *testing.T) {
	base := event.Row{Type: "call.ended", Version: 1, Zone: "UTC", Time: 5, Ext: strings.Repeat("x", 200)}
	seen := map[string]string{string(base.AppendContent(nil)): "base"}
	for name, change := range map[string]func(*event.Row){
		"type":         func(r *event.Row) { r.Type = "call" },
		"version":      func(r *event.Row) { r.Version = 300 },
		"zone":         func(r *event.Row) { r.Zone = "" },
		"time":         func(r *event.Row) { r.Time = -5 },
		"first text":   func(r *event.Row) { r.Text[0] = "a" },
		"second text":  func(r *event.Row) { r.Text[1] = "a" },
		"zero":         func(r *event.Row) { r.Number[0].Valid = true },
		"another zero": func(r *event.Row) { r.Number[1].Valid = true },
		"number":       func(r *event.Row) { r.Number[0] = event.NullInt64{Value: -1, Valid: true} },
		"ext":          func(r *event.Row) { r.Ext = "" },
		"longer ext":   func(r *event.Row) { r.Ext += "x" },
	} {
		row := base
		change(&row)
		content := string(row.AppendContent(nil))
		if other, ok := seen[content]; ok {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[content] = name
	}
	same := base
	same.Company, same.Subject, same.Source, same.ID, same.Offset, same.AppendTime = "c", "s", "p", "i", 1, 2
	if seen[string(same.AppendContent(nil))] != "base" {
		t.Error("what an event says depends on who said it or on where it stood")
	}
}
