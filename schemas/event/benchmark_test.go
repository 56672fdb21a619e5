package event_test

import (
	"fmt"
	"testing"

	"github.com/deskpulse/deskpulse/schemas/event"
)

// BenchmarkDecodeExamples decodes the first example of each type, which has every member.
func BenchmarkDecodeExamples(b *testing.B) {
	for _, typ := range event.Types() {
		b.Run(typ.Name, func(b *testing.B) { decodeAll(b, []byte("x"), wholeEvent(typ, typ.Examples[0])) })
	}
}

// kinds are what sources send most: events of 2,000 agents.
var kinds = []string{"call", "message", "conversation", "held call", "python", "escapes", "strange", "mix"}

// BenchmarkDecode decodes them, each kind alone and all of them mixed.
func BenchmarkDecode(b *testing.B) {
	for _, kind := range kinds {
		b.Run(kind, func(b *testing.B) { decodeAll(b, []byte("conv-1234567"), traffic(kind)...) })
	}
}

// BenchmarkDecodeStrictly is what the quick path saves.
func BenchmarkDecodeStrictly(b *testing.B) {
	d, key, value := event.NewDecoder(stream()), []byte("conv-1234567"), []byte(traffic("call")[0])
	var row event.Row
	b.ReportAllocs()
	b.SetBytes(int64(len(value)))
	for b.Loop() {
		if err := event.DecodeStrictly(d, key, value, appended, &row); err != nil {
			b.Fatal(err)
		}
	}
}

func decodeAll(b *testing.B, key []byte, texts ...string) {
	d, bytes := event.NewDecoder(stream()), 0
	values := make([][]byte, len(texts))
	for i, text := range texts {
		values[i] = []byte(text)
		bytes += len(text)
	}
	b.ReportAllocs()
	b.SetBytes(int64(bytes / len(texts)))
	var row event.Row
	i := 0
	for b.Loop() {
		if err := d.Decode(key, values[i], appended, &row); err != nil {
			b.Fatal(err)
		}
		if i++; i == len(values) {
			i = 0
		}
	}
}

// traffic returns 4,096 events of one kind, all of conversation conv-1234567, as they follow each other in a partition.
func traffic(kind string) []string {
	turns := []string{kind}
	if kind == "mix" {
		turns = []string{"call", "message", "message", "conversation", "message", "call", "message", "held call"}
	}
	all := make([]string, 4096)
	for i := range all {
		all[i] = eventOf(turns[i*2654435761>>7%len(turns)], i)
	}
	return all
}

// eventOf returns the i-th event of a kind. Agents come in no order, and so do the kinds.
func eventOf(kind string, i int) string {
	agent, id, queue := fmt.Sprintf("agent-%04d", i*7919%2000), i*104_729%1_000_000, fmt.Sprintf("parcels-%d", i%7)
	call := fmt.Sprintf(`"direction":"inbound","outcome":"answered","agent":"%s","queue":"%s","talk_ms":%d`, agent, queue, i*37)
	typ, data := "call.ended", call
	switch kind {
	case "message":
		typ, data = "message.sent", `"author":"agent","visibility":"public","agent":"`+agent+`","team":"express"`
	case "conversation":
		typ, data = "conversation.opened", fmt.Sprintf(`"channel":"email","team":"express","queue":"%s","customer":"c-%d","region":"abroad","priority":2`, queue, id)
	case "held call":
		data = call + fmt.Sprintf(`,"holds":[{"start_ms":%d,"duration_ms":11000}]`, i*11)
	case "escapes":
		data = php(`"text":"\u4f60\u597d,\nhttps://x","team":"特快","queue":"包裹","agent":"` + agent + `","direction":"inbound","outcome":"answered"`)
	case "strange":
		data = `"trunk":"sip-4","mos":4.1,"recorded":true,` + call
	}
	at := fmt.Sprintf("2024-03-04T01:%02d:%02d.%03dZ", i/60%60, i%60, i%1000)
	text := fmt.Sprintf(`{"specversion":"1.0","id":"e-%012d","source":"pbx-1","type":"%s","subject":"conv-1234567","time":"%s","data":{%s}}`, id, typ, at, data)
	if kind == "python" {
		return python(text)
	}
	return text
}
