package main_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"

	"github.com/deskpulse/deskpulse/deploy/embedded"
	"github.com/deskpulse/deskpulse/ingest/simulate"
	"github.com/deskpulse/deskpulse/schemas/event"
)

// produce writes records to a topic of a running `up` as another program would.
func produce(t *testing.T, dir, topic string, messages ...kafka.Message) {
	t.Helper()
	endpoints, err := embedded.ReadEndpoints(dir)
	if err != nil {
		t.Fatal(err)
	}
	transport := &kafka.Transport{MetadataTTL: time.Second}
	defer transport.CloseIdleConnections()
	w := &kafka.Writer{
		Addr: kafka.TCP(endpoints.Kafka...), Topic: topic, Transport: transport, RequiredAcks: kafka.RequireAll,
		Balancer: kafka.Murmur2Balancer{}, BatchBytes: 8 << 20, BatchSize: 1000, BatchTimeout: 5 * time.Millisecond,
	}
	defer w.Close()
	if err := w.WriteMessages(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
}

// envelope is a valid event; each case of the table spoils one thing.
func envelope(id string, at time.Time) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"pbx","type":"call.ended","subject":"call-1","time":%q,`+
		`"dataschema":"urn:deskpulse:call.ended:1","data":{"direction":"inbound","outcome":"answered","agent":"a","talk_ms":1000}}`,
		id, at.UTC().Format("2006-01-02T15:04:05.000Z"))
}

type rejectedRecord struct {
	Stream, Detail string
	Reason         event.Reason
	Bytes          int
}

// TestRejectionTable produces every kind of record that cannot become an event and wants each to be listed with its reason,
// and a valid one beside them to be accepted.
func TestRejectionTable(t *testing.T) {
	now := time.Now()
	good := envelope("good", now)
	table := []struct {
		name   string
		reason event.Reason
		value  string
	}{
		{"unknown type", event.UnknownType, strings.Replace(good, `"call.ended"`, `"call.begun"`, 1)},
		{"unknown version", event.UnknownVersion, strings.Replace(good, "call.ended:1", "call.ended:9", 1)},
		{"broken JSON", event.InvalidJSON, good[:len(good)-3]},
		{"no JSON at all", event.InvalidJSON, "\x00\x01"},
		{"nothing", event.InvalidJSON, ""},
		{"wrong type", event.WrongType, strings.Replace(good, `"talk_ms":1000`, `"talk_ms":"1000"`, 1)},
		{"missing field", event.MissingField, strings.Replace(good, `"outcome":"answered",`, "", 1)},
		{"value outside", event.InvalidValue, strings.Replace(good, `"answered"`, `"perhaps"`, 1)},
		{"field of 2 MB", event.TooLarge, strings.Replace(good, `"agent":"a"`, `"agent":"`+strings.Repeat("a", 2<<20)+`"`, 1)},
		{"field too long", event.FieldTooLong, strings.Replace(good, `"agent":"a"`, `"agent":"`+strings.Repeat("a", 1000)+`"`, 1)},
		{"clock in 1970", event.TimeOutOfBounds, envelope("old", time.Unix(0, 0))},
		{"clock in 2100", event.TimeOutOfBounds, envelope("new", time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))},
		{"invalid UTF-8", event.InvalidUTF8, strings.Replace(good, `"a"`, "\"a\xff\"", 1)},
		{"duplicate key", event.DuplicateKey, strings.Replace(good, `"agent":"a"`, `"agent":"a","agent":"b"`, 1)},
	}
	dir := t.TempDir()
	start(t, "up", "--data", dir)
	messages := []kafka.Message{{Key: []byte("call-1"), Value: []byte(good)}, {Key: []byte("call-2"), Value: []byte(good)}}
	want := map[event.Reason]int{event.WrongKey: 1}
	for _, row := range table {
		messages = append(messages, kafka.Message{Key: []byte("call-1"), Value: []byte(row.value)})
		want[row.reason]++
	}
	produce(t, dir, "events", messages...)
	verifyClean(t, dir)

	type list struct {
		Rejected int
		Reasons  map[event.Reason]int
		Records  []rejectedRecord
	}
	got := jsonOf[list](t, "deadletter", "list", "--data", dir, "--limit", "100")
	if diff := cmp.Diff(got.Reasons, want); diff != "" || got.Rejected != len(table)+1 {
		t.Errorf("%d rejected, reasons (-got, +want):\n%s", got.Rejected, diff)
	}
	for _, row := range table {
		if !slices.ContainsFunc(got.Records, func(r rejectedRecord) bool {
			return r.Stream == "events" && r.Reason == row.reason && r.Bytes == len(row.value) && r.Detail != ""
		}) {
			t.Errorf("%s: not listed as %s with its %d bytes", row.name, row.reason, len(row.value))
		}
	}
	one := jsonOf[list](t, "deadletter", "list", "--data", dir, "--reason", string(event.TimeOutOfBounds), "--limit", "1")
	if one.Rejected != 2 || len(one.Records) != 1 {
		t.Errorf("by reason: %d counted, %d listed; want 2 and 1", one.Rejected, len(one.Records))
	}
	if text := ok(t, "deadletter", "list", "--data", dir, "--limit", "100"); strings.ContainsAny(text, "\x00\x01") || !utf8.ValidString(text) {
		t.Errorf("the text is not safe to print: %q", text)
	}
}

// TestOrderAndCopiesDoNotMatter produces one month for two companies, for one of them shuffled and with every twentieth
// record twice: the tables are the same, byte for byte.
func TestOrderAndCopiesDoNotMatter(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(t.TempDir(), "config.yaml")
	streams := "streams:\n"
	for _, name := range []string{"imports", "inorder", "shuffled"} {
		streams += fmt.Sprintf("  - {name: %s, topic: %s, company: %s, backward: 0s}\n", name, name, name)
	}
	if err := os.WriteFile(config, []byte(streams), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, "up", "--data", dir, "--config", config)

	desk := simulate.Default("2026-09")
	desk.Agents, desk.CallsPerDay = 12, 20
	// Of contradictory copies the one that came first stands, so there order does matter.
	desk.Conflicting, desk.Oversized = 0, 0
	month, err := simulate.New(desk)
	if err != nil {
		t.Fatal(err)
	}
	var messages []kafka.Message
	for r := range month.Records() {
		messages = append(messages, kafka.Message{Key: r.Key, Value: r.Value})
	}
	produce(t, dir, "inorder", messages...)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range len(messages) / 20 {
		messages = append(messages, messages[(i*20+rng.IntN(20))%len(messages)])
	}
	rng.Shuffle(len(messages), func(i, j int) { messages[i], messages[j] = messages[j], messages[i] })
	produce(t, dir, "shuffled", messages...)
	verifyClean(t, dir)

	table := func(company string) string {
		return ok(t, "tiers", "--data", dir, "--policy", "express-cs", "--month", desk.Month, "--company", company, "--output", "json")
	}
	want := table("inorder")
	if diff := cmp.Diff(table("shuffled"), want); diff != "" {
		t.Errorf("the tables differ (-shuffled, +in order):\n%s", diff)
	}
	var got tiers
	if err := json.Unmarshal([]byte(want), &got); err != nil || len(got.Agents) < 10 {
		t.Errorf("the table compares %d agents: %v", len(got.Agents), err)
	}
}
